//! What the conformance suite sees and sets.

use async_trait::async_trait;
use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::resource::KeyPairs;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_store::KeyPairQuota;
use pharos_store::conformance::{AuditRow, Inspect};
use pharos_store::error::StoreError;
use pharos_store::record::{AccessKey, KeyPairRecord};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};
use serde_json::{Value, json};

use crate::account::Status;
use crate::column::{number, parse, uin};
use crate::{SqliteStore, account};

const ACCOUNT_INSERT: &str = "
    INSERT INTO accounts (uin, app_id, is_root, key_pair_quota, created_time)
    VALUES (?1, ?2, 0, ?3, 0)";
const KEY_PAIRS: &str = "
    SELECT key_id, key_name, public_key, fingerprint, created_time
      FROM key_pairs WHERE account = ?1 AND region = ?2 ORDER BY key_id";
const KEY_PAIR_TAGS: &str = "
    SELECT key, value
      FROM key_pair_tags WHERE account = ?1 AND region = ?2 AND key_id = ?3 ORDER BY position";
const AUDIT_ROWS: &str = "
    SELECT sequence, time, request_id, user, secret_id, source, operation, resources, code
      FROM audit WHERE account = ?1 ORDER BY sequence";

#[async_trait]
impl Inspect for SqliteStore {
    async fn insert_account(
        &self,
        account: Uin,
        app_id: AppId,
        quota: Option<KeyPairQuota>,
    ) -> Result<(), StoreError> {
        let (account, app_id) = (number(account), app_id.0.cast_signed());
        let quota = quota.map(|quota| quota.0);
        self.writer
            .write(move |store| {
                store
                    .prepare_cached(ACCOUNT_INSERT)?
                    .execute(params![account, app_id, quota])?;
                Ok(())
            })
            .await
    }

    async fn insert_access_key(
        &self,
        account: Uin,
        key: AccessKey,
        is_active: bool,
        created_time: Timestamp,
    ) -> Result<(), StoreError> {
        let status = if is_active {
            Status::Active
        } else {
            Status::Inactive
        };
        let created_time = created_time.unix_seconds();
        self.writer
            .write(move |store| {
                account::insert_access_key(store, account, None, &key, status, created_time)?;
                Ok(())
            })
            .await
    }

    async fn key_pairs(&self, collection: KeyPairs) -> Result<Vec<KeyPairRecord>, StoreError> {
        let read = move |store: &_| Ok(key_pairs(store, collection)?);
        self.readers.read(read).await
    }

    async fn audit_rows(&self, account: Uin) -> Result<Vec<AuditRow>, StoreError> {
        let read = move |store: &Connection| {
            let mut statement = store.prepare_cached(AUDIT_ROWS)?;
            let rows = statement.query_map([number(account)], audit_row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }
}

fn key_pairs(store: &Connection, collection: KeyPairs) -> rusqlite::Result<Vec<KeyPairRecord>> {
    let (account, region) = (number(collection.account), collection.region.wire());
    let mut statement = store.prepare_cached(KEY_PAIRS)?;
    let rows = statement.query_map(params![account, region], |row| {
        let key_id = parse(row, 0, KeyId::parse)?;
        Ok(KeyPairRecord {
            tags: tags(store, account, region, &key_id)?,
            key_id,
            key_name: parse(row, 1, |text| KeyName::try_from(text.to_owned()).ok())?,
            public_key: row.get(2)?,
            fingerprint: row.get(3)?,
            created_time: time(row, 4)?,
        })
    })?;
    rows.collect()
}

fn tags(store: &Connection, account: i64, region: &str, id: &KeyId) -> rusqlite::Result<Tags> {
    let mut statement = store.prepare_cached(KEY_PAIR_TAGS)?;
    let rows = statement.query_map(params![account, region, id.as_str()], |row| {
        Ok(json!({"Key": row.get::<_, String>(0)?, "Value": row.get::<_, String>(1)?}))
    })?;
    let list = Value::Array(rows.collect::<Result<_, _>>()?);
    serde_json::from_value(list)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}

fn audit_row(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        sequence: row.get::<_, i64>(0)?.cast_unsigned(),
        time: time(row, 1)?,
        request_id: row.get(2)?,
        user: uin(row, 3)?,
        secret_id: parse(row, 4, SecretId::parse)?,
        source: parse(row, 5, |text| text.parse().ok())?,
        operation: row.get(6)?,
        resources: parse(row, 7, |text| serde_json::from_str(text).ok())?,
        code: row.get(8)?,
    })
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let seconds = row.get(column)?;
    Timestamp::from_unix_seconds(seconds)
        .ok_or(rusqlite::Error::IntegralValueOutOfRange(column, seconds))
}
