//! Users, groups, roles and policies.

use std::collections::{BTreeMap, HashSet};
use std::mem::discriminant;

use futures_util::future::join_all;
use pharos_api::account::Uin;
use pharos_api::group_id::GroupId;
use pharos_api::group_name::GroupName;
use pharos_api::policy_id::PolicyId;
use pharos_api::resource::{self, Account};
use pharos_api::role_id::RoleId;
use pharos_api::role_name::RoleName;
use pharos_api::tag::Tags;
use pharos_policy::{Granted, Preset};

use super::Inspect;
use super::fixture::{
    MASTER_KEY, NOBODY, OTHER, RACERS, ROOT, access_key, audit, log, policy, proof_in, secret_id,
    time, user, with_accounts,
};
use crate::Store;
use crate::directory::{
    AttachTo, Change, ChangeError, Directory, GroupRecord, Limit, NewAccessKey, ProfileChange,
    RoleKey, RoleRecord, UserProfile, UserRecord,
};
use crate::record::AccessKeyOwner;

/// How many changes the store and the directory beside it go through together.
const STEPS: u32 = 400;

pub(super) fn group(group_id: GroupId, name: &str) -> GroupRecord {
    GroupRecord {
        group_id,
        name: GroupName::try_from(name.to_owned()).expect("a name"),
        remark: String::new(),
        created_time: time(0),
    }
}

pub(super) fn role(role_id: RoleId, name: &str) -> RoleRecord {
    RoleRecord {
        role_id,
        name: role_name(name),
        trust_policy: "{\"n\":\"\\\"\"}".to_owned(),
        description: "of a test".to_owned(),
        console_login: true,
        session_seconds_max: 3_600,
        tags: Tags::default(),
        created_time: time(0),
        updated_time: time(1),
    }
}

fn role_name(text: &str) -> RoleName {
    RoleName::try_from(text.to_owned()).expect("a name")
}

pub(super) async fn what_is_kept_is_what_was_decided(store: impl Inspect) {
    let store = with_accounts(store).await;
    let mut kept = BTreeMap::from([
        (ROOT, directory(&store, ROOT).await),
        (OTHER, directory(&store, OTHER).await),
    ]);
    let mut rows = BTreeMap::from([(ROOT, 0), (OTHER, 0)]);
    let mut draw = Draw(0x5eed);
    let mut done = HashSet::new();
    for step in 0..STEPS {
        let account = if draw.below(4) == 0 { OTHER } else { ROOT };
        let change = draw.change(account, step);
        let told = format!("step {step}: {change:?}");
        let kind = discriminant(&change);
        let before = kept.get_mut(&account).expect("one of two");
        let decided = change.decide(before);
        let changed = store.change_directory(change, audit(account, step)).await;
        match (decided, changed) {
            (Ok(writes), Ok(())) => {
                for write in writes {
                    before.apply(write);
                }
                *rows.entry(account).or_default() += 1;
                done.insert(kind);
            }
            // Whether a number is taken elsewhere is the store's to say.
            (Ok(_), Err(ChangeError::IdTaken)) => {}
            (Err(decided), Err(refused)) => {
                assert_eq!(format!("{refused:?}"), format!("{decided:?}"), "{told}");
            }
            (decided, changed) => panic!("{told}: {decided:?} and {changed:?}"),
        }
        assert_eq!(directory(&store, account).await, *before, "{told}");
    }
    assert_eq!(done.len(), 17, "each kind of change was made once at least");
    for (account, rows) in rows {
        let expected = kept.remove(&account).expect("one of two");
        assert_eq!(directory(&store, account).await, expected);
        assert_eq!(log(&store, account).await.len(), rows, "a row a change");
    }
}

pub(super) async fn a_refused_change_leaves_nothing(store: impl Inspect) {
    let store = with_accounts(store).await;
    let seven = user(7, "AKIDseven", &["{}"]);
    seven.add_to(&store).await.expect("a user");
    let (before, rows) = (directory(&store, ROOT).await, log(&store, ROOT).await);
    let mut namesake = user(8, "AKIDnamesake", &[]);
    namesake.record.name = "user_7".to_owned();
    let refused = namesake.add_to(&store).await;
    assert!(
        matches!(refused, Err(ChangeError::NameTaken)),
        "{refused:?}"
    );
    // All of it is refused when its last part is.
    let members = [7, 404].map(|number| (of_group(5), of_user(Uin(number))));
    for change in [
        Change::AddMembers {
            members: members.into(),
            joined_time: time(1),
        },
        Change::DeletePolicies {
            policies: vec![of_policy(PolicyId(100_000_701)), of_policy(PolicyId(404))],
        },
        Change::DeleteUser {
            user: of_user(Uin(7)),
            with_access_keys: false,
        },
    ] {
        let told = format!("{change:?}");
        let refused = store.change_directory(change, audit(ROOT, 9)).await;
        assert!(refused.is_err(), "{told}");
    }
    let mut stray = user(9, "AKIDstray", &[]);
    stray.account = NOBODY;
    let refused = stray.add_to(&store).await;
    assert!(matches!(refused, Err(ChangeError::Store(_))), "{refused:?}");
    assert_eq!(directory(&store, ROOT).await, before);
    assert_eq!(log(&store, ROOT).await, rows);
    for absent in ["AKIDnamesake", "AKIDstray"] {
        let found = store.access_key(&secret_id(absent)).await;
        assert_eq!(found.expect("a look"), None, "{absent}");
    }
}

pub(super) async fn a_change_of_two_accounts_or_of_none_is_refused(store: impl Inspect) {
    let store = with_accounts(store).await;
    let ours = user(7, "AKIDours", &["{}"]);
    let mut theirs = user(8, "AKIDtheirs", &["{}"]);
    theirs.account = OTHER;
    for new in [ours, theirs] {
        new.add_to(&store).await.expect("a user");
    }
    let state = async || {
        let directories = [
            directory(&store, ROOT).await,
            directory(&store, OTHER).await,
        ];
        (
            directories,
            log(&store, ROOT).await,
            log(&store, OTHER).await,
        )
    };
    let before = state().await;
    let our_policy = || of_policy(PolicyId(100_000_701));
    let their_policy = || {
        let (account, policy_id) = (OTHER, PolicyId(100_000_801));
        proof_in(account, resource::Policy { account, policy_id })
    };
    for change in [
        Change::Attach {
            policy: their_policy(),
            to: AttachTo::User(of_user(Uin(7))),
            attached_time: time(1),
        },
        Change::DeletePolicies {
            policies: vec![our_policy(), their_policy()],
        },
        Change::DeletePolicies {
            policies: Vec::new(),
        },
    ] {
        let told = format!("{change:?}");
        let refused = store.change_directory(change, audit(ROOT, 9)).await;
        let is_told = matches!(refused, Err(ChangeError::NotOneAccount));
        assert!(is_told, "{told}: {refused:?}");
    }
    assert_eq!(state().await, before);
}

pub(super) async fn a_user_may_what_its_groups_may(store: impl Inspect) {
    let store = with_accounts(store).await;
    for number in [7, 8] {
        let new = user(number, &format!("AKIDuser{number}"), &[]);
        new.add_to(&store).await.expect("a user");
    }
    for group_id in [5, 6] {
        let group = group(GroupId(group_id), &format!("group_{group_id}"));
        change(
            &store,
            Change::AddGroup {
                account: of_account(),
                group,
            },
        )
        .await;
    }
    for number in [21, 22] {
        let policy = policy(
            PolicyId(number),
            &format!("policy_{number}"),
            &format!("{number}"),
        );
        change(
            &store,
            Change::AddPolicy {
                account: of_account(),
                policy,
            },
        )
        .await;
    }
    let joined_time = time(1);
    let members = vec![
        (of_group(5), of_user(Uin(7))),
        (of_group(6), of_user(Uin(7))),
    ];
    change(
        &store,
        Change::AddMembers {
            members,
            joined_time,
        },
    )
    .await;
    for (policy, to) in [
        (22, AttachTo::User(of_user(Uin(7)))),
        (22, AttachTo::Group(of_group(5))),
        (21, AttachTo::Group(of_group(5))),
        (3, AttachTo::Group(of_group(6))),
    ] {
        attach(&store, PolicyId(policy), to).await;
    }
    let preset = Preset::of_id(PolicyId(3))
        .expect("a preset policy")
        .document();
    let all = [preset, "21".to_owned(), "22".to_owned()];
    assert_eq!(policies(&store, "AKIDuser7").await, all);
    assert_eq!(policies(&store, "AKIDuser8").await, [""; 0]);
}

pub(super) async fn what_is_taken_away_counts_at_once(store: impl Inspect) {
    let store = with_accounts(store).await;
    let seven = user(7, "AKIDseven", &["one", "two"]);
    seven.add_to(&store).await.expect("a user");
    let group = group(GroupId(5), "group");
    change(
        &store,
        Change::AddGroup {
            account: of_account(),
            group,
        },
    )
    .await;
    let members = || vec![(of_group(5), of_user(Uin(7)))];
    let joined_time = time(1);
    change(
        &store,
        Change::AddMembers {
            members: members(),
            joined_time,
        },
    )
    .await;
    attach(&store, PolicyId(100_000_702), AttachTo::Group(of_group(5))).await;

    let mut versions = Vec::from_iter(store.access_version().await);
    let mut changed = async |change_: Change, expected: Option<&[&str]>| {
        let told = format!("{change_:?}");
        change(&store, change_).await;
        let found = store.access_key(&secret_id("AKIDseven")).await;
        let policies = found.expect("a look").map(|(_, owner)| match owner {
            AccessKeyOwner::User { policies, .. } => policies,
            AccessKeyOwner::Root { .. } => panic!("it is a user's"),
        });
        let expected = expected.map(|texts| texts.iter().map(ToString::to_string).collect());
        assert_eq!(policies, expected, "{told}");
        if let Some(version) = store.access_version().await {
            assert!(!versions.contains(&version), "{told}: the version stays");
            versions.push(version);
        }
    };
    let detach = |policy, from| Change::Detach {
        policy: of_policy(PolicyId(policy)),
        from,
    };
    let user = || of_user(Uin(7));
    changed(detach(100_000_701, AttachTo::User(user())), Some(&["two"])).await;
    changed(detach(100_000_702, AttachTo::User(user())), Some(&["two"])).await;
    changed(Change::RemoveMembers { members: members() }, Some(&[])).await;
    let members = members();
    changed(
        Change::AddMembers {
            members,
            joined_time,
        },
        Some(&["two"]),
    )
    .await;
    let update = Change::UpdatePolicy {
        policy: of_policy(PolicyId(100_000_702)),
        description: None,
        document: Some("three".to_owned()),
        updated_time: time(2),
    };
    changed(update, Some(&["three"])).await;
    let status = |is_active| Change::SetAccessKeyStatus {
        user: user(),
        secret_id: secret_id("AKIDseven"),
        is_active,
    };
    changed(status(false), None).await;
    changed(status(true), Some(&["three"])).await;
    changed(Change::DeleteGroup { group: of_group(5) }, Some(&[])).await;
    let delete = Change::DeleteAccessKey {
        user: user(),
        secret_id: secret_id("AKIDseven"),
    };
    changed(delete, None).await;
}

pub(super) async fn of_many_at_once_two_access_keys_are_added(store: impl Inspect) {
    let store = with_accounts(store).await;
    let racers = (0..RACERS).map(|number| {
        let change = Change::AddAccessKey {
            user: of_user(ROOT),
            access_key: new_access_key(&format!("AKIDracer{number}")),
        };
        store.change_directory(change, audit(ROOT, number))
    });
    let ends = join_all(racers).await;
    let added = ends.iter().filter(|end| end.is_ok()).count();
    // The root user has one from the start.
    assert_eq!(added, 1);
    for end in ends {
        let is_told = matches!(end, Ok(()) | Err(ChangeError::Full(Limit::AccessKeys)));
        assert!(is_told, "{end:?}");
    }
    let directory = directory(&store, ROOT).await;
    assert_eq!(directory.access_keys_of(ROOT).count(), 2);
    assert_eq!(log(&store, ROOT).await.len(), 1);
    assert_eq!(store.master_key().await.expect("a look"), Some(MASTER_KEY));
}

pub(super) async fn a_role_is_found_with_its_policies(store: impl Inspect) {
    let store = with_accounts(store).await;
    let new = role(RoleId(u64::MAX - 9), "reader");
    let add = Change::AddRole {
        account: of_account(),
        role: new.clone(),
    };
    change(&store, add).await;
    let policy = policy(PolicyId(21), "policy", "document");
    change(
        &store,
        Change::AddPolicy {
            account: of_account(),
            policy,
        },
    )
    .await;
    let to = || AttachTo::Role(of_role("reader"));
    attach(&store, PolicyId(21), to()).await;
    attach(&store, PolicyId(1), to()).await;
    let everything = Preset::of_id(PolicyId(1))
        .expect("a preset policy")
        .document();
    let find = async |account, key: &RoleKey| store.role(account, key).await.expect("a look");
    let name = || RoleKey::Name(role_name("reader"));
    for key in [RoleKey::Id(new.role_id), name()] {
        let expected = (new.clone(), vec![everything.clone(), "document".to_owned()]);
        assert_eq!(find(ROOT, &key).await, Some(expected));
        assert_eq!(find(OTHER, &key).await, None);
    }
    for key in [RoleKey::Id(RoleId(404)), RoleKey::Name(role_name("Reader"))] {
        assert_eq!(find(ROOT, &key).await, None);
    }
    change(
        &store,
        Change::DeleteRole {
            role: of_role("reader"),
        },
    )
    .await;
    assert_eq!(find(ROOT, &name()).await, None);
    assert_eq!(directory(&store, ROOT).await.attachments, BTreeMap::new());
}

pub(super) async fn a_use_is_noted_and_leaves_no_audit_row(store: impl Inspect) {
    let store = with_accounts(store).await;
    let used = async || {
        let directory = directory(&store, ROOT).await;
        let access_key = directory.access_keys.get(&secret_id("AKIDroot"));
        access_key.expect("the start key").last_used_time
    };
    assert_eq!(used().await, None);
    for text in ["AKIDroot", "AKIDnobody"] {
        let noted = store.note_use(&secret_id(text), time(86_400)).await;
        noted.expect("a note");
    }
    assert_eq!(used().await, Some(time(86_400)));
    assert_eq!(log(&store, ROOT).await, []);
}

/// Draws changes, the same ones each time: so every failure is there again.
struct Draw(u64);

impl Draw {
    /// A number below this one.
    fn below(&mut self, bound: u64) -> u64 {
        // The constants of SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn name(&mut self) -> String {
        format!("name_{}", self.below(8))
    }

    /// Few of each, so that they meet again and again.
    fn user(&mut self, account: Uin) -> Granted<resource::User> {
        let user = match self.below(6) {
            0 => account,
            number => Uin(number),
        };
        proof_in(account, resource::User { account, user })
    }

    fn group(&mut self, account: Uin) -> Granted<resource::Group> {
        let group_id = GroupId(self.below(3));
        proof_in(account, resource::Group { account, group_id })
    }

    fn policy(&mut self, account: Uin) -> Granted<resource::Policy> {
        // Of the first ids, three are those of preset policies.
        let policy_id = PolicyId(self.below(8));
        proof_in(account, resource::Policy { account, policy_id })
    }

    fn role(&mut self, account: Uin) -> Granted<resource::Role> {
        let role_name = role_name(&self.name());
        proof_in(account, resource::Role { account, role_name })
    }

    fn attach_to(&mut self, account: Uin) -> AttachTo {
        match self.below(3) {
            0 => AttachTo::Group(self.group(account)),
            1 => AttachTo::Role(self.role(account)),
            _ => AttachTo::User(self.user(account)),
        }
    }

    fn members(
        &mut self,
        account: Uin,
    ) -> Vec<(Granted<resource::Group>, Granted<resource::User>)> {
        let count = 1 + self.below(3);
        (0..count)
            .map(|_| (self.group(account), self.user(account)))
            .collect()
    }

    /// One of three of a user: so an access key is often that of whom it is said to be.
    fn secret_id(&mut self, user: &resource::User) -> String {
        let resource::User { account, user } = user;
        format!("AKID{account}of{user}key{}", self.below(3))
    }

    fn change(&mut self, account: Uin, step: u32) -> Change {
        let proof = || proof_in(account, Account(account));
        let now = time(i64::from(step));
        match self.below(18) {
            0 | 1 => {
                let user = self.user(account);
                Change::AddUser {
                    account: proof(),
                    user: UserRecord {
                        user: user.user,
                        name: self.name(),
                        profile: UserProfile::default(),
                        created_time: now,
                    },
                    access_key: (self.below(2) == 0)
                        .then(|| new_access_key(&self.secret_id(&user))),
                }
            }
            2 => Change::UpdateUser {
                user: self.user(account),
                profile: ProfileChange {
                    remark: (self.below(2) == 0).then(|| self.name()),
                    console_login: (self.below(2) == 0).then_some(true),
                    ..ProfileChange::default()
                },
            },
            3 => Change::DeleteUser {
                user: self.user(account),
                with_access_keys: self.below(2) == 0,
            },
            4 | 5 => {
                let user = self.user(account);
                let access_key = new_access_key(&self.secret_id(&user));
                Change::AddAccessKey { user, access_key }
            }
            6 => {
                let user = self.user(account);
                Change::SetAccessKeyStatus {
                    secret_id: secret_id(&self.secret_id(&user)),
                    user,
                    is_active: self.below(2) == 0,
                }
            }
            7 => {
                let user = self.user(account);
                Change::DeleteAccessKey {
                    secret_id: secret_id(&self.secret_id(&user)),
                    user,
                }
            }
            8 => Change::AddGroup {
                account: proof(),
                group: group(self.group(account).group_id, &self.name()),
            },
            9 => Change::DeleteGroup {
                group: self.group(account),
            },
            10 => Change::AddMembers {
                members: self.members(account),
                joined_time: now,
            },
            11 => Change::RemoveMembers {
                members: self.members(account),
            },
            12 => Change::AddPolicy {
                account: proof(),
                policy: policy(
                    self.policy(account).policy_id,
                    &self.name(),
                    &format!("{step}"),
                ),
            },
            13 => Change::UpdatePolicy {
                policy: self.policy(account),
                description: (self.below(2) == 0).then(|| self.name()),
                document: (self.below(2) == 0).then(|| format!("{step}")),
                updated_time: now,
            },
            14 => Change::DeletePolicies {
                policies: (0..=self.below(2)).map(|_| self.policy(account)).collect(),
            },
            15 => match self.below(2) {
                0 => Change::AddRole {
                    account: proof(),
                    role: role(RoleId(self.below(6)), &self.name()),
                },
                _ => Change::DeleteRole {
                    role: self.role(account),
                },
            },
            16 => Change::Attach {
                policy: self.policy(account),
                to: self.attach_to(account),
                attached_time: now,
            },
            _ => Change::Detach {
                policy: self.policy(account),
                from: self.attach_to(account),
            },
        }
    }
}

fn new_access_key(text: &str) -> NewAccessKey {
    NewAccessKey {
        access_key: access_key(text, b"sealed"),
        description: Some(format!("of {text}")),
        created_time: time(0),
    }
}

fn of_account() -> Granted<Account> {
    proof_in(ROOT, Account(ROOT))
}

fn of_user(user: Uin) -> Granted<resource::User> {
    proof_in(
        ROOT,
        resource::User {
            account: ROOT,
            user,
        },
    )
}

fn of_group(group_id: u64) -> Granted<resource::Group> {
    let group_id = GroupId(group_id);
    proof_in(
        ROOT,
        resource::Group {
            account: ROOT,
            group_id,
        },
    )
}

fn of_policy(policy_id: PolicyId) -> Granted<resource::Policy> {
    proof_in(
        ROOT,
        resource::Policy {
            account: ROOT,
            policy_id,
        },
    )
}

fn of_role(name: &str) -> Granted<resource::Role> {
    let role_name = role_name(name);
    proof_in(
        ROOT,
        resource::Role {
            account: ROOT,
            role_name,
        },
    )
}

async fn change(store: &impl Store, change: Change) {
    let told = format!("{change:?}");
    let changed = store.change_directory(change, audit(ROOT, 9)).await;
    assert!(changed.is_ok(), "{told}: {changed:?}");
}

async fn attach(store: &impl Store, policy_id: PolicyId, to: AttachTo) {
    let attach = Change::Attach {
        policy: of_policy(policy_id),
        to,
        attached_time: time(1),
    };
    change(store, attach).await;
}

async fn directory(store: &impl Store, account: Uin) -> Directory {
    let proof = proof_in(account, Account(account));
    store.directory(&proof).await.expect("a look")
}

async fn policies(store: &impl Store, text: &str) -> Vec<String> {
    let found = store.access_key(&secret_id(text)).await.expect("a look");
    match found.expect("an active key") {
        (_, AccessKeyOwner::User { policies, .. }) => policies,
        (_, AccessKeyOwner::Root { .. }) => panic!("{text} is a user's"),
    }
}
