//! Whether what a store holds is right in itself: every entry is looked at once, in constant memory.

use pharos_api::account::Uin;
use pharos_keys::PublicKey;
use pharos_policy::{Policy, TrustPolicy};
use pharos_store::archive::{AccessKeyEntry, Counts, Entry, ItemEntry, KeyPairEntry};
use pharos_store::audit::{AuditHead, AuditRow};
use pharos_store::diagnosis::{Finding, Foreign};
use pharos_store::directory::Item;
use pharos_store::record::MasterKeyId;

use crate::master_keys::{MasterKeyError, MasterKeys};

/// Looks at the entries of a store or of a backup as they go by, in the order of a stream.
///
/// What one entry means for another, a name that is free or an account that exists, is the store's own to
/// say.
pub struct Examination<'k> {
    master_keys: Option<&'k MasterKeys>,
    has_begun: bool,
    counts: Counts,
    in_use: Option<MasterKeyId>,
    root: Option<Uin>,
    chain: Chain,
    outdated: u64,
    foreign: Faults,
    policies: Faults,
    key_pairs: Faults,
    broken_chains: Faults,
    closed: Faults,
    damaged: Faults,
}

/// The audit log of the account whose rows go by.
#[derive(Default)]
struct Chain {
    account: Option<Uin>,
    /// Its end so far; `None` behind the first row that does not follow.
    head: Option<AuditHead>,
}

/// What is wrong of one kind.
#[derive(Default)]
struct Faults {
    count: u64,
    first: Option<String>,
}

impl Faults {
    fn add(&mut self, text: impl FnOnce() -> String) {
        self.count += 1;
        self.first.get_or_insert_with(text);
    }

    /// The first, and how many there are, with what to do; or what is said if there is none.
    fn finding(self, check: &'static str, sound: String, advice: &str) -> Finding {
        match self.first {
            None => Finding::sound(check, sound),
            Some(first) => Finding::problem(
                check,
                match self.count - 1 {
                    0 => format!("{first}; {advice}"),
                    more => format!("{first}, and {more} more; {advice}"),
                },
            ),
        }
    }
}

impl<'k> Examination<'k> {
    /// At the start. Without master keys nothing is found out about secrets.
    pub fn new(master_keys: Option<&'k MasterKeys>) -> Self {
        Self {
            master_keys,
            has_begun: false,
            counts: Counts::default(),
            in_use: None,
            root: None,
            chain: Chain::default(),
            outdated: 0,
            foreign: Faults::default(),
            policies: Faults::default(),
            key_pairs: Faults::default(),
            broken_chains: Faults::default(),
            closed: Faults::default(),
            damaged: Faults::default(),
        }
    }

    /// Whether there was an entry: a store has at least one.
    pub fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// The master key that new secrets are sealed under, as the store has it.
    pub fn master_key(&self) -> Option<MasterKeyId> {
        self.in_use
    }

    /// Looks at the next entry.
    pub fn take(&mut self, entry: &Entry) {
        self.has_begun = true;
        self.counts.add(entry);
        match entry {
            Entry::Store(store) => self.in_use = store.master_key,
            Entry::Account(account) if account.is_root => self.root = Some(account.account),
            // What they say of themselves is looked at where they are read, and what they name by the store.
            Entry::Account(_)
            | Entry::User(_)
            | Entry::Attachment(_)
            | Entry::Membership(_)
            | Entry::Instance(_) => {}
            Entry::Item(item) => self.look_at_item(item),
            Entry::AccessKey(access_key) => self.look_at_access_key(access_key),
            Entry::KeyPair(key_pair) => self.look_at_key_pair(key_pair),
            Entry::AuditRow(row) => self.look_at_audit_row(row),
        }
    }

    /// There is a row in the place of the next entry that is none.
    pub fn take_foreign(&mut self, foreign: &Foreign) {
        self.foreign.add(|| foreign.to_string());
    }

    fn look_at_item(&mut self, entry: &ItemEntry) {
        let parsed = match &entry.item {
            Item::Group(_) => return,
            Item::Policy(policy) => Policy::parse(&policy.document).map(|_| ()),
            Item::Role(role) => TrustPolicy::parse(&role.trust_policy).map(|_| ()),
        };
        if let Err(bad) = parsed {
            self.policies
                .add(|| format!("{}: {bad}", Entry::Item(entry.clone())));
        }
    }

    fn look_at_access_key(&mut self, entry: &AccessKeyEntry) {
        let (id, sealed) = (
            &entry.access_key.secret_id,
            &entry.access_key.sealed_secret_key,
        );
        if self
            .in_use
            .is_some_and(|in_use| sealed.master_key != in_use)
        {
            self.outdated += 1;
        }
        let Some(master_keys) = self.master_keys else {
            return;
        };
        match master_keys.unseal_with_known(id, sealed) {
            Ok(_) => {}
            Err(MasterKeyError::Missing { wanted, .. }) => self.closed.add(|| {
                format!("the secret of `{id}` is sealed under the master key {wanted}, which is not there")
            }),
            Err(error) => self.damaged.add(|| error.to_string()),
        }
    }

    fn look_at_key_pair(&mut self, entry: &KeyPairEntry) {
        let record = &entry.record;
        let wrong = match PublicKey::parse(&record.public_key) {
            Err(_) => "is no public key",
            Ok(key) if key.fingerprint().0 != record.fingerprint => {
                "does not have the fingerprint beside it"
            }
            Ok(_) => return,
        };
        self.key_pairs.add(|| {
            let KeyPairEntry {
                account, region, ..
            } = entry;
            let key_id = &record.key_id;
            format!(
                "the line of the key pair `{key_id}` of the account {account} in {region} {wrong}"
            )
        });
    }

    fn look_at_audit_row(&mut self, row: &AuditRow) {
        let chain = &mut self.chain;
        if chain.account != Some(row.account) {
            chain.account = Some(row.account);
            chain.head = Some(AuditHead::EMPTY);
        }
        let Some(head) = &mut chain.head else {
            return;
        };
        if let Err(broken) = head.follow(row) {
            chain.head = None;
            let account = row.account;
            self.broken_chains
                .add(|| format!("in the account {account} {broken}"));
        }
    }

    /// What was found, when there is no more.
    pub fn findings(self) -> Vec<Finding> {
        let counts = self.counts;
        let rows = counts.total();
        let mut findings = vec![
            self.foreign.finding(
                "rows",
                format!("{rows}, each reads as what it should be"),
                RESTORE,
            ),
            root_account(self.root, counts),
            self.policies.finding(
                "policies",
                format!(
                    "{} and {} roles, all can be evaluated",
                    counts.policies, counts.roles
                ),
                "put a policy in its place that can be evaluated",
            ),
            self.key_pairs.finding(
                "key pairs",
                format!(
                    "{}, each with the fingerprint of its line",
                    counts.key_pairs
                ),
                RESTORE,
            ),
            self.broken_chains.finding(
                "audit log",
                format!("{} rows, every chain unbroken", counts.audit_rows),
                "compare it with a backup, and see who else can write to the store",
            ),
        ];
        if self.master_keys.is_none() {
            if counts.access_keys > 0 {
                findings.push(Finding::warning(
                    "secrets",
                    format!(
                        "{}, not looked at, for there is no master key to open them",
                        counts.access_keys
                    ),
                ));
            }
        } else {
            findings.push(if self.closed.count > 0 {
                let advice = "put the master key back";
                self.closed.finding("secrets", String::new(), advice)
            } else if self.damaged.count == 0 && self.outdated > 0 {
                let (all, outdated) = (counts.access_keys, self.outdated);
                Finding::warning(
                    "secrets",
                    format!(
                        "{all}, each can be opened, {outdated} under an older master key; run \
                         `pharos master-key rotate`"
                    ),
                )
            } else {
                let sound = format!("{}, each can be opened", counts.access_keys);
                let advice = "give its owner another access key, or restore the newest backup";
                self.damaged.finding("secrets", sound, advice)
            });
        }
        findings
    }
}

/// What to do about what nothing else mends.
const RESTORE: &str = "restore the newest backup";

fn root_account(root: Option<Uin>, counts: Counts) -> Finding {
    let check = "accounts";
    match root {
        Some(root) => Finding::sound(check, format!("{}, root is {root}", counts.accounts)),
        None if counts.accounts == 0 => {
            Finding::sound(check, "none yet; the first start makes root")
        }
        None => Finding::problem(check, format!("none of them is root; {RESTORE}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;
    use std::net::Ipv4Addr;

    use pharos_api::account::AppId;
    use pharos_api::credential::{SecretId, SecretKey};
    use pharos_api::key_id::KeyId;
    use pharos_api::key_name::KeyName;
    use pharos_api::region::Region;
    use pharos_api::request_id::RequestId;
    use pharos_api::tag::Tags;
    use pharos_api::time::Timestamp;
    use pharos_keys::{Generator, KeyType};
    use pharos_store::archive::{AccountEntry, StoreEntry, UserEntry};
    use pharos_store::audit::AuditEntry;
    use pharos_store::diagnosis::Verdict;
    use pharos_store::directory::{PolicyRecord, UserProfile, UserRecord};
    use pharos_store::record::{AccessKey, KeyPairRecord};
    use pharos_testkit::random::SeededRandom;

    use crate::master_key::MasterKey;
    use crate::master_keys::{Cause, MasterKeySource};

    /// Two master keys, the older of which opens one of the two secrets.
    struct Two;

    impl fmt::Display for Two {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("the test")
        }
    }

    impl MasterKeySource for Two {
        fn load(&self) -> Result<Vec<MasterKey>, Cause> {
            Ok([1, 2].map(master_key).into())
        }
    }

    fn master_key(number: u8) -> MasterKey {
        MasterKey::new(&[number; 32])
    }

    /// A sound store with one of everything, and a second account that has an audit log only.
    fn entries() -> Vec<Entry> {
        let random = SeededRandom::from_seed(7);
        let created_time = Timestamp::epoch();
        let secret_id = SecretId::parse("AKIDa").unwrap();
        let account = |number| {
            Entry::Account(AccountEntry {
                account: Uin(number),
                app_id: AppId(number),
                is_root: number == 1,
                key_pair_quota: None,
                instance_quota: None,
                is_disabled: false,
                created_time,
            })
        };
        let user = UserEntry {
            account: Uin(1),
            record: UserRecord {
                user: Uin(7),
                name: "seven".to_owned(),
                profile: UserProfile::default(),
                created_time,
            },
        };
        let document =
            r#"{"version":"2.0","statement":[{"effect":"allow","action":"*","resource":"*"}]}"#;
        let policy = PolicyRecord::of_user(Uin(7), 1, 1, document.to_owned(), created_time);
        let item = |item| {
            let account = Uin(1);
            Entry::Item(ItemEntry { account, item })
        };
        let secret_key = SecretKey::new("the secret");
        let access_key = AccessKeyEntry {
            access_key: AccessKey {
                sealed_secret_key: master_key(2).seal(&secret_id, &secret_key, &random),
                secret_id: secret_id.clone(),
            },
            account: Uin(1),
            user: None,
            is_start_key: true,
            is_active: true,
            description: None,
            created_time,
            last_used_time: None,
        };
        let public_key = Generator::library()
            .generate(KeyType::Rsa2048, &|| true)
            .unwrap()
            .public_key;
        let key_pair = KeyPairEntry {
            account: Uin(1),
            region: Region::Tokyo,
            record: KeyPairRecord {
                key_id: KeyId::parse("lhkp-hfenegt1").unwrap(),
                key_name: KeyName::try_from("key".to_owned()).unwrap(),
                public_key: public_key.authorized_keys_line("lhkp-hfenegt1"),
                fingerprint: public_key.fingerprint().0,
                tags: Tags::default(),
                created_time,
            },
        };
        let store = StoreEntry {
            master_key: Some(master_key(2).id()),
        };
        let mut entries = vec![
            Entry::Store(store),
            account(1),
            account(2),
            Entry::User(user),
            item(Item::Policy(policy)),
            Entry::AccessKey(access_key),
            Entry::KeyPair(key_pair),
        ];
        for account in [1, 2] {
            let mut head = AuditHead::EMPTY;
            entries.extend([1, 2, 3].map(|_| {
                Entry::AuditRow(head.append(&AuditEntry {
                    time: created_time,
                    request_id: RequestId::generate(&random),
                    account: Uin(account),
                    user: Uin(account),
                    secret_id: secret_id.clone(),
                    source: Ipv4Addr::LOCALHOST.into(),
                    operation: "lighthouse:CreateKeyPair".to_owned(),
                    resources: Vec::new(),
                    refusal: None,
                }))
            }));
        }
        entries
    }

    /// What is not sound.
    fn complaints(entries: &[Entry]) -> Vec<(&'static str, Verdict)> {
        let master_keys = MasterKeys::load(Two).unwrap();
        let mut examination = Examination::new(Some(&master_keys));
        for entry in entries {
            examination.take(entry);
        }
        let findings = examination.findings().into_iter();
        findings
            .filter(|finding| finding.verdict != Verdict::Sound)
            .map(|finding| (finding.check, finding.verdict))
            .collect()
    }

    #[test]
    fn a_sound_store_has_no_complaint() {
        assert_eq!(complaints(&entries()), []);
        // As it is before the first start.
        assert_eq!(
            complaints(&[Entry::Store(StoreEntry { master_key: None })]),
            []
        );
    }

    #[test]
    fn each_thing_that_is_wrong_is_one_complaint() {
        let sealed_by = |entry: &mut Entry, number| {
            if let Entry::AccessKey(AccessKeyEntry { access_key, .. }) = entry {
                access_key.sealed_secret_key = master_key(number).seal(
                    &access_key.secret_id,
                    &SecretKey::new("the secret"),
                    &SeededRandom::from_seed(8),
                );
            }
        };
        let change_everywhere = |change: &dyn Fn(&mut Entry)| {
            let mut entries = entries();
            entries.iter_mut().for_each(change);
            complaints(&entries)
        };
        let (problem, warning) = (Verdict::Problem, Verdict::Warning);
        let complaint = change_everywhere(&|entry| {
            if let Entry::Account(account) = entry {
                account.is_root = false;
            }
        });
        assert_eq!(complaint, [("accounts", problem)]);
        let complaint = change_everywhere(&|entry| {
            if let Entry::Item(ItemEntry {
                item: Item::Policy(policy),
                ..
            }) = entry
            {
                policy.document.push('!');
            }
        });
        assert_eq!(complaint, [("policies", problem)]);
        let complaint = change_everywhere(&|entry| {
            if let Entry::KeyPair(key_pair) = entry {
                key_pair.record.fingerprint[31] ^= 1;
            }
        });
        assert_eq!(complaint, [("key pairs", problem)]);
        let complaint = change_everywhere(&|entry| {
            if let Entry::AuditRow(row) = entry
                && row.account == Uin(2)
            {
                row.operation.push('!');
            }
        });
        assert_eq!(complaint, [("audit log", problem)]);
        let complaint = change_everywhere(&|entry| sealed_by(entry, 1));
        assert_eq!(complaint, [("secrets", warning)]);
        let complaint = change_everywhere(&|entry| sealed_by(entry, 3));
        assert_eq!(complaint, [("secrets", problem)]);
        let complaint = change_everywhere(&|entry| {
            if let Entry::AccessKey(AccessKeyEntry { access_key, .. }) = entry {
                access_key.sealed_secret_key.sealed.push(0);
            }
        });
        assert_eq!(complaint, [("secrets", problem)]);
    }

    #[test]
    fn a_broken_chain_is_told_once_an_account() {
        let mut examination = Examination::new(None);
        for entry in entries() {
            let is_second = matches!(&entry, Entry::AuditRow(row) if row.sequence == 2);
            if !is_second {
                examination.take(&entry);
            }
        }
        let findings = examination.findings();
        let of = |check| findings.iter().find(|finding| finding.check == check);
        let told = &of("audit log").unwrap().text;
        assert!(
            told.starts_with(
                "in the account 1 row 2 is missing: row 3 stands in its place, and 1 more; "
            ),
            "{told}"
        );
        assert_eq!(of("secrets").unwrap().verdict, Verdict::Warning);
    }
}
