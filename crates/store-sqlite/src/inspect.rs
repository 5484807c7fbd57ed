//! What the conformance suite sees and sets.

use std::any::Any;

use async_trait::async_trait;
use pharos_api::account::{AppId, Uin};
use pharos_api::time::Timestamp;
use pharos_store::KeyPairQuota;
use pharos_store::audit::AuditRow;
use pharos_store::conformance::Inspect;
use pharos_store::directory::NewAccessKey;
use pharos_store::error::StoreError;
use pharos_store::record::AccessKey;
use rusqlite::{Connection, params};

use crate::column::number;
use crate::undone::Undone;
use crate::{SqliteStore, account, audit, statement};

const ACCOUNT_INSERT: &str = "
    INSERT INTO accounts (uin, app_id, is_root, key_pair_quota, created_time)
    VALUES (?1, ?2, 0, ?3, 0)";

#[async_trait]
impl Inspect for SqliteStore {
    async fn insert_bare_account(
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
        let new = NewAccessKey {
            access_key: key,
            description: None,
            created_time,
        };
        self.writer
            .write(move |store| {
                account::insert_access_key(store, account, None, &new)?;
                store
                    .prepare_cached(statement::ACCESS_KEY_STATUS_SET)?
                    .execute(params![new.access_key.secret_id.as_str(), is_active])?;
                Ok(())
            })
            .await
    }

    async fn audit_rows(&self, account: Uin) -> Result<Vec<AuditRow>, StoreError> {
        let read = move |store: &_| Ok(audit::page(store, account, 0, u32::MAX)?);
        self.readers.read(read).await
    }

    fn commits(&self) -> u64 {
        self.commits.written().count()
    }

    async fn block_writes(&self, _account: Uin) -> Result<Box<dyn Any + Send>, StoreError> {
        let path = |store: &Connection| Ok::<_, Undone>(store.path().map(str::to_owned));
        let path = self.readers.read(path).await?.unwrap_or_default();
        let block = || {
            let other = Connection::open(path)?;
            other.execute_batch("BEGIN IMMEDIATE")?;
            Ok::<_, rusqlite::Error>(Box::new(other))
        };
        Ok(block().map_err(|error| StoreError::Failed(Box::new(error)))?)
    }
}
