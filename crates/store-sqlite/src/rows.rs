//! Every row of the store as an entry.

use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::region::Region;
use pharos_api::resource::{Instances, KeyPairs};
use pharos_store::archive::{
    AccessKeyEntry, AccountEntry, AttachmentEntry, Counts, Entry, InstanceEntry, ItemEntry,
    KeyPairEntry, MembershipEntry, StoreEntry, UserEntry,
};
use pharos_store::diagnosis::Foreign;
use pharos_store::instance::InstanceRecord;
use pharos_store::record::{AccessKey, MasterKeyId};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Error, Params, Row, Statement};

use crate::archive::Stopped;
use crate::column::{parse, sealed_secret_key, time, uin};
use crate::{audit, binding, directory, key_pair, statement};

/// The numbers of accounts from 0 to the largest unsigned one, as ranges of those that SQLite has: in
/// each of them an index gives the order.
pub(crate) const ACCOUNT_RANGES: [(i64, i64); 2] = [(0, i64::MAX), (i64::MIN, -1)];

/// How the rows of a table are read.
struct Table {
    kind: &'static str,
    sql: &'static str,
    /// Which columns are the key of a row.
    key: &'static [usize],
    entry: fn(&Connection, &Row<'_>) -> rusqlite::Result<Entry>,
}

const STORE: Table = Table {
    kind: "row of the whole store",
    sql: statement::MASTER_KEY,
    key: &[],
    entry: store_of,
};
const ACCOUNTS: Table = Table {
    kind: "account",
    sql: statement::EXPORT_ACCOUNTS,
    key: &[0],
    entry: account_of,
};
const USERS: Table = Table {
    kind: "user",
    sql: statement::EXPORT_USERS,
    key: &[4, 0],
    entry: user_of,
};
const DIRECTORY: Table = Table {
    kind: "row of the directory",
    sql: statement::EXPORT_DIRECTORY,
    key: &[3, 0, 1],
    entry: item_of,
};
const ATTACHMENTS: Table = Table {
    kind: "attached policy",
    sql: statement::EXPORT_ATTACHMENTS,
    key: &[4, 0, 1, 2],
    entry: attachment_of,
};
const MEMBERSHIPS: Table = Table {
    kind: "membership",
    sql: statement::EXPORT_MEMBERSHIPS,
    key: &[3, 0, 1],
    entry: membership_of,
};
const ACCESS_KEYS: Table = Table {
    kind: "access key",
    sql: statement::EXPORT_ACCESS_KEYS,
    key: &[0],
    entry: access_key_of,
};
const KEY_PAIRS: Table = Table {
    kind: "key pair",
    sql: statement::EXPORT_KEY_PAIRS,
    key: &[5, 6, 0],
    entry: key_pair_of,
};
const INSTANCES: Table = Table {
    kind: "instance",
    sql: statement::EXPORT_INSTANCES,
    key: &[2, 3, 4],
    entry: instance_of,
};
const AUDIT_ROWS: Table = Table {
    kind: "audit row",
    sql: statement::EXPORT_AUDIT_ROWS,
    key: &[0, 1],
    entry: audit_row_of,
};

/// Takes what is read of a store.
pub(crate) type Take<'t> = dyn FnMut(Result<Entry, Foreign>) -> Result<(), Stopped> + 't;

/// How many entries there will be.
pub(crate) fn counts(store: &Connection) -> rusqlite::Result<Counts> {
    store.query_row(statement::EXPORT_COUNTS, [], |row| {
        let count = |column| Ok::<_, Error>(row.get::<_, i64>(column)?.cast_unsigned());
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
    })
}

/// Reads everything, in the order of a stream and in constant memory.
pub(crate) fn walk(store: &Connection, take: &mut Take<'_>) -> Result<(), Stopped> {
    read(store, &mut store.prepare(STORE.sql)?, [], &STORE, take)?;
    by_account(store, &ACCOUNTS, take)?;
    by_account(store, &USERS, take)?;
    by_account(store, &DIRECTORY, take)?;
    by_account(store, &ATTACHMENTS, take)?;
    by_account(store, &MEMBERSHIPS, take)?;
    let mut access_keys = store.prepare(ACCESS_KEYS.sql)?;
    read(store, &mut access_keys, [], &ACCESS_KEYS, take)?;
    by_account(store, &KEY_PAIRS, take)?;
    by_account(store, &INSTANCES, take)?;
    by_account(store, &AUDIT_ROWS, take)
}

fn by_account(store: &Connection, table: &Table, take: &mut Take<'_>) -> Result<(), Stopped> {
    let mut statement = store.prepare(table.sql)?;
    for range in ACCOUNT_RANGES {
        read(store, &mut statement, range, table, take)?;
    }
    Ok(())
}

fn read(
    store: &Connection,
    statement: &mut Statement<'_>,
    parameters: impl Params,
    table: &Table,
    take: &mut Take<'_>,
) -> Result<(), Stopped> {
    let mut rows = statement.query(parameters)?;
    while let Some(row) = rows.next()? {
        take(match (table.entry)(store, row) {
            Ok(entry) => Ok(entry),
            Err(error) => Err(table.foreign(row, error)?),
        })?;
    }
    Ok(())
}

impl Table {
    /// What is wrong with a row; an error that is not the row's stays one.
    fn foreign(&self, row: &Row<'_>, error: Error) -> rusqlite::Result<Foreign> {
        let cause = match error {
            Error::FromSqlConversionFailure(_, _, cause) => cause.to_string(),
            Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..) => error.to_string(),
            other => return Err(other),
        };
        let key: Vec<_> = self.key.iter().map(|column| shown(row, *column)).collect();
        Ok(Foreign {
            kind: self.kind,
            key: key.join(" "),
            cause,
        })
    }
}

/// A column of a key: a number or a text.
fn shown(row: &Row<'_>, column: usize) -> String {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => number.cast_unsigned().to_string(),
        Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
        _ => String::new(),
    }
}

fn store_of(_: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    let id: Option<[u8; MasterKeyId::BYTES]> = row.get(0)?;
    let master_key = id.map(MasterKeyId);
    Ok(Entry::Store(StoreEntry { master_key }))
}

fn account_of(_: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    account(row).map(Entry::Account)
}

/// Reads a row of [`statement::EXPORT_ACCOUNTS`].
pub(crate) fn account(row: &Row<'_>) -> rusqlite::Result<AccountEntry> {
    Ok(AccountEntry {
        account: uin(row, 0)?,
        app_id: AppId(row.get::<_, i64>(1)?.cast_unsigned()),
        is_root: row.get(2)?,
        key_pair_quota: row.get(3)?,
        instance_quota: row.get(4)?,
        is_disabled: row.get(5)?,
        created_time: time(row, 6)?,
    })
}

fn user_of(_: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry::User(UserEntry {
        account: uin(row, 4)?,
        record: directory::user(row)?,
    }))
}

fn item_of(_: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry::Item(ItemEntry {
        account: uin(row, 3)?,
        item: directory::item(row)?,
    }))
}

fn attachment_of(_: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry::Attachment(AttachmentEntry {
        account: uin(row, 4)?,
        attachment: directory::attachment(row)?,
    }))
}

fn membership_of(_: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry::Membership(MembershipEntry {
        account: uin(row, 3)?,
        membership: directory::membership(row)?,
    }))
}

fn access_key_of(_: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry::AccessKey(AccessKeyEntry {
        access_key: AccessKey {
            secret_id: parse(row, 0, SecretId::parse)?,
            sealed_secret_key: sealed_secret_key(row, 1)?,
        },
        account: uin(row, 2)?,
        user: row
            .get::<_, Option<i64>>(3)?
            .map(|user| Uin(user.cast_unsigned())),
        is_start_key: row.get(4)?,
        is_active: row.get(5)?,
        description: row.get(6)?,
        created_time: time(row, 7)?,
        last_used_time: directory::some_time(row, 8)?,
    }))
}

fn key_pair_of(store: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    let (account, region) = (
        uin(row, 5)?,
        parse(row, 6, |text| Region::from_wire(text).ok())?,
    );
    let place = KeyPairs { account, region };
    Ok(Entry::KeyPair(KeyPairEntry {
        account,
        region,
        record: key_pair::record(store, place, row)?,
    }))
}

fn instance_of(store: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    let (account, region) = (
        uin(row, 2)?,
        parse(row, 3, |text| Region::from_wire(text).ok())?,
    );
    let document = row.get_ref(0)?.as_str()?;
    let client_token = row.get_ref(1)?.as_str_or_null()?;
    let instance_id = row.get_ref(4)?.as_str()?;
    let record = InstanceRecord::kept(document, instance_id, client_token)
        .map_err(|cause| Error::FromSqlConversionFailure(0, Type::Text, cause.into()))?;
    let place = Instances { account, region };
    Ok(Entry::Instance(InstanceEntry {
        account,
        region,
        bindings: binding::of_instance(store, place, &record.instance_id)?,
        record,
    }))
}

fn audit_row_of(_: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    audit::row(row).map(Entry::AuditRow)
}
