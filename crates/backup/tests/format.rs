//! The file: what goes in comes out, and nothing else is taken for one.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::IpAddr;
use std::thread;

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, Crc};
use pharos_api::account::{AppId, Uin};
use pharos_api::blueprint_id::BlueprintId;
use pharos_api::bundle_id::BundleId;
use pharos_api::client_token::ClientToken;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::instance_id::InstanceId;
use pharos_api::instance_name::InstanceName;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::instance_state::InstanceState;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::parameter::{Parameter, Path};
use pharos_api::platform_type::PlatformType;
use pharos_api::policy_id::PolicyId;
use pharos_api::region::Region;
use pharos_api::renew_flag::RenewFlag;
use pharos_api::role_id::RoleId;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_api::zone::Zone;
use pharos_backup::{Header, LINE_BYTES_MAX, ReadError, Reader, WriteError, Writer, load};
use pharos_store::archive::{
    AccessKeyEntry, AccountEntry, Archive, AttachmentEntry, CHUNKS_WAITING, Counts, Entry,
    InstanceEntry, ItemEntry, KeyPairEntry, MembershipEntry, StoreEntry, UserEntry,
};
use pharos_store::audit::{AuditHash, AuditHead, AuditRow};
use pharos_store::directory::{
    Attachment, GroupRecord, Item, ItemKind, Membership, PolicyRecord, PrincipalId, RoleRecord,
    UserProfile, UserRecord,
};
use pharos_store::instance::{Addresses, Binding, InstanceRecord, LatestOperation};
use pharos_store::record::{AccessKey, KeyPairRecord, MasterKeyId, SealedSecretKey};
use pharos_store_sqlite::SqliteStore;
use pharos_testkit::population::Population;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

/// A small store of every kind of entry.
fn some_entries() -> Vec<Entry> {
    let population = Population {
        accounts: 3,
        seed: 1,
    };
    population.entries().collect()
}

fn header_of(entries: &[Entry]) -> Header {
    let mut counts = Counts::default();
    for entry in entries {
        counts.add(entry);
    }
    Header {
        pharos: "0.1.0".to_owned(),
        created_time: time(0),
        counts,
    }
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(1_764_057_600 + seconds).unwrap()
}

fn write(entries: &[Entry]) -> Result<Vec<u8>, WriteError> {
    let mut writer = Writer::new(Vec::new(), &header_of(entries))?;
    for entry in entries {
        writer.write(entry.clone())?;
    }
    let saved = writer.finish()?;
    assert_eq!(saved.bytes, saved.to.len() as u64);
    Ok(saved.to)
}

fn read(file: &[u8]) -> Result<(Header, Vec<Entry>), ReadError> {
    let mut reader = Reader::new(file)?;
    let mut entries = Vec::new();
    while let Some(entry) = reader.read()? {
        entries.push(entry);
    }
    Ok((reader.header().clone(), entries))
}

/// A whole file of these lines, as docs/backup-format.md describes it.
fn packed(lines: &[Value]) -> Vec<u8> {
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    let member = without_end(&lines);
    let sha256 = base16ct::lower::encode_string(&Sha256::digest(&member));
    let entries = lines.len() - 1;
    let end = format!("{{\"end\":{{\"entries\":{entries},\"sha256\":\"{sha256}\"}}}}\n");
    let length = u16::try_from(end.len()).unwrap();
    let mut crc = Crc::new();
    crc.update(end.as_bytes());
    [
        &member,
        &b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01"[..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        end.as_bytes(),
        &crc.sum().to_le_bytes(),
        &u32::from(length).to_le_bytes(),
    ]
    .concat()
}

/// Why a file is refused.
fn refusal(file: &[u8]) -> String {
    read(file).unwrap_err().to_string()
}

/// The lines of a file, as `zcat` shows them.
fn lines(file: &[u8]) -> Vec<String> {
    let mut text = String::new();
    MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// A first member of these lines, with no second one.
fn without_end(lines: &[String]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    for line in lines {
        gzip.write_all(line.as_bytes()).unwrap();
        gzip.write_all(b"\n").unwrap();
    }
    gzip.finish().unwrap()
}

#[test]
fn what_was_written_is_read() {
    let entries = some_entries();
    let file = write(&entries).unwrap();
    assert_eq!(read(&file).unwrap(), (header_of(&entries), entries));
}

#[test]
fn a_file_of_version_1_is_read_and_has_no_instances() {
    let old = include_bytes!("version_1.backup");
    let (header, entries) = read(old).unwrap();
    assert_eq!(header, header_of(&entries));
    assert_eq!((header.counts.key_pairs, header.counts.instances), (4, 0));
    let lines = lines(old);
    assert_is_unknown_to(1, &lines, "counts", "instances", json!(0));
    assert_is_unknown_to(1, &lines, "account", "instance_quota", Value::Null);
}

#[test]
fn a_file_of_version_2_is_read_and_its_users_have_no_profile() {
    let old = include_bytes!("version_2.backup");
    let (header, entries) = read(old).unwrap();
    assert_eq!(header, header_of(&entries));
    assert!(header.counts.instances > 0);
    for entry in &entries {
        match entry {
            Entry::Account(account) => assert!(!account.is_disabled),
            Entry::User(user) => assert_eq!(user.record.profile, UserProfile::default()),
            Entry::AccessKey(access_key) => {
                assert_eq!(access_key.description, None);
                assert_eq!(access_key.last_used_time, None);
            }
            _ => {}
        }
    }
}

#[test]
fn what_came_with_version_3_is_in_no_older_file() {
    let new = lines(&write(&some_entries()).unwrap());
    for (version, old) in [
        (1, &include_bytes!("version_1.backup")[..]),
        (2, include_bytes!("version_2.backup")),
    ] {
        let old = lines(old);
        for (kind, field) in [
            ("counts", "groups"),
            ("counts", "policies"),
            ("counts", "roles"),
            ("counts", "attachments"),
            ("counts", "memberships"),
            ("account", "is_disabled"),
            ("user", "remark"),
            ("user", "console_login"),
            ("user", "phone_number"),
            ("user", "country_code"),
            ("user", "email"),
            ("access_key", "description"),
            ("access_key", "last_used_time"),
        ] {
            let value = field_of(&new, kind, field);
            assert_is_unknown_to(version, &old, kind, field, value);
        }
        for kind in ["group", "policy", "role", "attachment", "membership"] {
            let line = &new[place_of(&new, kind)];
            let behind_users = place_of(&old, "access_key");
            let refused = refusal_of_line(&old, behind_users, |old| {
                *old = serde_json::from_str(line).unwrap();
            });
            let expected = format!("version {version} has no `{kind}`");
            assert!(refused.contains(&expected), "{refused}");
        }
    }
}

#[test]
fn the_documents_of_users_of_older_files_are_policies_that_are_attached() {
    for old in [
        &include_bytes!("version_1.backup")[..],
        include_bytes!("version_2.backup"),
    ] {
        let (header, entries) = read(old).unwrap();
        assert_eq!(header.counts.policies, 3);
        assert_eq!(header.counts.attachments, 3);
        let mut policies = Vec::new();
        let mut attachments = Vec::new();
        for line in lines(old) {
            let line: Value = serde_json::from_str(&line).unwrap();
            let user = &line["user"];
            let Some(documents) = user["policies"].as_array() else {
                continue;
            };
            let number = |field: &str| Uin(user[field].as_str().unwrap().parse().unwrap());
            let created = user["created_time"].clone();
            let created: Timestamp = serde_json::from_value(created).unwrap();
            // No account has a second user there.
            for (place, document) in (1..).zip(documents) {
                let document = document.as_str().unwrap().to_owned();
                let policy = PolicyRecord::of_user(number("user"), place, place, document, created);
                attachments.push(Entry::Attachment(AttachmentEntry {
                    account: number("account"),
                    attachment: Attachment {
                        principal: PrincipalId::User(number("user")),
                        policy_id: policy.policy_id,
                        attached_time: created,
                    },
                }));
                policies.push(Entry::Item(ItemEntry {
                    account: number("account"),
                    item: Item::Policy(policy),
                }));
            }
        }
        let is_made = |entry: &&Entry| matches!(entry, Entry::Item(_) | Entry::Attachment(_));
        let found: Vec<_> = entries.iter().filter(is_made).cloned().collect();
        assert_eq!(found, [policies, attachments].concat());
    }
}

#[test]
fn documents_are_counted_in_their_account_and_of_their_user() {
    let user = |account: &str, user: &str, policies: &[&str]| {
        let created_time = "2026-11-25T08:00:00Z";
        json!({"user": {"account": account, "user": user, "name": "", "policies": policies,
            "created_time": created_time}})
    };
    // It ends with its users.
    let file = packed(&[
        json!({"format": "pharos-backup", "version": 2, "pharos": "0.1.0",
            "created_time": "2026-11-25T08:00:00Z",
            "counts": {"accounts": 0, "users": 4, "access_keys": 0, "key_pairs": 0, "instances": 0,
                "audit_rows": 0}}),
        json!({"store": {"master_key": null}}),
        user("1", "11", &["a", "b"]),
        user("1", "12", &[]),
        user("1", "18446744073709551615", &["c"]),
        user("2", "21", &["d"]),
    ]);
    let (header, entries) = read(&file).unwrap();
    assert_eq!(header.counts.total(), entries.len() as u64 - 1);
    let policies = entries.iter().filter_map(|entry| match entry {
        Entry::Item(ItemEntry {
            account,
            item: Item::Policy(policy),
        }) => Some((
            account.0,
            policy.policy_id.0,
            policy.name.as_str(),
            &*policy.document,
        )),
        _ => None,
    });
    assert_eq!(
        policies.collect::<Vec<_>>(),
        [
            (1, 1_000_001, "user-11-1", "a"),
            (1, 1_000_002, "user-11-2", "b"),
            (1, 1_000_003, "user-18446744073709551615-1", "c"),
            (2, 1_000_001, "user-21-1", "d"),
        ]
    );
}

#[test]
fn a_store_is_filled_from_a_file_of_version_2() {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("store")).unwrap();
    let (sender, parts) = mpsc::channel(CHUNKS_WAITING);
    let loading = thread::spawn(|| {
        let reader = Reader::new(&include_bytes!("version_2.backup")[..]).unwrap();
        load(reader, sender, |_| ()).unwrap();
    });
    runtime.block_on(store.import(parts)).unwrap();
    loading.join().unwrap();
}

#[test]
fn a_file_of_version_3_is_read_and_written_as_it_was_when_that_was_new() {
    let old = include_bytes!("version_3.backup");
    let (header, entries) = read(old).unwrap();
    assert_eq!(header, header_of(&entries));
    assert!(header.counts.roles > 0);
    // The lines, without the checksum: the compression may get better.
    let new = write(&entries).unwrap();
    let (old, new) = (lines(old), lines(&new));
    assert_eq!(old[..old.len() - 1], new[..new.len() - 1]);
}

#[test]
fn a_person_reads_it_with_zcat() {
    let entries = some_entries();
    let file = write(&entries).unwrap();
    let lines = lines(&file);
    assert_eq!(lines.len(), entries.len() + 2);
    let values: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(values[0]["format"], "pharos-backup");
    assert_eq!(values[0]["version"], 3);
    assert_eq!(values[0]["created_time"], "2025-11-25T08:00:00Z");
    assert_eq!(values[0]["counts"]["accounts"], 3);
    assert_eq!(values[1]["store"]["master_key"], "706f70756c616365");
    assert_eq!(values[2]["account"]["app_id"], u64::MAX.to_string());
    let end = &values.last().unwrap()["end"];
    assert_eq!(end["entries"], entries.len());
    assert_eq!(end["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn a_file_with_any_bit_flipped_is_refused() {
    let mut file = write(&some_entries()).unwrap();
    for at in 0..file.len() {
        for bit in 0..8 {
            file[at] ^= 1 << bit;
            assert!(read(&file).is_err(), "byte {at}, bit {bit}");
            file[at] ^= 1 << bit;
        }
    }
    read(&file).unwrap();
}

#[test]
fn a_file_that_was_cut_anywhere_is_refused() {
    let file = write(&some_entries()).unwrap();
    for length in 0..file.len() {
        let refused = read(&file[..length]).unwrap_err();
        let is_told = matches!(refused, ReadError::BrokenOff { .. } | ReadError::NotABackup);
        assert!(is_told, "{length}: {refused}");
    }
}

#[test]
fn a_file_with_anything_behind_its_end_is_refused() {
    let file = write(&some_entries()).unwrap();
    for behind in [&b"\0"[..], b"\n", &file] {
        let refused = refusal(&[&file, behind].concat());
        assert!(refused.contains("behind its last line"), "{refused}");
    }
}

#[test]
fn lines_that_were_changed_and_packed_again_are_refused() {
    let file = write(&some_entries()).unwrap();
    let lines = lines(&file);
    // With the old end line among them, and without.
    for length in [lines.len(), lines.len() - 1] {
        let refused = read(&without_end(&lines[..length]));
        assert!(refused.is_err());
    }
}

#[test]
fn what_is_no_backup_is_called_so() {
    for other in [
        &b"shopping: rope, lamp oil"[..],
        &without_end(&[]),
        &without_end(&["shopping".to_owned()]),
        &without_end(&[r#"{"format":"tar","version":1}"#.to_owned()]),
    ] {
        let refused = refusal(other);
        assert!(
            refused.contains("it is not a backup, or damaged where it begins; name a file"),
            "{refused}"
        );
    }
}

#[test]
fn a_newer_version_is_told() {
    let line = r#"{"format":"pharos-backup","version":4,"compression":"zstd"}"#;
    assert_eq!(
        refusal(&without_end(&[line.to_owned()])),
        "it was written by a newer Pharos: version 4; this one reads 3 at most; use the newer one"
    );
}

/// What is said of the file whose line at this place is another, from 0.
fn refusal_of_line(lines: &[String], at: usize, change: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(&lines[at]).unwrap();
    change(&mut value);
    let changed = [&lines[..at], &[value.to_string()]].concat();
    refusal(&without_end(&changed))
}

/// Where the first line of a kind stands; the counts stand in the first.
fn place_of(lines: &[String], kind: &str) -> usize {
    let begins = format!("{{\"{kind}\"");
    let place = lines.iter().position(|line| line.starts_with(&begins));
    if kind == "counts" { 0 } else { place.unwrap() }
}

fn field_of(lines: &[String], kind: &str, field: &str) -> Value {
    let line: Value = serde_json::from_str(&lines[place_of(lines, kind)]).unwrap();
    line[kind][field].clone()
}

/// A file of this version is refused if it has a field that came later.
fn assert_is_unknown_to(version: u32, lines: &[String], kind: &str, field: &str, value: Value) {
    let refused = refusal_of_line(lines, place_of(lines, kind), |line| {
        line[kind][field] = value;
    });
    let expected = format!("version {version} has no `{field}`");
    assert!(refused.contains(&expected), "{refused}");
}

#[test]
fn no_file_of_version_3_has_documents_of_users() {
    let lines = lines(&write(&some_entries()).unwrap());
    let refused = refusal_of_line(&lines, place_of(&lines, "user"), |line| {
        line["user"]["policies"] = json!([]);
    });
    assert!(refused.contains("version 3 has no `policies`"), "{refused}");
}

#[test]
fn every_field_is_needed_and_no_other_is_taken() {
    let lines = lines(&write(&some_entries()).unwrap());
    for at in 0..lines.len() - 1 {
        let line: Value = serde_json::from_str(&lines[at]).unwrap();
        // The first line has its fields itself, the others have them behind the name of their kind.
        let kind = line.as_object().unwrap().keys().next().unwrap();
        let fields = if at == 0 {
            String::new()
        } else {
            format!("/{kind}")
        };
        let names: Vec<_> = line
            .pointer(&fields)
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
            .collect();
        let refused = |change: &dyn Fn(&mut Value)| {
            let refused = refusal_of_line(&lines, at, |line| {
                change(line.pointer_mut(&fields).unwrap());
            });
            let is_told = refused.starts_with(&format!("line {} is damaged", at + 1));
            assert!(
                is_told || refused.starts_with("it is not a backup"),
                "{refused}"
            );
        };
        for name in names {
            refused(&|fields| drop(fields.as_object_mut().unwrap().remove(name)));
            refused(&|fields| fields[name] = json!({}));
        }
        refused(&|fields| fields["colour"] = json!("red"));
        let refused = refusal_of_line(&lines, at, |line| line["colour"] = json!("red"));
        assert!(refused.contains("is damaged"), "{refused}");
    }
}

#[test]
fn what_is_said_of_a_line_is_one_short_sentence() {
    let lines = lines(&write(&some_entries()).unwrap());
    let refused = refusal_of_line(&lines, 2, |line| {
        line["account"]["a\nb".repeat(10_000)] = json!(1);
    });
    assert!(refused.contains("unknown field"), "{refused}");
    assert!(!refused.contains('\n') && refused.len() < 1000, "{refused}");
}

#[test]
fn a_value_has_one_text_only() {
    let lines = lines(&write(&some_entries()).unwrap());
    for (kind, field, text) in [
        ("store", "master_key", "706F70756C616365"),
        ("store", "master_key", "706f70756c6163"),
        ("account", "account", "00"),
        ("account", "account", "+0"),
        ("account", "account", "18446744073709551616"),
        ("account", "created_time", "2026-11-25T08:00:00.5Z"),
        ("account", "created_time", "2026-11-25T09:00:00+01:00"),
        ("group", "group_id", "01"),
        ("policy", "policy_id", "18446744073709551616"),
        ("role", "role_id", "-1"),
        ("attachment", "policy_id", ""),
        ("membership", "group_id", "one"),
        ("access_key", "secret_id", "AKID 1"),
        ("access_key", "last_used_time", "yesterday"),
        ("key_pair", "region", "mars-1"),
        ("key_pair", "key_id", "key-12345678"),
        ("key_pair", "key_name", "a-b"),
        ("key_pair", "fingerprint", "AAAA"),
        ("instance", "instance_id", "lhins-1"),
        ("instance", "bundle_id", "a b"),
        ("instance", "client_token", ""),
        ("instance", "expired_time", "tomorrow"),
        ("audit_row", "source", "127.0.0.01"),
        ("audit_row", "hash", "????"),
    ] {
        let at = place_of(&lines, kind);
        let refused = refusal_of_line(&lines, at, |line| line[kind][field] = json!(text));
        let expected = format!("line {} is damaged (`{text}` is not ", at + 1);
        assert!(refused.starts_with(&expected), "{field}: {refused}");
    }
}

#[test]
fn a_policy_is_attached_to_a_group_a_role_or_a_user() {
    let lines = lines(&write(&some_entries()).unwrap());
    for principal in [
        json!("group"),
        json!({}),
        json!({"robot": "1"}),
        json!({"group": 1}),
        json!({"group": "1", "user": "1"}),
    ] {
        let refused = refusal_of_line(&lines, place_of(&lines, "attachment"), |line| {
            line["attachment"]["principal"] = principal;
        });
        assert!(refused.contains(" is damaged "), "{refused}");
    }
}

#[test]
fn entries_out_of_order_or_of_a_broken_chain_are_neither_written_nor_read() {
    let entries = some_entries();
    let lines = lines(&write(&entries).unwrap());
    let last = entries.len() - 1;
    // Entries stand one line behind their place.
    for (remove, insert, told) in [
        (2, 1, "the account 0 comes twice or out of order"),
        (last - 1, last, "stands in its place"),
        (0, 2, "does not come first"),
    ] {
        let (mut entries, mut lines) = (entries.clone(), lines.clone());
        let entry = entries.remove(remove);
        entries.insert(insert, entry);
        let line = lines.remove(remove + 1);
        lines.insert(insert + 1, line);
        let refused = write(&entries).err().unwrap().to_string();
        assert!(refused.contains(told), "{refused}");
        let refused = refusal(&without_end(&lines));
        assert!(
            refused.starts_with("line ") && refused.contains(told),
            "{refused}"
        );
    }
    let changed = refusal_of_line(&lines, last + 1, |line| {
        line["audit_row"]["operation"] = json!("lighthouse:DeleteKeyPairs");
    });
    assert!(
        changed.contains("was changed after it was written"),
        "{changed}"
    );
}

#[test]
fn entries_that_were_not_counted_are_not_written() {
    let entries = some_entries();
    let mut header = header_of(&entries);
    header.counts.users += 1;
    let mut writer = Writer::new(Vec::new(), &header).unwrap();
    for entry in entries {
        writer.write(entry).unwrap();
    }
    let refused = writer.finish().err().unwrap().to_string();
    assert!(refused.starts_with("there should be "), "{refused}");
}

#[test]
fn a_line_that_is_too_long_is_neither_written_nor_kept_in_memory() {
    let mut entries = some_entries();
    for entry in &mut entries {
        if let Entry::User(user) = entry {
            user.record.name = "x".repeat(LINE_BYTES_MAX);
        }
    }
    let refused = write(&entries).err().unwrap();
    assert!(
        matches!(refused, WriteError::TooLong { line: 6, .. }),
        "{refused}"
    );

    let mut lines = lines(&write(&some_entries()).unwrap());
    lines[1] = "x".repeat(2 * LINE_BYTES_MAX);
    let refused = refusal(&without_end(&lines));
    assert!(
        refused.contains("line 2 is damaged (it is longer than"),
        "{refused}"
    );
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,20}", "\\PC{0,10}", any::<String>()]
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    // The years 0 to 9999.
    (-62_167_219_200_i64..253_402_207_200)
        .prop_map(|seconds| Timestamp::from_unix_seconds(seconds).unwrap())
}

fn any_secret_id() -> impl Strategy<Value = SecretId> {
    "[0-9A-Za-z_-]{1,40}".prop_map(|text| SecretId::parse(&text).unwrap())
}

fn any_master_key() -> impl Strategy<Value = MasterKeyId> {
    any::<[u8; 8]>().prop_map(MasterKeyId)
}

fn any_region() -> impl Strategy<Value = Region> {
    sample::select(Region::ALL)
}

fn any_tags() -> impl Strategy<Value = Tags> {
    btree_map("\\PC{1,20}", "\\PC{0,20}", 0..4).prop_map(|tags| {
        let tags = tags
            .into_iter()
            .map(|(key, value)| json!({"Key": key, "Value": value}));
        Tags::decode(tags.collect(), &Path::Root).unwrap()
    })
}

fn any_accounts() -> impl Strategy<Value = Vec<Entry>> {
    let rest = (
        any::<u64>(),
        any::<(bool, bool)>(),
        any::<(Option<u32>, Option<u32>)>(),
        any_time(),
    );
    btree_map(any::<u64>(), rest, 0..4).prop_map(|accounts| {
        let entry = |(account, (app_id, flags, quotas, created_time))| {
            let (is_root, is_disabled) = flags;
            let (key_pair_quota, instance_quota) = quotas;
            Entry::Account(AccountEntry {
                account: Uin(account),
                app_id: AppId(app_id),
                is_root,
                key_pair_quota,
                instance_quota,
                is_disabled,
                created_time,
            })
        };
        accounts.into_iter().map(entry).collect()
    })
}

fn any_profile() -> impl Strategy<Value = UserProfile> {
    let texts = (any_text(), any_text(), any_text(), any_text());
    (texts, any::<bool>()).prop_map(
        |((remark, phone_number, country_code, email), console_login)| UserProfile {
            remark,
            console_login,
            phone_number,
            country_code,
            email,
        },
    )
}

fn any_users() -> impl Strategy<Value = Vec<Entry>> {
    let rest = (any_text(), any_profile(), any_time());
    btree_map(any::<(u64, u64)>(), rest, 0..4).prop_map(|users| {
        let entry = |((account, user), (name, profile, created_time))| {
            Entry::User(UserEntry {
                account: Uin(account),
                record: UserRecord {
                    user: Uin(user),
                    name,
                    profile,
                    created_time,
                },
            })
        };
        users.into_iter().map(entry).collect()
    })
}

fn any_items() -> impl Strategy<Value = Vec<Entry>> {
    let place = (
        any::<u64>(),
        sample::select(&ItemKind::ALL[..]),
        any::<u64>(),
    );
    let name = "[a-z0-9+=,.@_-]{1,64}";
    let texts = (name, any_text(), any_text());
    let rest = (
        texts,
        any::<(bool, u32)>(),
        any_tags(),
        (any_time(), any_time()),
    );
    btree_map(place, rest, 0..8).prop_map(|items| {
        let entry = |((account, kind, id), (texts, numbers, tags, times))| {
            let (name, document, description): (String, _, _) = texts;
            let (console_login, session_seconds_max) = numbers;
            let (created_time, updated_time) = times;
            let item = match kind {
                ItemKind::Group => Item::Group(GroupRecord {
                    group_id: GroupId(id),
                    name: name.try_into().unwrap(),
                    remark: description,
                    created_time,
                }),
                ItemKind::Policy => Item::Policy(PolicyRecord {
                    policy_id: PolicyId(id),
                    name: name.try_into().unwrap(),
                    document,
                    description,
                    tags,
                    created_time,
                    updated_time,
                }),
                ItemKind::Role => Item::Role(RoleRecord {
                    role_id: RoleId(id),
                    name: name.try_into().unwrap(),
                    trust_policy: document,
                    description,
                    console_login,
                    session_seconds_max,
                    tags,
                    created_time,
                    updated_time,
                }),
            };
            let account = Uin(account);
            Entry::Item(ItemEntry { account, item })
        };
        items.into_iter().map(entry).collect()
    })
}

fn any_principal() -> impl Strategy<Value = PrincipalId> {
    prop_oneof![
        any::<u64>().prop_map(|id| PrincipalId::Group(GroupId(id))),
        any::<u64>().prop_map(|id| PrincipalId::Role(RoleId(id))),
        any::<u64>().prop_map(|id| PrincipalId::User(Uin(id))),
    ]
}

fn any_attachments() -> impl Strategy<Value = Vec<Entry>> {
    let place = (any::<u64>(), any_principal(), any::<u64>());
    btree_map(place, any_time(), 0..8).prop_map(|attachments| {
        let entry = |((account, principal, policy_id), attached_time)| {
            Entry::Attachment(AttachmentEntry {
                account: Uin(account),
                attachment: Attachment {
                    principal,
                    policy_id: PolicyId(policy_id),
                    attached_time,
                },
            })
        };
        attachments.into_iter().map(entry).collect()
    })
}

fn any_memberships() -> impl Strategy<Value = Vec<Entry>> {
    btree_map(any::<(u64, u64, u64)>(), any_time(), 0..4).prop_map(|memberships| {
        let entry = |((account, user, group_id), joined_time)| {
            Entry::Membership(MembershipEntry {
                account: Uin(account),
                membership: Membership {
                    group_id: GroupId(group_id),
                    user: Uin(user),
                    joined_time,
                },
            })
        };
        memberships.into_iter().map(entry).collect()
    })
}

fn any_access_keys() -> impl Strategy<Value = Vec<Entry>> {
    let secret = (any_master_key(), vec(any::<u8>(), 0..80));
    let owner = any::<(u64, Option<u64>)>();
    let times = (any_time(), option::of(any_time()));
    let rest = (
        secret,
        owner,
        any::<(bool, bool)>(),
        option::of(any_text()),
        times,
    );
    btree_map(any_secret_id(), rest, 0..4).prop_map(|access_keys| {
        let entry = |(secret_id, (secret, owner, flags, description, times))| {
            let (account, user): (u64, Option<u64>) = owner;
            let (master_key, sealed) = secret;
            let (is_start_key, is_active) = flags;
            let (created_time, last_used_time) = times;
            Entry::AccessKey(AccessKeyEntry {
                access_key: AccessKey {
                    secret_id,
                    sealed_secret_key: SealedSecretKey { master_key, sealed },
                },
                account: Uin(account),
                user: user.map(Uin),
                is_start_key,
                is_active,
                description,
                created_time,
                last_used_time,
            })
        };
        access_keys.into_iter().map(entry).collect()
    })
}

fn any_key_pairs() -> impl Strategy<Value = Vec<Entry>> {
    let place = (any::<u64>(), any_region(), "lhkp-[0-9a-z]{8}");
    let rest = (
        "[0-9A-Za-z_]{1,25}",
        any_text(),
        any::<[u8; 32]>(),
        any_tags(),
        any_time(),
    );
    btree_map(place, rest, 0..4).prop_map(|key_pairs| {
        let entry = |((account, region, key_id), rest): ((_, _, String), (String, _, _, _, _))| {
            let (key_name, public_key, fingerprint, tags, created_time) = rest;
            Entry::KeyPair(KeyPairEntry {
                account: Uin(account),
                region,
                record: KeyPairRecord {
                    key_id: KeyId::parse(&key_id).unwrap(),
                    key_name: KeyName::try_from(key_name).unwrap(),
                    public_key,
                    fingerprint,
                    tags,
                    created_time,
                },
            })
        };
        key_pairs.into_iter().map(entry).collect()
    })
}

fn any_addresses() -> impl Strategy<Value = Addresses> {
    let addresses = || vec(any::<IpAddr>(), 0..3);
    (addresses(), addresses()).prop_map(|(private, public)| Addresses { private, public })
}

fn any_bindings()
-> impl Strategy<Value = BTreeMap<(String, String), (Timestamp, Option<Timestamp>)>> {
    let what = ("lhkp-[0-9a-z]{8}", "[0-9A-Za-z_][0-9A-Za-z._-]{0,31}");
    btree_map(what, (any_time(), option::of(any_time())), 0..4)
}

fn any_instances() -> impl Strategy<Value = Vec<Entry>> {
    let place = (any::<u64>(), any_region(), "lhins-[0-9a-z]{8}");
    let what = (
        "[ -~钥匙]{1,60}",
        any_text(),
        sample::select(PlatformType::ALL),
        sample::select(InstanceState::ALL),
        sample::select(RenewFlag::ALL),
        "[0-9A-Za-z_-]{1,64}",
        option::of("[ -~]{1,64}"),
    );
    let operation = (
        sample::select(InstanceOperation::ALL),
        any_text(),
        any_time(),
        any_time(),
    );
    let times = (any_time(), option::of(any_time()), option::of(any_time()));
    let rest = (
        what,
        any_addresses(),
        any_tags(),
        operation,
        times,
        any_bindings(),
    );
    btree_map(place, rest, 0..3).prop_map(|instances| {
        let entry = |((account, region, id), rest): ((u64, Region, String), _)| {
            let (what, addresses, tags, operation, times, bindings) = rest;
            let (name, uuid, platform_type, settled_state, renew_flag, bundle, token): (
                String,
                _,
                _,
                _,
                _,
                String,
                Option<String>,
            ) = what;
            let (operation, request_id, started_time, settled_time) = operation;
            let (created_time, expired_time, isolated_time) = times;
            let instance_id = InstanceId::parse(&id).unwrap();
            let bindings: BTreeMap<(String, String), (_, _)> = bindings;
            let binding =
                |((key_id, username), (bound_from, bound_until)): ((String, String), _)| Binding {
                    instance_id: instance_id.clone(),
                    key_id: KeyId::parse(&key_id).unwrap(),
                    username: Username::try_from(username).unwrap(),
                    bound_from,
                    bound_until,
                };
            Entry::Instance(InstanceEntry {
                account: Uin(account),
                region,
                bindings: bindings.into_iter().map(binding).collect(),
                record: InstanceRecord {
                    instance_id: instance_id.clone(),
                    instance_name: InstanceName::try_from(name).unwrap(),
                    uuid,
                    zone: Zone::first(region),
                    platform_type,
                    default_user: Username::root(),
                    addresses,
                    bundle_id: BundleId::parse(&bundle).unwrap(),
                    blueprint_id: BlueprintId::parse(&id.replace("lhins-", "lhbp-")).unwrap(),
                    renew_flag,
                    settled_state,
                    latest_operation: LatestOperation {
                        operation,
                        request_id,
                        started_time,
                        settled_time,
                    },
                    tags,
                    client_token: token.map(|token| ClientToken::parse(&token).unwrap()),
                    created_time,
                    expired_time,
                    isolated_time,
                },
            })
        };
        instances.into_iter().map(entry).collect()
    })
}

fn any_audit_rows() -> impl Strategy<Value = Vec<Entry>> {
    let who = (any::<u64>(), any_secret_id(), any::<IpAddr>());
    let what = (
        any_text(),
        any_text(),
        vec(any_text(), 0..3),
        option::of(any_text()),
    );
    btree_map(any::<u64>(), vec((any_time(), who, what), 1..4), 0..3).prop_map(|logs| {
        let mut entries = Vec::new();
        let logs: BTreeMap<u64, Vec<_>> = logs;
        for (account, rows) in logs {
            let mut head = AuditHead::EMPTY;
            for (time, (user, secret_id, source), what) in rows {
                let (request_id, operation, resources, code) = what;
                entries.push(Entry::AuditRow(head.adopt(AuditRow {
                    account: Uin(account),
                    sequence: 0,
                    time,
                    request_id,
                    user: Uin(user),
                    secret_id,
                    source,
                    operation,
                    resources,
                    code,
                    hash: AuditHash([0; 32]),
                })));
            }
        }
        entries
    })
}

fn any_entries() -> impl Strategy<Value = Vec<Entry>> {
    let store = option::of(any_master_key());
    let store = store.prop_map(|master_key| vec![Entry::Store(StoreEntry { master_key })]);
    let kinds = (
        store,
        any_accounts(),
        any_users(),
        any_items(),
        any_attachments(),
        any_memberships(),
        any_access_keys(),
        any_key_pairs(),
        any_instances(),
        any_audit_rows(),
    );
    kinds.prop_map(|(a, b, c, d, e, f, g, h, i, j)| [a, b, c, d, e, f, g, h, i, j].concat())
}

proptest! {
    #[test]
    fn any_entries_that_were_written_are_read(entries in any_entries()) {
        let file = write(&entries).unwrap();
        let (header, found) = read(&file).unwrap();
        prop_assert_eq!(header, header_of(&entries));
        prop_assert_eq!(found, entries);
    }
}
