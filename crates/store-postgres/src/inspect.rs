//! What the conformance suite sees and sets.

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use pharos_api::account::{AppId, Uin};
use pharos_api::time::Timestamp;
use pharos_store::KeyPairQuota;
use pharos_store::audit::AuditRow;
use pharos_store::conformance::Inspect;
use pharos_store::directory::NewAccessKey;
use pharos_store::error::StoreError;
use pharos_store::record::AccessKey;

use crate::column::number;
use crate::connection::Connection;
use crate::fault::Fault;
use crate::transaction::Undone;
use crate::{PostgresStore, account, audit};

#[async_trait]
impl Inspect for PostgresStore {
    async fn insert_bare_account(
        &self,
        account: Uin,
        app_id: AppId,
        quota: Option<KeyPairQuota>,
    ) -> Result<(), StoreError> {
        let quota = quota.map(|quota| quota.0);
        let time = Timestamp::epoch();
        self.transactions
            .run(|connection| async move {
                if account::add(&connection, account, app_id, quota, time).await? {
                    return Ok(());
                }
                let cause = format!("a number of the account {account} is taken");
                Err(Undone::Refused(StoreError::Failed(cause.into())))
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
        let new = &NewAccessKey {
            access_key: key,
            description: None,
            created_time,
        };
        let secret_id = new.access_key.secret_id.as_str();
        self.transactions
            .run(|connection| async move {
                let Connection {
                    client, statements, ..
                } = &*connection;
                account::insert_access_key(&connection, account, None, new).await?;
                client
                    .execute(&statements.access_key_status_set, &[&secret_id, &is_active])
                    .await?;
                Ok(())
            })
            .await
    }

    async fn audit_rows(&self, account: Uin) -> Result<Vec<AuditRow>, StoreError> {
        let read = |connection: Arc<Connection>| async move {
            audit::page(&connection, account, 0, u32::MAX).await
        };
        self.read(read).await.map_err(Fault::failed)
    }

    fn commits(&self) -> u64 {
        self.writer.commits()
    }

    async fn block_writes(&self, account: Uin) -> Result<Box<dyn Any + Send>, StoreError> {
        let failed = |error| Fault::from(error).failed();
        let client = self.connector.connect_bare().await.map_err(Fault::failed)?;
        client.batch_execute("BEGIN").await.map_err(failed)?;
        let lock = "SELECT 1 FROM pharos.accounts WHERE account = $1 FOR UPDATE";
        client
            .query(lock, &[&number(account)])
            .await
            .map_err(failed)?;
        Ok(Box::new(client))
    }
}
