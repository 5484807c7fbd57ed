//! Every row of the store as an entry.

use std::pin::pin;

use futures_util::TryStreamExt;
use pharos_api::account::AppId;
use pharos_api::credential::SecretId;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::region::Region;
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_store::archive::{
    AccessKeyEntry, AccountEntry, AttachmentEntry, Counts, Entry, InstanceEntry, ItemEntry,
    KeyPairEntry, MembershipEntry, StoreEntry, UserEntry,
};
use pharos_store::diagnosis::Foreign;
use pharos_store::instance::{Binding, InstanceRecord};
use pharos_store::record::{AccessKey, KeyPairRecord};
use tokio_postgres::{Client, Row};

use super::{Sink, Stopped};
use crate::column::{
    bytes, master_key, parse, sealed_secret_key, some_time, some_uin, tags, time, uin,
};
use crate::fault::Fault;
use crate::{audit, directory, statement};

/// The numbers of accounts from 0 to the largest unsigned one, as ranges of those that PostgreSQL has:
/// in each of them an index gives the order.
const ACCOUNT_RANGES: [[i64; 2]; 2] = [[0, i64::MAX], [i64::MIN, -1]];

/// How the rows of a table are read.
struct Table {
    kind: &'static str,
    sql: &'static str,
    /// How many columns, the first ones, are the key of a row.
    key_columns: usize,
    entry: fn(&Row) -> Result<Entry, Fault>,
}

const STORE: Table = Table {
    kind: "row of the whole store",
    sql: statement::EXPORT_STORE,
    key_columns: 1,
    entry: store,
};
const ACCOUNTS: Table = Table {
    kind: "account",
    sql: statement::EXPORT_ACCOUNTS,
    key_columns: 1,
    entry: |row| account(row).map(Entry::Account),
};
const USERS: Table = Table {
    kind: "user",
    sql: statement::EXPORT_USERS,
    key_columns: 2,
    entry: user,
};
const DIRECTORY: Table = Table {
    kind: "row of the directory",
    sql: statement::EXPORT_DIRECTORY,
    key_columns: 3,
    entry: item,
};
const ATTACHMENTS: Table = Table {
    kind: "attached policy",
    sql: statement::EXPORT_ATTACHMENTS,
    key_columns: 4,
    entry: attachment,
};
const MEMBERSHIPS: Table = Table {
    kind: "membership",
    sql: statement::EXPORT_MEMBERSHIPS,
    key_columns: 3,
    entry: membership,
};
const ACCESS_KEYS: Table = Table {
    kind: "access key",
    sql: statement::EXPORT_ACCESS_KEYS,
    key_columns: 1,
    entry: access_key,
};
const KEY_PAIRS: Table = Table {
    kind: "key pair",
    sql: statement::EXPORT_KEY_PAIRS,
    key_columns: 3,
    entry: key_pair,
};
const INSTANCES: Table = Table {
    kind: "instance",
    sql: statement::EXPORT_INSTANCES,
    key_columns: 3,
    entry: instance,
};
const AUDIT_ROWS: Table = Table {
    kind: "audit row",
    sql: statement::EXPORT_AUDIT_ROWS,
    key_columns: 2,
    entry: |row| audit::row(row).map(Entry::AuditRow),
};

/// The version of the store.
pub(crate) async fn version(client: &Client) -> Result<i32, Fault> {
    let row = client.query_one(statement::EXPORT_VERSION, &[]).await?;
    Ok(row.try_get(0)?)
}

/// How many entries there will be.
pub(crate) async fn counts(client: &Client) -> Result<Counts, Fault> {
    let row = client.query_one(statement::EXPORT_COUNTS, &[]).await?;
    let count = |column| Ok::<_, Fault>(row.try_get::<_, i64>(column)?.cast_unsigned());
    Ok(Counts {
        accounts: count(0)?,
        users: count(1)?,
        access_keys: count(2)?,
        key_pairs: count(3)?,
        instances: count(4)?,
        audit_rows: count(5)?,
        groups: count(6)?,
        policies: count(7)?,
        roles: count(8)?,
        attachments: count(9)?,
        memberships: count(10)?,
    })
}

/// Reads everything, in the order of a stream and in constant memory.
pub(crate) async fn walk(client: &Client, sink: &mut impl Sink) -> Result<(), Stopped> {
    read(client, &STORE, NO_RANGE, sink).await?;
    by_account(client, &ACCOUNTS, sink).await?;
    by_account(client, &USERS, sink).await?;
    by_account(client, &DIRECTORY, sink).await?;
    by_account(client, &ATTACHMENTS, sink).await?;
    by_account(client, &MEMBERSHIPS, sink).await?;
    read(client, &ACCESS_KEYS, NO_RANGE, sink).await?;
    by_account(client, &KEY_PAIRS, sink).await?;
    by_account(client, &INSTANCES, sink).await?;
    by_account(client, &AUDIT_ROWS, sink).await
}

const NO_RANGE: [i64; 0] = [];

async fn by_account(client: &Client, table: &Table, sink: &mut impl Sink) -> Result<(), Stopped> {
    for range in ACCOUNT_RANGES {
        read(client, table, range, sink).await?;
    }
    Ok(())
}

async fn read<const N: usize>(
    client: &Client,
    table: &Table,
    parameters: [i64; N],
    sink: &mut impl Sink,
) -> Result<(), Stopped> {
    let rows = client.query_raw(table.sql, parameters).await?;
    let mut rows = pin!(rows);
    while let Some(row) = rows.try_next().await? {
        let entry = (table.entry)(&row).map_err(|fault| table.foreign(&row, fault));
        sink.take(entry).await?;
    }
    Ok(())
}

impl Table {
    fn foreign(&self, row: &Row, fault: Fault) -> Foreign {
        let key: Vec<_> = (0..self.key_columns)
            .map(|column| shown(row, column))
            .collect();
        Foreign {
            kind: self.kind,
            key: key.join(" "),
            cause: match fault {
                Fault::Foreign(value) => format!("{value} does not belong there"),
                other => pharos_store::diagnosis::chain(&other),
            },
        }
    }
}

/// A column of a key: a number or a text.
fn shown(row: &Row, column: usize) -> String {
    if let Ok(uin) = uin(row, column) {
        return uin.to_string();
    }
    row.try_get(column).unwrap_or_default()
}

fn store(row: &Row) -> Result<Entry, Fault> {
    let master_key = master_key(row, 1)?;
    Ok(Entry::Store(StoreEntry { master_key }))
}

/// Reads a row of what lists accounts.
pub(crate) fn account(row: &Row) -> Result<AccountEntry, Fault> {
    let quota = |column| {
        let quota: Option<i64> = row.try_get(column)?;
        let quota = quota.map(|quota| {
            u32::try_from(quota).map_err(|_| Fault::Foreign(format!("the quota {quota}")))
        });
        quota.transpose()
    };
    Ok(AccountEntry {
        account: uin(row, 0)?,
        app_id: AppId(row.try_get::<_, i64>(1)?.cast_unsigned()),
        is_root: row.try_get(2)?,
        key_pair_quota: quota(3)?,
        instance_quota: quota(4)?,
        is_disabled: row.try_get(5)?,
        created_time: time(row, 6)?,
    })
}

fn user(row: &Row) -> Result<Entry, Fault> {
    Ok(Entry::User(UserEntry {
        account: uin(row, 0)?,
        record: directory::user(row, [1, 2, 3, 4])?,
    }))
}

fn item(row: &Row) -> Result<Entry, Fault> {
    Ok(Entry::Item(ItemEntry {
        account: uin(row, 0)?,
        item: directory::item(row, [1, 2, 3])?,
    }))
}

fn attachment(row: &Row) -> Result<Entry, Fault> {
    Ok(Entry::Attachment(AttachmentEntry {
        account: uin(row, 0)?,
        attachment: directory::attachment(row, [1, 2, 3, 4])?,
    }))
}

fn membership(row: &Row) -> Result<Entry, Fault> {
    Ok(Entry::Membership(MembershipEntry {
        account: uin(row, 0)?,
        membership: directory::membership(row, [1, 2, 3])?,
    }))
}

fn access_key(row: &Row) -> Result<Entry, Fault> {
    Ok(Entry::AccessKey(AccessKeyEntry {
        access_key: AccessKey {
            secret_id: parse(row, 0, SecretId::parse)?,
            sealed_secret_key: sealed_secret_key(row, 1)?,
        },
        account: uin(row, 2)?,
        user: some_uin(row, 3)?,
        is_start_key: row.try_get(4)?,
        is_active: row.try_get(5)?,
        description: row.try_get(6)?,
        created_time: time(row, 7)?,
        last_used_time: some_time(row, 8)?,
    }))
}

fn key_pair(row: &Row) -> Result<Entry, Fault> {
    let (keys, values): (Vec<&str>, Vec<&str>) = (row.try_get(7)?, row.try_get(8)?);
    Ok(Entry::KeyPair(KeyPairEntry {
        account: uin(row, 0)?,
        region: parse(row, 1, |text| Region::from_wire(text).ok())?,
        record: KeyPairRecord {
            key_id: parse(row, 2, KeyId::parse)?,
            key_name: parse(row, 3, |text| KeyName::try_from(text.to_owned()).ok())?,
            public_key: row.try_get(4)?,
            fingerprint: bytes(row, 5)?,
            tags: tags(keys.into_iter().zip(values))?,
            created_time: time(row, 6)?,
        },
    }))
}

fn instance(row: &Row) -> Result<Entry, Fault> {
    let (document, instance_id): (&str, &str) = (row.try_get(4)?, row.try_get(2)?);
    let record = InstanceRecord::kept(document, instance_id, row.try_get(3)?)
        .map_err(|cause| Fault::Foreign(format!("its document ({cause})")))?;
    let (key_ids, usernames): (Vec<&str>, Vec<&str>) = (row.try_get(5)?, row.try_get(6)?);
    let (from, until): (Vec<i64>, Vec<Option<i64>>) = (row.try_get(7)?, row.try_get(8)?);
    let bindings = key_ids.into_iter().zip(usernames).zip(from).zip(until);
    let bindings = bindings.map(|(((key_id, username), from), until)| {
        let foreign = |value: &str| Fault::Foreign(format!("`{value}` of a binding"));
        let time = |seconds: i64| {
            let time = Timestamp::from_unix_seconds(seconds);
            time.ok_or_else(|| foreign(&seconds.to_string()))
        };
        Ok(Binding {
            instance_id: record.instance_id.clone(),
            key_id: KeyId::parse(key_id).ok_or_else(|| foreign(key_id))?,
            username: Username::try_from(username.to_owned()).map_err(|_| foreign(username))?,
            bound_from: time(from)?,
            bound_until: until.map(time).transpose()?,
        })
    });
    Ok(Entry::Instance(InstanceEntry {
        account: uin(row, 0)?,
        region: parse(row, 1, |text| Region::from_wire(text).ok())?,
        bindings: bindings.collect::<Result<_, Fault>>()?,
        record,
    }))
}
