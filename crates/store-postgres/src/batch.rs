//! The transaction of a batch of key pairs: one round trip reads what decides about all of them, the
//! decisions are made here, and one more writes what was decided.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use pharos_api::account::Uin;
use pharos_api::key_id::KeyId;
use pharos_api::resource::KeyPairs;
use pharos_store::KeyPairQuota;
use pharos_store::audit::{AuditEntry, AuditHead, AuditRow};
use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store::record::KeyPairRecord;

use tokio::try_join;

use crate::column::{bytes, number, parse, uin};
use crate::connection::{Connection, commit, roll_back};
use crate::fault::Fault;
use crate::mark::Mark;
use crate::{audit, key_pair, schema};

/// A key pair that is to be added.
pub(crate) struct Insert {
    pub(crate) collection: KeyPairs,
    pub(crate) key_pair: KeyPairRecord,
    pub(crate) default_quota: KeyPairQuota,
    pub(crate) audit: AuditEntry,
}

/// What becomes of each request of a batch, in their order. `None`: nothing yet, because another
/// transaction holds the account.
pub(crate) type Decisions = Vec<Option<Result<(), InsertKeyPairError>>>;

/// What is done about accounts that another transaction holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// They are left out.
    LeaveOut,
    /// They are waited for, for a moment: in a queue of PostgreSQL's, so that everybody has a turn.
    Wait,
}

impl Held {
    /// The wait is for as long as a batch of another node takes, several times over.
    fn begin(self) -> &'static str {
        match self {
            Self::LeaveOut => "BEGIN",
            Self::Wait => "BEGIN; SET LOCAL lock_timeout = 50",
        }
    }
}

/// How a batch that was not committed for certain ended.
pub(crate) enum Broken {
    /// Nothing happened.
    Undone(Fault),
    /// The commit was sent, and its answer did not come.
    InDoubt(Fault, Decisions, Mark),
}

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Self {
        Self::Undone(fault)
    }
}

/// Does the batch. The connection is left without a transaction, or is of no more use.
pub(crate) async fn insert(
    connection: &Connection,
    batch: &[&Insert],
    held: Held,
) -> Result<Decisions, Broken> {
    let decide = async {
        let room = read(connection, batch, held).await?;
        write(connection, room.decide(batch, held)).await
    };
    // Large, and there is one of it at a time.
    match connection.in_time(Box::pin(decide)).await {
        Ok((decisions, Some(mark))) => match connection.in_time(commit(connection)).await {
            Ok(()) => Ok(decisions),
            Err(fault) if fault.ends_the_connection() => {
                Err(Broken::InDoubt(fault, decisions, mark))
            }
            // An answer, and not the one that was hoped for.
            Err(fault) => {
                roll_back(connection).await?;
                Err(Broken::Undone(fault))
            }
        },
        Ok((decisions, None)) => {
            // Nothing was written, so that nothing can be lost.
            roll_back(connection).await?;
            Ok(decisions)
        }
        Err(fault) if fault.ends_the_connection() => Err(Broken::Undone(fault)),
        Err(fault) => {
            roll_back(connection).await?;
            Err(Broken::Undone(fault))
        }
    }
}

/// What decides about a batch.
struct Room {
    accounts: HashMap<Uin, Account>,
    counts: HashMap<KeyPairs, i64>,
    names: HashSet<(KeyPairs, String)>,
    public_keys: HashMap<(KeyPairs, [u8; 32]), KeyId>,
    key_ids: HashSet<(KeyPairs, String)>,
}

struct Account {
    quota: Option<i64>,
    head: AuditHead,
}

/// Begins the transaction, locks every account in it, and then reads: what a transaction before it
/// wrote while the locks were waited for is seen.
async fn read(connection: &Connection, batch: &[&Insert], held: Held) -> Result<Room, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let lock = match held {
        Held::LeaveOut => &statements.accounts_lock_free,
        Held::Wait => &statements.accounts_lock,
    };
    let accounts: BTreeSet<i64> = batch
        .iter()
        .map(|insert| number(insert.collection.account))
        .collect();
    let accounts: Vec<i64> = accounts.into_iter().collect();
    let places: HashSet<KeyPairs> = batch.iter().map(|insert| insert.collection).collect();
    let (place_accounts, place_regions): (Vec<i64>, Vec<&str>) = places
        .iter()
        .map(|place| (number(place.account), place.region.wire()))
        .unzip();
    let of_each = |text: fn(&Insert) -> &str| batch.iter().map(|insert| text(insert)).collect();
    let of_account: Vec<i64> = batch
        .iter()
        .map(|insert| number(insert.collection.account))
        .collect();
    let regions: Vec<&str> = of_each(|insert| insert.collection.region.wire());
    let names: Vec<&str> = of_each(|insert| insert.key_pair.key_name.as_str());
    let key_ids: Vec<&str> = of_each(|insert| insert.key_pair.key_id.as_str());
    let fingerprints: Vec<&[u8]> = batch
        .iter()
        .map(|insert| insert.key_pair.fingerprint.as_slice())
        .collect();
    let ((), version, accounts, counts, names, public_keys, key_ids) = try_join!(
        biased; // they are sent in this order
        client.batch_execute(held.begin()),
        async { client.query_one(&statements.version_share, &[]).await },
        async { client.query(lock, &[&accounts]).await },
        async { client.query(
            &statements.key_pair_counts,
            &[&place_accounts, &place_regions]
        ).await },
        async { client.query(&statements.key_pair_names, &[&of_account, &regions, &names]).await },
        async { client.query(
            &statements.key_pair_fingerprints,
            &[&of_account, &regions, &fingerprints]
        ).await },
        async { client.query(&statements.key_pair_ids, &[&of_account, &regions, &key_ids]).await },
    )?;
    schema::check_version(version.try_get(0)?)?;

    // Regions come back as texts; every one of them was in the batch.
    let place = |row: &tokio_postgres::Row| -> Result<Option<KeyPairs>, Fault> {
        let (account, region) = (uin(row, 0)?, row.try_get::<_, &str>(1)?);
        let is_it = |place: &&KeyPairs| place.account == account && place.region.wire() == region;
        Ok(places.iter().find(is_it).copied())
    };
    let taken = |rows: Vec<tokio_postgres::Row>| {
        let mut taken = HashSet::new();
        for row in rows {
            if let Some(place) = place(&row)? {
                taken.insert((place, row.try_get(2)?));
            }
        }
        Ok::<_, Fault>(taken)
    };
    let mut room = Room {
        accounts: HashMap::new(),
        counts: HashMap::new(),
        names: taken(names)?,
        public_keys: HashMap::new(),
        key_ids: taken(key_ids)?,
    };
    for row in &public_keys {
        if let Some(place) = place(row)? {
            let key_id = parse(row, 3, KeyId::parse)?;
            room.public_keys.insert((place, bytes(row, 2)?), key_id);
        }
    }
    for row in accounts {
        let account = Account {
            quota: row.try_get(1)?,
            head: audit::head(&row)?,
        };
        room.accounts.insert(uin(&row, 0)?, account);
    }
    for row in counts {
        if let Some(place) = place(&row)? {
            room.counts.insert(place, row.try_get(2)?);
        }
    }
    Ok(room)
}

/// What a batch changes.
struct Changes<'b> {
    decisions: Decisions,
    key_pairs: Vec<&'b Insert>,
    audit_rows: Vec<AuditRow>,
    heads: HashMap<Uin, AuditHead>,
    counts: HashMap<KeyPairs, i64>,
}

impl Room {
    /// Decides about each request as if those before it were done: as SQLite's writer does, the name and
    /// the public key before the quota.
    fn decide<'b>(mut self, batch: &[&'b Insert], held: Held) -> Changes<'b> {
        let mut changes = Changes {
            decisions: Vec::with_capacity(batch.len()),
            key_pairs: Vec::with_capacity(batch.len()),
            audit_rows: Vec::with_capacity(batch.len()),
            heads: HashMap::new(),
            counts: HashMap::new(),
        };
        for insert in batch {
            // Whether one that is not there is held or does not exist shows when it is waited for.
            let is_there = self.accounts.contains_key(&insert.collection.account);
            let is_decided = is_there || held == Held::Wait;
            let decision = is_decided.then(|| self.add(insert, &mut changes));
            changes.decisions.push(decision);
        }
        changes
    }

    fn add<'b>(
        &mut self,
        insert: &'b Insert,
        changes: &mut Changes<'b>,
    ) -> Result<(), InsertKeyPairError> {
        let place = insert.collection;
        let Entry::Occupied(mut account) = self.accounts.entry(place.account) else {
            let cause = format!("there is no account {}", place.account);
            return Err(StoreError::Failed(cause.into()).into());
        };
        let name = (place, insert.key_pair.key_name.as_str().to_owned());
        if self.names.contains(&name) {
            return Err(InsertKeyPairError::NameTaken);
        }
        let public_key = (place, insert.key_pair.fingerprint);
        if let Some(key_id) = self.public_keys.get(&public_key) {
            let key_id = key_id.clone();
            return Err(InsertKeyPairError::PublicKeyTaken { key_id });
        }
        let quota = account.get().quota.map_or(insert.default_quota.0, |quota| {
            u32::try_from(quota).unwrap_or(u32::MAX)
        });
        let count = self.counts.entry(place).or_default();
        if *count >= i64::from(quota) {
            return Err(InsertKeyPairError::QuotaUsedUp { quota });
        }
        let key_id = (place, insert.key_pair.key_id.as_str().to_owned());
        if !self.key_ids.insert(key_id) {
            return Err(InsertKeyPairError::KeyIdTaken);
        }
        self.names.insert(name);
        let key_id = insert.key_pair.key_id.clone();
        self.public_keys.insert(public_key, key_id);
        *count += 1;
        changes.counts.insert(place, *count);
        let head = &mut account.get_mut().head;
        changes.audit_rows.push(head.append(&insert.audit));
        changes.heads.insert(place.account, *head);
        changes.key_pairs.push(insert);
        Ok(())
    }
}

/// Writes what was decided, all in one round trip. Answers the mark of the batch, if it changes
/// anything.
async fn write(
    connection: &Connection,
    changes: Changes<'_>,
) -> Result<(Decisions, Option<Mark>), Fault> {
    let Some(last) = changes.audit_rows.last() else {
        return Ok((changes.decisions, None));
    };
    let mark = Mark::of(last);
    let key_pairs = changes.key_pairs.iter();
    let key_pairs: Vec<_> = key_pairs
        .map(|insert| (insert.collection, &insert.key_pair))
        .collect();
    let heads: Vec<_> = changes.heads.into_iter().collect();
    let counts: Vec<_> = changes.counts.into_iter().collect();
    let audit_rows: Vec<_> = changes.audit_rows.iter().collect();
    try_join!(
        biased; // they are sent in this order
        key_pair::insert(connection, &key_pairs),
        key_pair::insert_tags(connection, &key_pairs),
        put_counts(connection, &counts),
        audit::insert(connection, &audit_rows),
        audit::set_heads(connection, &heads),
    )?;
    Ok((changes.decisions, Some(mark)))
}

async fn put_counts(connection: &Connection, counts: &[(KeyPairs, i64)]) -> Result<(), Fault> {
    let accounts: Vec<i64> = counts
        .iter()
        .map(|(place, _)| number(place.account))
        .collect();
    let regions: Vec<&str> = counts
        .iter()
        .map(|(place, _)| place.region.wire())
        .collect();
    let counts: Vec<i64> = counts.iter().map(|(_, count)| *count).collect();
    connection
        .client
        .execute(
            &connection.statements.key_pair_counts_put,
            &[&accounts, &regions, &counts],
        )
        .await?;
    Ok(())
}
