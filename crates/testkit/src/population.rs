//! What a store of any size holds: the same for the same seed.

use std::net::{IpAddr, Ipv4Addr};

use pharos_api::account::{AppId, Uin};
use pharos_api::client_token::ClientToken;
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::group_name::GroupName;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::parameter::{Parameter, Path};
use pharos_api::policy_id::PolicyId;
use pharos_api::region::Region;
use pharos_api::request_id::RequestId;
use pharos_api::role_id::RoleId;
use pharos_api::role_name::RoleName;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_api::zone::Zone;
use pharos_store::archive::{
    AccessKeyEntry, AccountEntry, AttachmentEntry, Counts, Entry, Gone, InstanceEntry, ItemEntry,
    KeyPairEntry, MembershipEntry, Outgoing, Part, StoreEntry, UserEntry,
};
use pharos_store::audit::{AuditEntry, AuditHead};
use pharos_store::directory::{
    Attachment, GroupRecord, Item, Membership, PolicyRecord, PrincipalId, RoleRecord, UserProfile,
    UserRecord,
};
use pharos_store::instance::{Binding, InstanceRecord};
use pharos_store::record::{AccessKey, KeyPairRecord, MasterKeyId, SealedSecretKey};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::clock::START;
use crate::instance;
use crate::random::SeededRandom;

/// What secrets are sealed under, or rather say they are: nothing opens them.
const MASTER_KEY: MasterKeyId = MasterKeyId(*b"populace");

/// Accounts with a user of one or two policies or none, who is in a group with a preset one; a role with
/// another preset one, one or two access keys, one to three key pairs with a tag or none, an instance that the
/// first of them opens or none, and an audit row for each key pair. Their numbers reach from the smallest to
/// the largest.
///
/// Each kind is made when its turn comes, so that the number of accounts costs no memory.
#[derive(Clone, Copy, Debug)]
pub struct Population {
    /// How many accounts there are.
    pub accounts: u64,
    /// What decides everything else.
    pub seed: u64,
}

/// An account of it.
struct Inhabitant {
    index: u64,
    account: Uin,
    policies: u64,
    access_keys: u64,
    key_pairs: u64,
    has_instance: bool,
    random: SeededRandom,
}

impl Population {
    /// How many entries there are.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for inhabitant in self.inhabitants() {
            counts.accounts += 1;
            counts.users += 1;
            counts.groups += 1;
            counts.memberships += 1;
            counts.policies += inhabitant.policies;
            counts.roles += 1;
            counts.attachments += 2 + inhabitant.policies;
            counts.access_keys += inhabitant.access_keys;
            counts.key_pairs += inhabitant.key_pairs;
            counts.instances += u64::from(inhabitant.has_instance);
            counts.audit_rows += inhabitant.key_pairs;
        }
        counts
    }

    /// Every entry, in the order of a stream.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        let master_key = Some(MASTER_KEY);
        let store = std::iter::once(Entry::Store(StoreEntry { master_key }));
        store
            .chain(self.inhabitants().map(|of| of.account()))
            .chain(self.inhabitants().map(|of| of.user()))
            .chain(self.inhabitants().flat_map(Inhabitant::items))
            .chain(self.inhabitants().flat_map(Inhabitant::attachments))
            .chain(self.inhabitants().map(|of| of.membership()))
            .chain(self.inhabitants().flat_map(Inhabitant::access_keys))
            .chain(self.inhabitants().flat_map(Inhabitant::key_pairs))
            .chain(self.inhabitants().filter_map(Inhabitant::instance))
            .chain(self.inhabitants().flat_map(Inhabitant::audit_rows))
    }

    /// Sends all of it. Blocks.
    pub fn blocking_send(&self, parts: mpsc::Sender<Part>) -> Result<(), Gone> {
        let mut out = Outgoing::blocking_begin(parts, self.counts())?;
        self.entries()
            .try_for_each(|entry| out.blocking_send(entry))?;
        out.blocking_end()
    }

    fn inhabitants(&self) -> impl Iterator<Item = Inhabitant> {
        let Self { accounts, seed } = *self;
        let distance = u64::MAX / accounts;
        (0..accounts).map(move |index| {
            let random = SeededRandom::from_seed(seed.wrapping_add(index << 20));
            Inhabitant {
                index,
                account: Uin(index * distance),
                policies: random.number() % 3,
                access_keys: 1 + random.number() % 2,
                key_pairs: 1 + random.number() % 3,
                has_instance: random.number().is_multiple_of(2),
                random,
            }
        })
    }
}

impl Inhabitant {
    /// The number behind the account's own is nobody else's.
    fn uin(&self) -> Uin {
        Uin(self.account.0 + 1)
    }

    fn time(&self, seconds: u64) -> Timestamp {
        let seconds = i64::try_from(self.index % 100_000_000 + seconds).unwrap();
        Timestamp::from_unix_seconds(START + seconds).unwrap()
    }

    fn account(&self) -> Entry {
        Entry::Account(AccountEntry {
            account: self.account,
            app_id: AppId(u64::MAX - self.index),
            is_root: self.index == 0,
            key_pair_quota: self.random.number().is_multiple_of(4).then_some(100),
            instance_quota: self.random.number().is_multiple_of(4).then_some(50),
            is_disabled: self.index % 7 == 6,
            created_time: self.time(0),
        })
    }

    fn user(&self) -> Entry {
        let remark = match self.random.number() % 2 {
            0 => String::new(),
            _ => "signs at night".to_owned(),
        };
        Entry::User(UserEntry {
            account: self.account,
            record: UserRecord {
                user: self.uin(),
                name: format!("user {:x}", self.random.number()),
                profile: UserProfile {
                    remark,
                    ..UserProfile::default()
                },
                created_time: self.time(1),
            },
        })
    }

    fn group_id(&self) -> GroupId {
        GroupId(self.index + 1)
    }

    fn policy_id(number: u64) -> PolicyId {
        PolicyId(100_000_000 + number)
    }

    fn role_id(&self) -> RoleId {
        RoleId(u64::MAX - self.index)
    }

    /// A group, policies, and a role.
    fn items(self) -> impl Iterator<Item = Entry> {
        let group = GroupRecord {
            group_id: self.group_id(),
            name: GroupName::try_from("night".to_owned()).unwrap(),
            remark: String::new(),
            created_time: self.time(1),
        };
        let role = RoleRecord {
            role_id: self.role_id(),
            name: RoleName::try_from("signer".to_owned()).unwrap(),
            trust_policy: r#"{"version":"2.0","statement":[]}"#.to_owned(),
            description: "of the night".to_owned(),
            console_login: false,
            session_seconds_max: 3_600,
            tags: Tags::default(),
            created_time: self.time(1),
            updated_time: self.time(2),
        };
        let account = self.account;
        let policies = (0..self.policies).map(move |number| {
            let action = self.random.number();
            let document = format!(
                r#"{{"version":"2.0","statement":[{{"effect":"allow","action":"lighthouse:{action:x}*","resource":"*"}}]}}"#
            );
            let policy_id = Self::policy_id(number);
            let policy = PolicyRecord::of_user(self.uin(), 1, number, document, self.time(1));
            Item::Policy(PolicyRecord {
                policy_id,
                ..policy
            })
        });
        let items = std::iter::once(Item::Group(group)).chain(policies);
        let items = items.chain([Item::Role(role)]);
        items.map(move |item| Entry::Item(ItemEntry { account, item }))
    }

    /// Preset policies of the group and the role, and the user's own.
    fn attachments(self) -> impl Iterator<Item = Entry> {
        let group = (PrincipalId::Group(self.group_id()), PolicyId(3));
        let role = (PrincipalId::Role(self.role_id()), PolicyId(2));
        let user = PrincipalId::User(self.uin());
        let (account, attached_time) = (self.account, self.time(1));
        let of_user = (0..self.policies).map(move |number| (user, Self::policy_id(number)));
        let all = [group, role].into_iter().chain(of_user);
        all.map(move |(principal, policy_id)| {
            let attachment = Attachment {
                principal,
                policy_id,
                attached_time,
            };
            Entry::Attachment(AttachmentEntry {
                account,
                attachment,
            })
        })
    }

    fn membership(&self) -> Entry {
        Entry::Membership(MembershipEntry {
            account: self.account,
            membership: Membership {
                group_id: self.group_id(),
                user: self.uin(),
                joined_time: self.time(1),
            },
        })
    }

    fn secret_id(&self, number: u64) -> SecretId {
        SecretId::parse(&format!("AKID{:024}{number:08}", self.index)).unwrap()
    }

    /// The first is the account's own, and a second one its user's.
    fn access_keys(self) -> impl Iterator<Item = Entry> {
        (0..self.access_keys).map(move |number| {
            let sealed = (0..8).flat_map(|_| self.random.number().to_le_bytes());
            Entry::AccessKey(AccessKeyEntry {
                access_key: AccessKey {
                    secret_id: self.secret_id(number),
                    sealed_secret_key: SealedSecretKey {
                        master_key: MASTER_KEY,
                        sealed: sealed.collect(),
                    },
                },
                account: self.account,
                user: (number > 0).then(|| self.uin()),
                is_start_key: number == 0 && self.index == 0,
                is_active: !self.random.number().is_multiple_of(8),
                description: (number > 0).then(|| "of the night".to_owned()),
                created_time: self.time(2 + number),
                last_used_time: (number > 0).then(|| self.time(86_400)),
            })
        })
    }

    /// Each in another region, in their order.
    fn key_pairs(self) -> impl Iterator<Item = Entry> {
        let first = self.random.number() % (Region::ALL.len() as u64 - 2);
        (0..self.key_pairs).map(move |number| {
            let region = Region::ALL[usize::try_from(first + number).unwrap()];
            let digits: String = (0..23)
                .map(|_| format!("{:016x}", self.random.number()))
                .collect();
            let key_id = format!("lhkp-{:08x}", self.random.number() >> 32);
            let key_id = KeyId::parse(&key_id).unwrap();
            let mut fingerprint = [0; 32];
            fingerprint.copy_from_slice(&digits.as_bytes()[..32]);
            let tag_count = usize::try_from(self.random.number() % 2).unwrap();
            let tags = vec![json!({"Key": "team", "Value": key_id.as_str()}); tag_count];
            let tags = Tags::decode(Value::Array(tags), &Path::Root).unwrap();
            Entry::KeyPair(KeyPairEntry {
                account: self.account,
                region,
                record: KeyPairRecord {
                    public_key: format!("ssh-rsa {digits} {key_id}"),
                    key_id,
                    key_name: KeyName::try_from(format!("key_{number}")).unwrap(),
                    fingerprint,
                    tags,
                    created_time: self.time(4 + number),
                },
            })
        })
    }

    /// Opened by the first key pair.
    fn instance(self) -> Option<Entry> {
        let (has_instance, account, index) = (self.has_instance, self.account, self.index);
        let Some(Entry::KeyPair(key_pair)) = self.key_pairs().next().filter(|_| has_instance)
        else {
            return None;
        };
        let time = key_pair.record.created_time;
        let record = InstanceRecord {
            zone: Zone::first(key_pair.region),
            client_token: (index % 2 == 0).then(|| ClientToken::parse("first").unwrap()),
            tags: key_pair.record.tags,
            expired_time: Some(time.plus_months(1)),
            ..instance::running(&format!("lhins-{:08}", index % 100_000_000), time)
        };
        Some(Entry::Instance(InstanceEntry {
            account,
            region: key_pair.region,
            bindings: vec![Binding {
                instance_id: record.instance_id.clone(),
                key_id: key_pair.record.key_id,
                username: Username::root(),
                bound_from: time,
                bound_until: (index % 3 == 0).then(|| time.plus_seconds(60)),
            }],
            record,
        }))
    }

    fn audit_rows(self) -> impl Iterator<Item = Entry> {
        let mut head = AuditHead::EMPTY;
        (0..self.key_pairs).map(move |number| {
            Entry::AuditRow(
                head.append(&AuditEntry {
                    time: self.time(4 + number),
                    request_id: RequestId::generate(&self.random),
                    account: self.account,
                    user: self.uin(),
                    secret_id: self.secret_id(0),
                    source: IpAddr::V4(Ipv4Addr::LOCALHOST),
                    operation: "lighthouse:CreateKeyPair".to_owned(),
                    resources: vec!["*".to_owned()],
                    refusal: self
                        .random
                        .number()
                        .is_multiple_of(8)
                        .then_some(Code::InternalError),
                }),
            )
        })
    }
}
