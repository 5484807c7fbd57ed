//! Stores that are read out and filled as a whole.

use futures_util::future::join;
use pharos_api::account::{AppId, Uin};
use pharos_api::region::Region;
use pharos_api::resource::Account;
use tokio::sync::mpsc;

use super::Inspect;
use super::entries::entries;
use super::fixture::{
    MASTER_KEY, NOBODY, OTHER, QUOTA, ROOT, access_key, audit, collection, granted, here, insert,
    key_name, key_pair, listed, log, root, secret_id, tags, time, user, with_accounts,
};
use super::instances::{
    INSTANCES, instance, instance_id, key_pairs, new as new_instances, place, proof,
};
use crate::KeyPairQuota;
use crate::archive::{
    AccessKeyEntry, Archive, CHUNK, CHUNKS_WAITING, Check, Counts, Entry, ImportError, Outgoing,
    Part, StoreEntry,
};
use crate::error::InsertKeyPairError;
use crate::instance::Binding;
use crate::record::Quotas;

/// A store that can be looked into, and read out and filled as a whole.
pub trait InspectArchive: Inspect + Archive {}

impl<S: Inspect + Archive> InspectArchive for S {}

pub(super) async fn a_fresh_store_is_empty_and_stays_so(store: impl InspectArchive) {
    let nothing = [Entry::Store(StoreEntry { master_key: None })];
    assert_eq!(export(&store).await, nothing);
    import(&store, &nothing).await.expect("an empty store");
    assert_eq!(export(&store).await, nothing);
}

pub(super) async fn what_goes_in_comes_out_in_the_same_order(store: impl InspectArchive) {
    import(&store, &entries()).await.expect("an empty store");
    assert_eq!(export(&store).await, entries());
}

pub(super) async fn a_copy_answers_as_the_store_it_was_made_of<S: InspectArchive>(
    store: S,
    copy: S,
) {
    let store = with_accounts(store).await;
    let made = access_key("AKIDmade", b"made");
    let inserted = store.insert_access_key(OTHER, made, false, time(1));
    inserted.await.expect("an access key");
    let users = [
        user(7, "AKIDseven", &["{\"n\":1}", "{\"n\":2}"]),
        user(u64::MAX - 1, "AKIDmost", &[]),
    ];
    for user in users {
        user.add_to(&store).await.expect("a user");
    }
    let places = [
        here(),
        collection(ROOT, Region::Tokyo),
        collection(OTHER, Region::Tokyo),
    ];
    for place in places {
        insert(&store, place, 1, "key").await.expect("room");
        let mut record = key_pair(2, "tagged");
        record.tags = tags(&["b", "a"]);
        let (entry, place) = (audit(place.account, 2), granted(place));
        let inserted = store.insert_key_pair(&place, record, QUOTA, entry);
        inserted.await.expect("room");
    }
    let mut bound = new_instances(vec![instance(1), instance(2)]);
    bound
        .records
        .iter_mut()
        .for_each(|record| record.client_token = None);
    bound.key_pairs = key_pairs(&[1, 2]);
    let at = proof(place());
    let added = store.insert_instances(&at, bound, INSTANCES, audit(ROOT, 3));
    added.await.expect("room");
    let quotas = Quotas {
        key_pairs: Some(7),
        instances: Some(8),
    };
    let account = proof(Account(ROOT));
    let set = store.set_quotas(&account, quotas, audit(ROOT, 4));
    assert!(set.await.expect("a change"));
    let exported = export(&store).await;
    import(&copy, &exported).await.expect("an empty store");
    assert_eq!(export(&copy).await, exported);

    for place in places {
        assert_eq!(listed(&copy, place).await, listed(&store, place).await);
        assert_eq!(
            log(&copy, place.account).await,
            log(&store, place.account).await
        );
    }
    let instances = async |store: &S| store.instances(&proof(place()), None).await;
    let (ours, theirs) = (instances(&store).await, instances(&copy).await);
    assert_eq!(theirs.expect("a look"), ours.expect("a look"));
    let usage = copy.usage(&granted(here())).await.expect("a look");
    assert_eq!((usage.instances, usage.quotas), (2, quotas));
    for text in ["AKIDroot", "AKIDmade", "AKIDseven", "AKIDmost"] {
        let id = secret_id(text);
        let (ours, theirs) = (store.access_key(&id).await, copy.access_key(&id).await);
        assert_eq!(theirs.expect("a look"), ours.expect("a look"), "{text}");
    }
    assert_eq!(copy.master_key().await.expect("a look"), Some(MASTER_KEY));
    let ids = copy.root_secret_ids().await.expect("a look");
    assert_eq!(ids, [secret_id("AKIDroot")]);
}

pub(super) async fn a_copy_goes_on_where_its_store_stood(store: impl InspectArchive) {
    import(&store, &entries()).await.expect("an empty store");
    let again = insert(&store, here(), 9, "key_1").await;
    assert!(
        matches!(again, Err(InsertKeyPairError::NameTaken)),
        "{again:?}"
    );
    let (place, name, full) = (granted(here()), key_name("new"), KeyPairQuota(2));
    let looked = store.look_at_name_and_quota(&place, &name, full).await;
    assert!(
        matches!(looked, Err(InsertKeyPairError::QuotaUsedUp { quota: 2 })),
        "{looked:?}"
    );
    insert(&store, here(), 9, "new").await.expect("room");
    assert_eq!(listed(&store, here()).await.len(), 3);
    assert_eq!(log(&store, ROOT).await.len(), 4);
    // The start key is known as one: another takes its place.
    let start = store.ensure_root(root(Some(access_key("AKIDnext", b"next"))));
    start.await.expect("a start");
    let ids = store.root_secret_ids().await.expect("a look");
    assert_eq!(ids, [secret_id("AKIDnext")]);
}

pub(super) async fn nothing_goes_into_a_store_that_is_not_empty(store: impl InspectArchive) {
    store.ensure_root(root(None)).await.expect("a start");
    let before = export(&store).await;
    let refused = import(&store, &entries()).await;
    assert!(matches!(refused, Err(ImportError::NotEmpty)), "{refused:?}");
    assert_eq!(export(&store).await, before);
}

pub(super) async fn a_stream_without_an_end_changes_nothing(store: impl InspectArchive) {
    let before = export(&store).await;
    let entries = entries();
    for length in [0, 1, entries.len() - 1, entries.len()] {
        let parts = [
            Part::Counts(counts_of(&entries)),
            Part::Entries(entries.iter().take(length).cloned().collect()),
        ];
        for parts in [Vec::new(), Vec::from(parts)] {
            let refused = import_parts(&store, parts).await;
            assert!(
                matches!(refused, Err(ImportError::BrokenOff)),
                "{refused:?}"
            );
            assert_eq!(export(&store).await, before);
        }
    }
}

pub(super) async fn what_is_not_sound_changes_nothing(store: impl InspectArchive) {
    let before = export(&store).await;
    let edits: &[fn(&mut Vec<Entry>)] = &[
        Vec::clear,
        |entries| drop(entries.remove(0)),
        |entries| entries.swap(1, 2),
        |entries| entries.push(entries.last().expect("an entry").clone()),
        |entries| {
            if let Some(Entry::AuditRow(row)) = entries.last_mut() {
                row.operation.push('!');
            }
        },
        |entries| first_bindings(entries).reverse(),
        |entries| {
            let other = instance_id(2);
            if let Some(binding) = first_bindings(entries).first_mut() {
                binding.instance_id = other;
            }
        },
    ];
    for (number, edit) in edits.iter().enumerate() {
        let mut changed = entries();
        edit(&mut changed);
        let refused = import(&store, &changed).await;
        assert!(
            matches!(refused, Err(ImportError::Unsound(_))),
            "{number}: {refused:?}"
        );
        assert_eq!(export(&store).await, before);
    }
    let mut other_counts = counts_of(&entries());
    other_counts.key_pairs += 1;
    let parts = vec![
        Part::Counts(other_counts),
        Part::Entries(entries()),
        Part::End,
    ];
    let refused = import_parts(&store, parts).await;
    assert!(
        matches!(refused, Err(ImportError::Unsound(_))),
        "{refused:?}"
    );
    assert_eq!(export(&store).await, before);
    let counts = || Part::Counts(counts_of(&entries()));
    for parts in [
        vec![Part::End],
        vec![Part::Entries(entries()), Part::End],
        vec![counts(), counts()],
    ] {
        let refused = import_parts(&store, parts).await;
        assert!(
            matches!(refused, Err(ImportError::Unsound(_))),
            "{refused:?}"
        );
    }
}

/// What entries have in common, and how each comes to have it.
type Contradiction = (&'static str, fn(&mut Entry));

pub(super) async fn entries_that_contradict_each_other_change_nothing(store: impl InspectArchive) {
    let before = export(&store).await;
    let contradictions: &[Contradiction] = &[
        ("an access key of no account", |entry| {
            if let Entry::AccessKey(entry) = entry {
                entry.account = NOBODY;
            }
        }),
        ("an access key of no user", |entry| {
            if let Entry::AccessKey(AccessKeyEntry { user, .. }) = entry {
                *user = user.map(|_| NOBODY);
            }
        }),
        ("two users of one name", |entry| {
            if let Entry::User(entry) = entry {
                entry.record.name = "same".to_owned();
            }
        }),
        ("a membership of no user", |entry| {
            if let Entry::Membership(entry) = entry {
                entry.membership.user = NOBODY;
            }
        }),
        ("two accounts of one number", |entry| {
            if let Entry::Account(entry) = entry {
                entry.app_id = AppId(1);
            }
        }),
        ("two root accounts", |entry| {
            if let Entry::Account(entry) = entry {
                entry.is_root = true;
            }
        }),
        ("a binding of no key pair", |entry| {
            if let Entry::Instance(entry) = entry
                && let Some(binding) = entry.bindings.last_mut()
            {
                binding.key_id = key_pair(3, "any").key_id;
            }
        }),
        ("an instance of no account", |entry| {
            if let Entry::Instance(entry) = entry
                && entry.account == OTHER
            {
                entry.account = Uin(OTHER.0 - 1);
            }
        }),
        ("two key pairs of one name", |entry| {
            if let Entry::KeyPair(entry) = entry {
                entry.record.key_name = key_name("same");
            }
        }),
    ];
    for (why, edit) in contradictions {
        let mut changed = entries();
        changed.iter_mut().for_each(edit);
        let refused = import(&store, &changed).await;
        assert!(
            matches!(refused, Err(ImportError::Contradiction { .. })),
            "{why}: {refused:?}"
        );
        assert_eq!(export(&store).await, before, "{why}");
    }
    import(&store, &entries()).await.expect("an empty store");
}

pub(super) async fn an_export_is_of_one_moment(store: impl InspectArchive) {
    let store = with_accounts(store).await;
    // More than the stream can hold: the export is in the middle when others write.
    let many = u32::try_from(2 * (CHUNKS_WAITING + 2) * CHUNK).expect("a small number");
    let quota = KeyPairQuota(u32::MAX);
    let insert_many = |numbers: std::ops::Range<u32>| {
        let store = &store;
        let requests = numbers.map(move |number| async move {
            let record = key_pair(number, &format!("key_{number}"));
            let (place, entry) = (granted(here()), audit(ROOT, number));
            store.insert_key_pair(&place, record, quota, entry).await
        });
        futures_util::future::try_join_all(requests)
    };
    insert_many(0..many).await.expect("room");
    let before = export(&store).await;

    let (sender, mut parts) = mpsc::channel(CHUNKS_WAITING);
    let write_and_receive = async {
        let mut entries = Vec::new();
        let first = parts.recv().await;
        insert_many(many..many + 100).await.expect("room");
        let new = user(7, "AKIDlate", &[]);
        new.add_to(&store).await.expect("a user");
        take(&mut entries, first);
        while let Some(part) = parts.recv().await {
            take(&mut entries, Some(part));
        }
        entries
    };
    let (exported, entries) = join(store.export(sender), write_and_receive).await;
    exported.expect("an export");
    assert!(
        entries == before,
        "it is not what stood there when it began"
    );
    assert_eq!(export(&store).await.len(), before.len() + 203);
}

pub(super) async fn an_export_ends_when_nobody_receives(store: impl InspectArchive) {
    import(&store, &entries()).await.expect("an empty store");
    let (sender, parts) = mpsc::channel(CHUNKS_WAITING);
    drop(parts);
    store.export(sender).await.expect("an early end");
    assert_eq!(export(&store).await, entries());
}

/// The bindings of the first instance that has some.
fn first_bindings(entries: &mut [Entry]) -> &mut Vec<Binding> {
    let mut instances = entries.iter_mut().filter_map(|entry| match entry {
        Entry::Instance(instance) => Some(&mut instance.bindings),
        _ => None,
    });
    let bindings = instances.find(|bindings| !bindings.is_empty());
    bindings.expect("an instance that is opened")
}

fn counts_of(entries: &[Entry]) -> Counts {
    let mut counts = Counts::default();
    for entry in entries {
        counts.add(entry);
    }
    counts
}

/// Everything that the store sends, which must be sound.
async fn export(store: &impl Archive) -> Vec<Entry> {
    let (sender, mut parts) = mpsc::channel(CHUNKS_WAITING);
    let receive = async {
        let mut entries = Vec::new();
        let (mut check, mut has_ended) = (None, false);
        while let Some(part) = parts.recv().await {
            assert!(!has_ended, "something comes behind the end");
            match &part {
                Part::Counts(counts) => check = Some(Check::new(*counts)),
                Part::Entries(_) => {}
                Part::End => has_ended = true,
            }
            take(&mut entries, Some(part));
        }
        assert!(has_ended, "there is no end");
        let mut check = check.expect("the counts");
        for entry in &entries {
            check.entry(entry).expect("a sound stream");
        }
        check.end().expect("as many as was told");
        entries
    };
    let (exported, entries) = join(store.export(sender), receive).await;
    exported.expect("an export");
    entries
}

fn take(entries: &mut Vec<Entry>, part: Option<Part>) {
    if let Some(Part::Entries(more)) = part {
        entries.extend(more);
    }
}

/// Imports a stream that tells the right counts and ends.
async fn import(store: &impl Archive, entries: &[Entry]) -> Result<(), ImportError> {
    let (sender, parts) = mpsc::channel(CHUNKS_WAITING);
    let counts = counts_of(entries);
    let send = async {
        let mut out = Outgoing::begin(sender, counts).await?;
        for entry in entries {
            out.send(entry.clone()).await?;
        }
        out.end().await
    };
    // Where the store refuses early, nobody receives the rest.
    let (imported, _) = join(store.import(parts), send).await;
    imported
}

async fn import_parts(store: &impl Archive, list: Vec<Part>) -> Result<(), ImportError> {
    let (sender, parts) = mpsc::channel(list.len() + 1);
    for part in list {
        sender.send(part).await.expect("a place in the stream");
    }
    drop(sender);
    store.import(parts).await
}
