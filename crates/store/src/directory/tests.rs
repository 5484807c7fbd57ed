//! What may be done to a directory, and what may not.

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::group_name::GroupName;
use pharos_api::policy_id::PolicyId;
use pharos_api::policy_name::PolicyName;
use pharos_api::resource::{self, Account, Resource};
use pharos_api::role_id::RoleId;
use pharos_api::role_name::RoleName;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_policy::{Granted, PRESETS, Preset, authorize_root};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{
    AttachTo, Change, ChangeError, Directory, GroupRecord, Item, ItemKind, Limit, NewAccessKey,
    PolicyRecord, PrincipalId, ProfileChange, RoleRecord, UserProfile, UserRecord, Write,
};
use crate::record::{AccessKey, MasterKeyId, SealedSecretKey};

const ACCOUNT: Uin = Uin(1);
const OTHER: Uin = Uin(2);

fn proof<R: Resource>(account: Uin, resource: R) -> Granted<R> {
    authorize_root(account, "cam:Any", resource).unwrap()
}

fn account() -> Granted<Account> {
    proof(ACCOUNT, Account(ACCOUNT))
}

fn user_of(account: Uin, user: u64) -> Granted<resource::User> {
    let user = Uin(user);
    proof(account, resource::User { account, user })
}

fn user(user: u64) -> Granted<resource::User> {
    user_of(ACCOUNT, user)
}

fn group(group_id: u64) -> Granted<resource::Group> {
    let (account, group_id) = (ACCOUNT, GroupId(group_id));
    proof(account, resource::Group { account, group_id })
}

fn policy_of(account: Uin, policy_id: u64) -> Granted<resource::Policy> {
    let policy_id = PolicyId(policy_id);
    proof(account, resource::Policy { account, policy_id })
}

fn policy(policy_id: u64) -> Granted<resource::Policy> {
    policy_of(ACCOUNT, policy_id)
}

fn role(name: &str) -> Granted<resource::Role> {
    let (account, role_name) = (ACCOUNT, RoleName::try_from(name.to_owned()).unwrap());
    proof(account, resource::Role { account, role_name })
}

fn now() -> Timestamp {
    Timestamp::epoch()
}

fn secret_id(text: &str) -> SecretId {
    SecretId::parse(text).unwrap()
}

fn add_user(number: u64, name: &str) -> Change {
    Change::AddUser {
        account: account(),
        user: UserRecord {
            user: Uin(number),
            name: name.to_owned(),
            profile: UserProfile::default(),
            created_time: now(),
        },
        access_key: None,
    }
}

fn new_access_key(text: &str) -> NewAccessKey {
    NewAccessKey {
        access_key: AccessKey {
            secret_id: secret_id(text),
            sealed_secret_key: SealedSecretKey {
                master_key: MasterKeyId(*b"master_1"),
                sealed: Vec::new(),
            },
        },
        description: None,
        created_time: now(),
    }
}

fn add_access_key(of: u64, text: &str) -> Change {
    Change::AddAccessKey {
        user: user(of),
        access_key: new_access_key(text),
    }
}

fn group_record(group_id: u64, name: &str) -> GroupRecord {
    GroupRecord {
        group_id: GroupId(group_id),
        name: GroupName::try_from(name.to_owned()).unwrap(),
        remark: String::new(),
        created_time: now(),
    }
}

fn add_group(group_id: u64, name: &str) -> Change {
    Change::AddGroup {
        account: account(),
        group: group_record(group_id, name),
    }
}

fn policy_record(policy_id: u64, name: &str) -> PolicyRecord {
    PolicyRecord {
        policy_id: PolicyId(policy_id),
        name: PolicyName::try_from(name.to_owned()).unwrap(),
        document: String::new(),
        description: String::new(),
        tags: Tags::default(),
        created_time: now(),
        updated_time: now(),
    }
}

fn add_policy(policy_id: u64, name: &str) -> Change {
    Change::AddPolicy {
        account: account(),
        policy: policy_record(policy_id, name),
    }
}

fn role_record(role_id: u64, name: &str) -> RoleRecord {
    RoleRecord {
        role_id: RoleId(role_id),
        name: RoleName::try_from(name.to_owned()).unwrap(),
        trust_policy: String::new(),
        description: String::new(),
        console_login: false,
        session_seconds_max: 0,
        tags: Tags::default(),
        created_time: now(),
        updated_time: now(),
    }
}

fn add_role(role_id: u64, name: &str) -> Change {
    Change::AddRole {
        account: account(),
        role: role_record(role_id, name),
    }
}

fn add_members(members: impl IntoIterator<Item = (u64, u64)>) -> Change {
    Change::AddMembers {
        members: proofs(members),
        joined_time: now(),
    }
}

fn remove_members(members: impl IntoIterator<Item = (u64, u64)>) -> Change {
    Change::RemoveMembers {
        members: proofs(members),
    }
}

fn proofs(
    members: impl IntoIterator<Item = (u64, u64)>,
) -> Vec<(Granted<resource::Group>, Granted<resource::User>)> {
    let members = members.into_iter();
    members.map(|(of, who)| (group(of), user(who))).collect()
}

fn attach(policy_id: u64, to: AttachTo) -> Change {
    Change::Attach {
        policy: policy(policy_id),
        to,
        attached_time: now(),
    }
}

fn detach(policy_id: u64, from: AttachTo) -> Change {
    Change::Detach {
        policy: policy(policy_id),
        from,
    }
}

fn update_policy(policy_id: u64) -> Change {
    Change::UpdatePolicy {
        policy: policy(policy_id),
        description: None,
        document: Some("{}".to_owned()),
        updated_time: now(),
    }
}

fn delete_policies(policies: impl IntoIterator<Item = u64>) -> Change {
    Change::DeletePolicies {
        policies: policies.into_iter().map(policy).collect(),
    }
}

fn delete_user(number: u64, with_access_keys: bool) -> Change {
    Change::DeleteUser {
        user: user(number),
        with_access_keys,
    }
}

fn set_status(of: u64, text: &str) -> Change {
    Change::SetAccessKeyStatus {
        user: user(of),
        secret_id: secret_id(text),
        is_active: false,
    }
}

fn delete_access_key(of: u64, text: &str) -> Change {
    Change::DeleteAccessKey {
        user: user(of),
        secret_id: secret_id(text),
    }
}

fn update_user(number: u64) -> Change {
    Change::UpdateUser {
        user: user(number),
        profile: ProfileChange::default(),
    }
}

/// Does it, which must not be refused, and tells what was written.
fn done(directory: &mut Directory, change: &Change) -> Vec<Write> {
    let writes = change.decide(directory);
    let writes = writes.unwrap_or_else(|refused| panic!("{change:?}: {refused}"));
    for write in &writes {
        directory.apply(write.clone());
    }
    writes
}

fn refusal(directory: &Directory, change: &Change) -> String {
    match change.decide(directory) {
        Ok(writes) => panic!("{change:?}: {writes:?}"),
        Err(refused) => refused.to_string(),
    }
}

/// The users 7 and 8, the group 5, the policy 21 and the role `role`, which is 31: the policy is attached to
/// all but 8, 7 is in the group and has the access key `AKIDseven`.
fn someone() -> Directory {
    let mut directory = Directory::default();
    for change in [
        add_user(7, "seven"),
        add_user(8, "eight"),
        add_access_key(7, "AKIDseven"),
        add_group(5, "group"),
        add_policy(21, "policy"),
        add_role(31, "role"),
        add_members([(5, 7)]),
        attach(21, AttachTo::User(user(7))),
        attach(21, AttachTo::Group(group(5))),
        attach(21, AttachTo::Role(role("role"))),
    ] {
        done(&mut directory, &change);
    }
    directory
}

#[test]
fn a_name_is_taken_by_its_own_kind_only() {
    let mut directory = someone();
    let preset = PRESETS[0].name;
    for change in [
        add_user(9, "seven"),
        add_group(9, "group"),
        add_policy(29, "policy"),
        add_policy(29, preset),
        add_role(39, "role"),
    ] {
        assert_eq!(refusal(&directory, &change), "the name is taken");
    }
    for change in [
        add_user(9, "group"),
        add_group(9, "policy"),
        add_policy(29, "role"),
        add_role(39, preset),
    ] {
        done(&mut directory, &change);
    }
}

#[test]
fn an_id_is_taken_by_its_own_kind_only() {
    let mut directory = someone();
    for change in [
        add_user(7, "new"),
        add_user(ACCOUNT.0, "new"),
        add_group(5, "new"),
        add_policy(21, "new"),
        add_policy(PRESETS[0].policy_id.0, "new"),
        add_role(31, "new"),
    ] {
        assert_eq!(refusal(&directory, &change), "the id is taken");
    }
    for change in [
        add_user(5, "new"),
        add_group(21, "new"),
        add_policy(31, "new"),
        add_role(7, "new"),
    ] {
        done(&mut directory, &change);
    }
}

#[test]
fn what_is_not_there_is_told() {
    let directory = someone();
    for (change, what) in [
        (update_user(404), "user 404"),
        (delete_user(404, true), "user 404"),
        (add_access_key(404, "AKIDnew"), "user 404"),
        (set_status(404, "AKIDseven"), "user 404"),
        (delete_access_key(404, "AKIDseven"), "user 404"),
        (set_status(7, "AKIDnobody"), "access key AKIDnobody"),
        (delete_access_key(7, "AKIDnobody"), "access key AKIDnobody"),
        (Change::DeleteGroup { group: group(404) }, "group 404"),
        (add_members([(404, 7)]), "group 404"),
        (add_members([(5, 404)]), "user 404"),
        (remove_members([(404, 7)]), "group 404"),
        (remove_members([(5, 404)]), "user 404"),
        (update_policy(404), "policy 404"),
        (delete_policies([404]), "policy 404"),
        (Change::DeleteRole { role: role("Role") }, "role Role"),
        (attach(404, AttachTo::User(user(7))), "policy 404"),
        (attach(21, AttachTo::User(user(404))), "user 404"),
        (attach(21, AttachTo::Group(group(404))), "group 404"),
        (attach(21, AttachTo::Role(role("Role"))), "role Role"),
        (detach(404, AttachTo::User(user(7))), "policy 404"),
        (detach(21, AttachTo::User(user(404))), "user 404"),
    ] {
        assert_eq!(
            refusal(&directory, &change),
            format!("there is no {what}"),
            "{change:?}"
        );
    }
}

#[test]
fn the_root_user_has_access_keys_and_nothing_else() {
    let mut directory = someone();
    let root = ACCOUNT.0;
    done(&mut directory, &add_access_key(root, "AKIDroot"));
    done(&mut directory, &set_status(root, "AKIDroot"));
    done(&mut directory, &delete_access_key(root, "AKIDroot"));
    for change in [
        update_user(root),
        delete_user(root, true),
        add_members([(5, root)]),
        attach(21, AttachTo::User(user(root))),
    ] {
        assert_eq!(refusal(&directory, &change), "there is no user 1");
    }
}

#[test]
fn nobody_touches_the_access_key_of_another() {
    let directory = someone();
    for of in [8, ACCOUNT.0] {
        for change in [
            set_status(of, "AKIDseven"),
            delete_access_key(of, "AKIDseven"),
        ] {
            let expected = "there is no access key AKIDseven";
            assert_eq!(refusal(&directory, &change), expected);
        }
    }
}

#[test]
fn a_user_with_access_keys_goes_only_with_them() {
    let mut directory = someone();
    assert_eq!(
        refusal(&directory, &delete_user(7, false)),
        "the user 7 has access keys"
    );
    done(&mut directory, &delete_user(8, false));
    done(&mut directory, &delete_user(7, true));
    assert!(directory.users.is_empty() && directory.access_keys.is_empty());
}

#[test]
fn a_preset_policy_is_attached_and_never_changed() {
    let mut directory = someone();
    let preset = PRESETS[0].policy_id.0;
    for change in [update_policy(preset), delete_policies([21, preset])] {
        let expected = format!("the policy {preset} is a preset one");
        assert_eq!(refusal(&directory, &change), expected);
    }
    done(&mut directory, &attach(preset, AttachTo::User(user(8))));
    done(&mut directory, &detach(preset, AttachTo::User(user(8))));
}

/// What adds the `number`-th of what there may be only so many of, to a directory in which all else is.
fn one_more(limit: Limit, number: u64) -> Change {
    let name = format!("new_{number}");
    match limit {
        Limit::Users => add_user(10_000 + number, &name),
        Limit::AccessKeys => add_access_key(7, &format!("AKIDnew{number}")),
        Limit::Groups => add_group(10_000 + number, &name),
        Limit::UsersOfGroup => add_members([(5, 1_000 + number)]),
        Limit::GroupsOfUser => add_members([(1_000 + number, 7)]),
        Limit::Policies => add_policy(10_000 + number, &name),
        Limit::Attachments => attach(1_000 + number, AttachTo::Role(role("role"))),
        Limit::Roles => add_role(10_000 + number, &name),
    }
}

/// The user 7, the group 5 and the role `role`, and as many others as any limit of ties wants.
fn crowd() -> Directory {
    let mut directory = Directory::default();
    done(&mut directory, &add_user(7, "seven"));
    done(&mut directory, &add_group(5, "group"));
    done(&mut directory, &add_role(31, "role"));
    for number in 1_000..1_201 {
        let name = number.to_string();
        done(&mut directory, &add_user(number, &name));
        done(&mut directory, &add_group(number, &name));
        done(&mut directory, &add_policy(number, &name));
    }
    directory
}

#[test]
fn every_limit_can_be_reached_and_not_be_passed() {
    for limit in [
        Limit::Users,
        Limit::AccessKeys,
        Limit::Groups,
        Limit::UsersOfGroup,
        Limit::GroupsOfUser,
        Limit::Policies,
        Limit::Attachments,
        Limit::Roles,
    ] {
        let mut directory = crowd();
        let there = match limit {
            Limit::Users => directory.users.len(),
            Limit::Groups => directory.groups.len(),
            Limit::Policies => directory.policies.len(),
            Limit::Roles => directory.roles.len(),
            _ => 0,
        };
        let free = (limit.max() - there) as u64;
        for number in 0..free {
            done(&mut directory, &one_more(limit, number));
        }
        assert_eq!(
            refusal(&directory, &one_more(limit, free)),
            format!("there may be at most {limit}")
        );
    }
}

#[test]
fn a_taken_name_is_told_before_a_full_account_and_that_before_a_taken_id() {
    let mut directory = someone();
    let max = Limit::Groups.max() as u64;
    for number in 1..max {
        done(
            &mut directory,
            &add_group(100 + number, &number.to_string()),
        );
    }
    assert_eq!(
        refusal(&directory, &add_group(5, "group")),
        "the name is taken"
    );
    assert!(refusal(&directory, &add_group(5, "new")).contains("at most 300"));
}

#[test]
fn what_a_change_adds_counts_for_the_rest_of_it() {
    let mut directory = crowd();
    let max = Limit::UsersOfGroup.max() as u64;
    let members = |count| (0..count).map(|number| (5, 1_000 + number));
    let refused = refusal(&directory, &add_members(members(max + 1)));
    assert_eq!(refused, "there may be at most 100 users in a group");
    let groups = (0..11).map(|number| (1_000 + number, 7));
    let refused = refusal(&directory, &add_members(groups));
    assert_eq!(refused, "there may be at most 10 groups that a user is in");
    // Who is named twice counts once.
    let twice = members(max).chain(members(max));
    assert_eq!(done(&mut directory, &add_members(twice)).len(), 100);
}

#[test]
fn what_is_so_already_stays_so() {
    let mut directory = someone();
    for change in [
        add_members([(5, 7)]),
        remove_members([(5, 8)]),
        attach(21, AttachTo::User(user(7))),
        detach(21, AttachTo::User(user(8))),
    ] {
        assert_eq!(done(&mut directory, &change), [], "{change:?}");
    }
    assert_eq!(directory, someone());
}

#[test]
fn what_is_named_twice_goes_once() {
    let mut directory = someone();
    let removed = done(&mut directory, &remove_members([(5, 7), (5, 7)]));
    assert_eq!(removed, [Write::RemoveMembership(GroupId(5), Uin(7))]);
    let detached = [
        PrincipalId::Group(GroupId(5)),
        PrincipalId::Role(RoleId(31)),
        PrincipalId::User(Uin(7)),
    ];
    let policy_id = PolicyId(21);
    let detached = detached.map(|principal| Write::RemoveAttachment(principal, policy_id));
    let expected = [&detached[..], &[Write::RemovePolicy(policy_id)]].concat();
    assert_eq!(done(&mut directory, &delete_policies([21, 21])), expected);
}

#[test]
fn a_change_is_about_one_account() {
    assert_eq!(add_members([(5, 7), (5, 8)]).account().unwrap(), ACCOUNT);
    let of_two = [
        Change::AddMembers {
            members: vec![(group(5), user_of(OTHER, 7))],
            joined_time: now(),
        },
        Change::RemoveMembers {
            members: vec![(group(5), user(7)), (group(5), user_of(OTHER, 7))],
        },
        Change::DeletePolicies {
            policies: vec![policy(21), policy_of(OTHER, 21)],
        },
        Change::Attach {
            policy: policy_of(OTHER, 21),
            to: AttachTo::User(user(7)),
            attached_time: now(),
        },
        Change::Detach {
            policy: policy(21),
            from: AttachTo::User(user_of(OTHER, 7)),
        },
    ];
    let of_none = [add_members([]), remove_members([]), delete_policies([])];
    for change in of_two.into_iter().chain(of_none) {
        let refused = change.account();
        assert!(
            matches!(refused, Err(ChangeError::NotOneAccount)),
            "{change:?}: {refused:?}"
        );
    }
}

#[test]
fn an_update_leaves_what_it_does_not_name() {
    let mut directory = someone();
    let profile = |remark: Option<&str>, email: Option<&str>| Change::UpdateUser {
        user: user(7),
        profile: ProfileChange {
            remark: remark.map(str::to_owned),
            email: email.map(str::to_owned),
            ..ProfileChange::default()
        },
    };
    done(&mut directory, &profile(Some("remark"), None));
    done(&mut directory, &profile(None, Some("seven@example.com")));
    let expected = UserProfile {
        remark: "remark".to_owned(),
        email: "seven@example.com".to_owned(),
        ..UserProfile::default()
    };
    assert_eq!(directory.users[&Uin(7)].profile, expected);
    done(&mut directory, &update_policy(21));
    let expected = PolicyRecord {
        document: "{}".to_owned(),
        ..policy_record(21, "policy")
    };
    assert_eq!(directory.policies[&PolicyId(21)], expected);
}

fn items() -> [Item; 3] {
    [
        Item::Group(group_record(u64::MAX, "group")),
        Item::Policy(policy_record(u64::MAX, "policy")),
        Item::Role(role_record(u64::MAX, "role")),
    ]
}

#[test]
fn an_item_is_read_as_it_was_kept() {
    for item in items() {
        let kept = Item::kept(item.kind().name(), item.id(), &item.to_document());
        assert_eq!(kept, Ok(item));
    }
}

#[test]
fn an_item_is_not_read_from_the_document_of_another() {
    for item in items() {
        let (kind, document) = (item.kind().name(), item.to_document());
        let refused = Item::kept(kind, item.id() - 1, &document);
        assert_eq!(refused, Err("its document is another's".to_owned()));
        for other in ItemKind::ALL
            .into_iter()
            .filter(|kind| *kind != item.kind())
        {
            let refused = Item::kept(other.name(), item.id(), &document);
            assert!(refused.is_err(), "{refused:?}");
        }
        let refused = Item::kept("user", item.id(), &document);
        assert_eq!(refused, Err("`user` is no kind".to_owned()));
        let more = document.replacen('{', "{\"more\":1,", 1);
        let refused = Item::kept(kind, item.id(), &more);
        assert!(refused.unwrap_err().contains("unknown field"));
    }
}

/// Few ids and names, so that they meet again and again.
fn any_number() -> impl Strategy<Value = u64> {
    // Three of them are those of preset policies, and one is the root user.
    0..7_u64
}

fn any_name() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&["a", "b", "c", "d"][..])
}

fn any_place() -> impl Strategy<Value = fn(u64, &str) -> AttachTo> {
    let places: [fn(u64, &str) -> AttachTo; 3] = [
        |number, _| AttachTo::User(user(number)),
        |number, _| AttachTo::Group(group(number)),
        |_, name| AttachTo::Role(role(name)),
    ];
    proptest::sample::select(places.to_vec())
}

fn any_change() -> impl Strategy<Value = Change> {
    let two = || (any_number(), any_number());
    let named = || (any_number(), any_name());
    let attachment = || (any_number(), any_place(), any_number(), any_name());
    let secret = |number| format!("AKID{number}");
    prop_oneof![
        3 => named().prop_map(|(number, name)| add_user(number, name)),
        1 => (any_number(), any::<bool>()).prop_map(|(number, with)| delete_user(number, with)),
        2 => two().prop_map(move |(of, number)| add_access_key(of, &secret(number))),
        1 => two().prop_map(move |(of, number)| delete_access_key(of, &secret(number))),
        3 => named().prop_map(|(number, name)| add_group(number, name)),
        1 => any_number().prop_map(|number| Change::DeleteGroup { group: group(number) }),
        4 => vec(two(), 1..4).prop_map(add_members),
        1 => vec(two(), 1..4).prop_map(remove_members),
        3 => named().prop_map(|(number, name)| add_policy(number, name)),
        1 => vec(any_number(), 1..3).prop_map(delete_policies),
        3 => named().prop_map(|(number, name)| add_role(number, name)),
        1 => any_name().prop_map(|name| Change::DeleteRole { role: role(name) }),
        6 => attachment().prop_map(|(id, to, number, name)| attach(id, to(number, name))),
        1 => attachment().prop_map(|(id, from, number, name)| detach(id, from(number, name))),
    ]
}

fn has_no_loose_end(directory: &Directory) -> bool {
    let is_user = |user: &Uin| directory.users.contains_key(user);
    let is_principal = |principal: &PrincipalId| match principal {
        PrincipalId::Group(group_id) => directory.groups.contains_key(group_id),
        PrincipalId::Role(role_id) => directory.roles.contains_key(role_id),
        PrincipalId::User(user) => is_user(user),
    };
    let is_policy =
        |id: &PolicyId| directory.policies.contains_key(id) || Preset::of_id(*id).is_some();
    let (mut attachments, mut memberships) =
        (directory.attachments.keys(), directory.memberships.keys());
    let mut access_keys = directory.access_keys.values();
    attachments.all(|(principal, policy_id)| is_principal(principal) && is_policy(policy_id))
        && memberships
            .all(|(group_id, user)| directory.groups.contains_key(group_id) && is_user(user))
        && access_keys.all(|found| found.user == ACCOUNT || is_user(&found.user))
}

proptest! {
    #[test]
    fn no_change_leaves_a_loose_end(changes in vec(any_change(), 0..100)) {
        let mut directory = Directory::default();
        for change in changes {
            if let Ok(writes) = change.decide(&directory) {
                for write in writes {
                    directory.apply(write);
                }
            }
            prop_assert!(has_no_loose_end(&directory), "{change:?}: {directory:?}");
        }
    }
}
