//! What a store of the checks is filled with: of every kind some.

use pharos_api::account::{AppId, Uin};
use pharos_api::group_id::GroupId;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::instance_state::InstanceState;
use pharos_api::policy_id::PolicyId;
use pharos_api::region::Region;
use pharos_api::role_id::RoleId;
use pharos_api::time::Timestamp;

use super::directory::{group, role};
use super::fixture::{
    MASTER_KEY, OTHER, ROOT, access_key, audit, chained, key_pair, policy, tags, time,
};
use super::instances::{binding, instance, username};
use crate::archive::{
    AccessKeyEntry, AccountEntry, AttachmentEntry, Entry, InstanceEntry, ItemEntry, KeyPairEntry,
    MembershipEntry, StoreEntry, UserEntry,
};
use crate::directory::{Attachment, Item, Membership, PrincipalId, UserProfile, UserRecord};
use crate::instance::{Binding, InstanceRecord};

/// All of it, in the order of a stream.
pub(super) fn entries() -> Vec<Entry> {
    let master_key = Some(MASTER_KEY);
    let mut entries = vec![
        Entry::Store(StoreEntry { master_key }),
        account(Uin(0), 3, Some(0)),
        account(ROOT, u64::MAX, None),
        account(OTHER, 2, Some(u32::MAX)),
    ];
    entries.extend(directory());
    entries.extend([
        access_key_of("AKIDZ", Some(7), false, true),
        access_key_of("AKID_", None, false, false),
        access_key_of("AKIDa", None, true, true),
        access_key_of("AKIDb", Some(u64::MAX - 1), false, false),
        key_pair_of(ROOT, Region::Guangzhou, 1, "key_1", &[]),
        key_pair_of(ROOT, Region::Guangzhou, 2, "key_2", &["b", "a"]),
        key_pair_of(ROOT, Region::Toronto, 1, "key_1", &["a"]),
        key_pair_of(OTHER, Region::Beijing, 1, "key_1", &[]),
    ]);
    entries.extend(instances());
    entries.extend(audit_rows());
    entries
}

fn account(account: Uin, app_id: u64, quota: Option<u32>) -> Entry {
    Entry::Account(AccountEntry {
        account,
        app_id: AppId(app_id),
        is_root: account == ROOT,
        key_pair_quota: quota,
        instance_quota: quota.map(|quota| u32::MAX - quota),
        is_disabled: account == OTHER,
        created_time: time(0),
    })
}

/// Users, and what ties them to groups and policies.
fn directory() -> Vec<Entry> {
    let user = |account, user, name: &str, remark: &str| {
        Entry::User(UserEntry {
            account,
            record: UserRecord {
                user: Uin(user),
                name: name.to_owned(),
                profile: UserProfile {
                    remark: remark.to_owned(),
                    console_login: !remark.is_empty(),
                    ..UserProfile::default()
                },
                created_time: time(1),
            },
        })
    };
    let item = |account, item| Entry::Item(ItemEntry { account, item });
    let attachment = |principal, policy_id| {
        Entry::Attachment(AttachmentEntry {
            account: ROOT,
            attachment: Attachment {
                principal,
                policy_id: PolicyId(policy_id),
                attached_time: time(3),
            },
        })
    };
    let mut tagged = policy(PolicyId(9), "same", "{\"n\":\"\u{1f511}\"}");
    tagged.tags = tags(&["b", "a"]);
    let membership = Membership {
        group_id: GroupId(5),
        user: Uin(7),
        joined_time: time(3),
    };
    vec![
        user(Uin(0), 12, "seven", ""),
        user(ROOT, 7, "seven", "the first"),
        user(
            ROOT,
            u64::MAX - 1,
            "eight \u{1f511}\n\"\\",
            "\u{1f511}\n\"\\",
        ),
        item(Uin(0), Item::Policy(policy(PolicyId(9), "same", "{}"))),
        item(ROOT, Item::Group(group(GroupId(5), "group"))),
        item(ROOT, Item::Group(group(GroupId(u64::MAX), "\u{1f511}"))),
        item(ROOT, Item::Policy(tagged)),
        item(ROOT, Item::Role(role(RoleId(u64::MAX - 9), "role"))),
        attachment(PrincipalId::Group(GroupId(5)), 1),
        attachment(PrincipalId::Role(RoleId(u64::MAX - 9)), 9),
        attachment(PrincipalId::User(Uin(7)), 2),
        attachment(PrincipalId::User(Uin(7)), u64::MAX),
        attachment(PrincipalId::User(Uin(u64::MAX - 1)), 9),
        Entry::Membership(MembershipEntry {
            account: ROOT,
            membership,
        }),
    ]
}

fn access_key_of(id: &str, user: Option<u64>, is_start_key: bool, is_active: bool) -> Entry {
    Entry::AccessKey(AccessKeyEntry {
        access_key: access_key(id, id.as_bytes()),
        account: ROOT,
        user: user.map(Uin),
        is_start_key,
        is_active,
        description: is_active.then(|| format!("of {id}")),
        created_time: time(2),
        last_used_time: is_start_key.then(|| time(86_400)),
    })
}

fn key_pair_of(account: Uin, region: Region, number: u32, name: &str, tag_keys: &[&str]) -> Entry {
    let mut record = key_pair(number, name);
    record.tags = tags(tag_keys);
    Entry::KeyPair(KeyPairEntry {
        account,
        region,
        record,
    })
}

fn instances() -> Vec<Entry> {
    let of = |account, region, record: InstanceRecord, bindings: Vec<Binding>| {
        Entry::Instance(InstanceEntry {
            account,
            region,
            record,
            bindings,
        })
    };
    // One that is being switched off, and one whose key pair was unbound and opens a while yet.
    let mut stopping = instance(2);
    stopping.client_token = None;
    stopping.settled_state = InstanceState::Stopped;
    stopping.latest_operation.operation = InstanceOperation::Stop;
    stopping.latest_operation.settled_time = time(1_000);
    let until = Binding {
        username: username("ubuntu"),
        bound_until: Some(time(1_000)),
        ..binding(1, 2, 5)
    };
    let bindings = vec![binding(1, 1, 3), binding(1, 2, 3), until];
    vec![
        of(ROOT, Region::Guangzhou, instance(1), bindings),
        of(ROOT, Region::Guangzhou, stopping, vec![binding(2, 2, 4)]),
        of(ROOT, Region::Toronto, instance(1), Vec::new()),
        of(OTHER, Region::Beijing, instance(3), Vec::new()),
    ]
}

fn audit_rows() -> impl Iterator<Item = Entry> {
    let theirs = chained(&[1, 2, 3].map(|number| audit(ROOT, number)));
    let mut late = audit(OTHER, 4);
    late.time = Timestamp::epoch();
    late.resources = Vec::new();
    late.refusal = Some(pharos_api::code::Code::InternalError);
    let others = chained(&[late]);
    theirs.into_iter().chain(others).map(Entry::AuditRow)
}
