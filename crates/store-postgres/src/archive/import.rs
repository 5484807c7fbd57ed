//! Filling the store: rows of many entries at a time, in one transaction.

use std::collections::BTreeMap;

use pharos_api::account::Uin;
use pharos_api::client_token::ClientToken;
use pharos_api::resource::KeyPairs;
use pharos_api::time::Timestamp;
use pharos_store::archive::{
    AccessKeyEntry, AccountEntry, AttachmentEntry, Entry, ImportError, Incoming, InstanceEntry,
    ItemEntry, KeyPairEntry, MembershipEntry, UserEntry,
};
use pharos_store::audit::{AuditHead, AuditRow};
use pharos_store::error::{Cause, StoreError};
use pharos_store::instance::{Binding, InstanceRecord};
use pharos_store::record::{KeyPairRecord, MasterKeyId};
use tokio_postgres::error::SqlState;

use crate::column::{app_id, number};
use crate::connection::{Connection, Connector, commit, roll_back};
use crate::fault::Fault;
use crate::statement::{ACCESS_KEYS_OF_NOBODY, ImportStatements};
use crate::{audit, directory, key_pair, schema};

/// Entries that are written together. More of them make each no cheaper.
const ENTRIES_TOGETHER: usize = 1_024;

/// The class of SQL states.
const INTEGRITY_CONSTRAINT_VIOLATION: &str = "23";

/// Who fills the store may take a break.
const PATIENT: &str = "SET idle_in_transaction_session_timeout = 0";

pub(super) async fn import(connector: &Connector, incoming: Incoming) -> Result<(), ImportError> {
    let connection = connector.connect().await.map_err(Fault::failed)?;
    let mut import = Import {
        statements: prepare(&connection).await.map_err(Fault::failed)?,
        connection: &connection,
        gathered: Vec::with_capacity(ENTRIES_TOGETHER),
        roots: 0,
    };
    if let Err(error) = import.fill(incoming).await {
        // When that fails too, the connection ends, and the transaction with it.
        let _ = roll_back(&connection).await;
        return Err(error);
    }
    commit(&connection).await.map_err(|fault| {
        if fault.ends_the_connection() {
            ImportError::Store(StoreError::OutcomeUnknown(Box::new(fault)))
        } else {
            fault.failed().into()
        }
    })
}

async fn prepare(connection: &Connection) -> Result<ImportStatements, Fault> {
    connection.client.batch_execute(PATIENT).await?;
    let statements = Box::pin(ImportStatements::prepare(&connection.client)).await?;
    connection.client.batch_execute("BEGIN").await?;
    Ok(statements)
}

struct Import<'c> {
    connection: &'c Connection,
    statements: ImportStatements,
    /// What is to be written next.
    gathered: Vec<Entry>,
    /// How many root accounts there are up to here.
    roots: usize,
}

impl Import<'_> {
    /// Does all but the commit.
    async fn fill(&mut self, mut incoming: Incoming) -> Result<(), ImportError> {
        if !self.is_empty().await.map_err(Fault::failed)? {
            return Err(ImportError::NotEmpty);
        }
        while let Some(entries) = incoming.next().await? {
            self.gathered.extend(entries);
            if self.gathered.len() >= ENTRIES_TOGETHER {
                self.write().await?;
            }
        }
        self.write().await?;
        self.end().await
    }

    /// Whether there is nothing in the store. It stays so: whoever writes waits for this row.
    async fn is_empty(&self) -> Result<bool, Fault> {
        let Connection {
            client, statements, ..
        } = self.connection;
        let version = client.query_one(&statements.version_lock, &[]).await?;
        schema::check_version(version.try_get(0)?)?;
        let row = client.query_one(&self.statements.is_empty, &[]).await?;
        Ok(row.try_get(0)?)
    }

    async fn write(&mut self) -> Result<(), ImportError> {
        let Some(last) = self.gathered.last() else {
            return Ok(());
        };
        let last = last.to_string();
        self.roots += self.gathered.iter().filter(|entry| is_root(entry)).count();
        if self.roots > 1 {
            let cause = "there is more than one root account".into();
            return Err(contradiction(&last, cause));
        }
        let written = self.write_rows().await;
        self.gathered.clear();
        written.map_err(|fault| refused(fault, &last))
    }

    /// Kind by kind: later ones refer to earlier ones. Hardly any entries are of several.
    async fn write_rows(&self) -> Result<(), Fault> {
        let (mut accounts, mut users, mut access_keys) = (Vec::new(), Vec::new(), Vec::new());
        let (mut items, mut attachments, mut memberships) = (Vec::new(), Vec::new(), Vec::new());
        let (mut key_pairs, mut instances, mut audit_rows) = (Vec::new(), Vec::new(), Vec::new());
        for entry in &self.gathered {
            match entry {
                Entry::Store(store) => self.write_master_key(store.master_key).await?,
                Entry::Account(entry) => accounts.push(entry),
                Entry::User(entry) => users.push(entry),
                Entry::Item(ItemEntry { account, item }) => items.push((*account, item)),
                Entry::Attachment(AttachmentEntry {
                    account,
                    attachment,
                }) => attachments.push((*account, attachment)),
                Entry::Membership(MembershipEntry {
                    account,
                    membership,
                }) => memberships.push((*account, membership)),
                Entry::AccessKey(entry) => access_keys.push(entry),
                Entry::KeyPair(KeyPairEntry {
                    account,
                    region,
                    record,
                }) => {
                    let (account, region) = (*account, *region);
                    key_pairs.push((KeyPairs { account, region }, record));
                }
                Entry::Instance(entry) => instances.push(entry),
                Entry::AuditRow(row) => audit_rows.push(row),
            }
        }
        self.write_accounts(&accounts).await?;
        self.write_users(&users).await?;
        directory::put_items(self.connection, &items).await?;
        directory::add_attachments(self.connection, &attachments).await?;
        directory::add_memberships(self.connection, &memberships).await?;
        self.write_access_keys(&access_keys).await?;
        self.write_key_pairs(&key_pairs).await?;
        self.write_instances(&instances).await?;
        self.write_audit_rows(&audit_rows).await
    }

    async fn write_master_key(&self, id: Option<MasterKeyId>) -> Result<(), Fault> {
        let Connection {
            client, statements, ..
        } = self.connection;
        let id = id.as_ref().map(|id| id.0.as_slice());
        client.execute(&statements.master_key_set, &[&id]).await?;
        Ok(())
    }

    async fn write_accounts(&self, entries: &[&AccountEntry]) -> Result<(), Fault> {
        if entries.is_empty() {
            return Ok(());
        }
        let Connection {
            client, statements, ..
        } = self.connection;
        let accounts: Vec<i64> = entries.iter().map(|entry| number(entry.account)).collect();
        let app_ids: Vec<i64> = entries.iter().map(|entry| app_id(entry.app_id)).collect();
        let quotas = |of: fn(&AccountEntry) -> Option<u32>| -> Vec<Option<i64>> {
            let quotas = entries.iter().map(|entry| of(entry));
            quotas.map(|quota| quota.map(i64::from)).collect()
        };
        let key_pair_quotas = quotas(|entry| entry.key_pair_quota);
        let instance_quotas = quotas(|entry| entry.instance_quota);
        let are_disabled: Vec<bool> = entries.iter().map(|entry| entry.is_disabled).collect();
        let times: Vec<i64> = entries
            .iter()
            .map(|entry| entry.created_time.unix_seconds())
            .collect();
        let no_hash = AuditHead::EMPTY.hash.0.as_slice();
        client
            .execute(&self.statements.app_ids_insert, &[&app_ids, &accounts])
            .await?;
        client
            .execute(
                &self.statements.accounts_insert,
                &[
                    &accounts,
                    &app_ids,
                    &key_pair_quotas,
                    &instance_quotas,
                    &are_disabled,
                    &times,
                    &no_hash,
                ],
            )
            .await?;
        if let Some(root) = entries.iter().find(|entry| entry.is_root) {
            let account = number(root.account);
            client.execute(&statements.root_set, &[&account]).await?;
        }
        Ok(())
    }

    async fn write_users(&self, entries: &[&UserEntry]) -> Result<(), Fault> {
        if entries.is_empty() {
            return Ok(());
        }
        let client = &self.connection.client;
        let accounts: Vec<i64> = entries.iter().map(|entry| number(entry.account)).collect();
        let records = || entries.iter().map(|entry| &entry.record);
        let users: Vec<i64> = records().map(|record| number(record.user)).collect();
        let names: Vec<&str> = records().map(|record| record.name.as_str()).collect();
        let profiles = records().map(|record| record.profile.to_document());
        let profiles: Vec<String> = profiles.collect();
        let times: Vec<i64> = records()
            .map(|record| record.created_time.unix_seconds())
            .collect();
        client
            .execute(&self.statements.user_uins_insert, &[&users, &accounts])
            .await?;
        client
            .execute(
                &self.statements.users_insert,
                &[&accounts, &users, &names, &profiles, &times],
            )
            .await?;
        Ok(())
    }

    async fn write_access_keys(&self, entries: &[&AccessKeyEntry]) -> Result<(), Fault> {
        if entries.is_empty() {
            return Ok(());
        }
        let keys = || entries.iter().map(|entry| &entry.access_key);
        let secret_ids: Vec<&str> = keys().map(|key| key.secret_id.as_str()).collect();
        let accounts: Vec<i64> = entries.iter().map(|entry| number(entry.account)).collect();
        let users: Vec<Option<i64>> = entries.iter().map(|entry| entry.user.map(number)).collect();
        let sealed: Vec<Vec<u8>> = keys().map(|key| key.sealed_secret_key.to_bytes()).collect();
        let are_start_keys: Vec<bool> = entries.iter().map(|entry| entry.is_start_key).collect();
        let are_active: Vec<bool> = entries.iter().map(|entry| entry.is_active).collect();
        let descriptions = entries.iter().map(|entry| entry.description.as_deref());
        let descriptions: Vec<Option<&str>> = descriptions.collect();
        let last_used = entries.iter().map(|entry| entry.last_used_time);
        let last_used = last_used.map(|time| time.map(Timestamp::unix_seconds));
        let last_used: Vec<Option<i64>> = last_used.collect();
        let times: Vec<i64> = entries
            .iter()
            .map(|entry| entry.created_time.unix_seconds())
            .collect();
        self.connection
            .client
            .execute(
                &self.statements.access_keys_insert,
                &[
                    &secret_ids,
                    &accounts,
                    &users,
                    &sealed,
                    &are_start_keys,
                    &are_active,
                    &descriptions,
                    &times,
                    &last_used,
                ],
            )
            .await?;
        Ok(())
    }

    async fn write_key_pairs(&self, entries: &[(KeyPairs, &KeyPairRecord)]) -> Result<(), Fault> {
        if entries.is_empty() {
            return Ok(());
        }
        key_pair::insert(self.connection, entries).await?;
        key_pair::insert_tags(self.connection, entries).await
    }

    async fn write_instances(&self, entries: &[&InstanceEntry]) -> Result<(), Fault> {
        if entries.is_empty() {
            return Ok(());
        }
        let client = &self.connection.client;
        let accounts: Vec<i64> = entries.iter().map(|entry| number(entry.account)).collect();
        let regions: Vec<&str> = entries.iter().map(|entry| entry.region.wire()).collect();
        let records = || entries.iter().map(|entry| &entry.record);
        let ids: Vec<&str> = records()
            .map(|record| record.instance_id.as_str())
            .collect();
        let tokens = records().map(|record| record.client_token.as_ref());
        let tokens: Vec<_> = tokens.map(|token| token.map(ClientToken::as_str)).collect();
        let documents: Vec<_> = records().map(InstanceRecord::to_document).collect();
        client
            .execute(
                &self.statements.every_instance_insert,
                &[&accounts, &regions, &ids, &tokens, &documents],
            )
            .await?;
        let bindings = || {
            let entries = entries.iter();
            entries.flat_map(|entry| entry.bindings.iter().map(move |binding| (entry, binding)))
        };
        let accounts: Vec<i64> = bindings().map(|(at, _)| number(at.account)).collect();
        let regions: Vec<&str> = bindings().map(|(at, _)| at.region.wire()).collect();
        let text = |of: fn(&Binding) -> &str| -> Vec<&str> {
            bindings().map(|(_, binding)| of(binding)).collect()
        };
        let from = bindings().map(|(_, binding)| binding.bound_from.unix_seconds());
        let until = bindings().map(|(_, binding)| binding.bound_until);
        let until = until.map(|until| until.map(Timestamp::unix_seconds));
        let (from, until): (Vec<i64>, Vec<Option<i64>>) = (from.collect(), until.collect());
        client
            .execute(
                &self.statements.every_binding_insert,
                &[
                    &accounts,
                    &regions,
                    &text(|binding| binding.instance_id.as_str()),
                    &text(|binding| binding.key_id.as_str()),
                    &text(|binding| binding.username.as_str()),
                    &from,
                    &until,
                ],
            )
            .await?;
        Ok(())
    }

    /// Rows with their numbers and hashes, and the end of each chain as far as it is there.
    async fn write_audit_rows(&self, rows: &[&AuditRow]) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        let heads: BTreeMap<Uin, AuditHead> =
            rows.iter().map(|row| (row.account, row.head())).collect();
        let heads: Vec<_> = heads.into_iter().collect();
        audit::insert(self.connection, rows).await?;
        audit::set_heads(self.connection, &heads).await
    }

    /// What can be said and done only when everything is there.
    async fn end(&self) -> Result<(), ImportError> {
        let client = &self.connection.client;
        let look = async {
            client
                .execute(&self.statements.key_pair_counts_insert, &[])
                .await?;
            let nobodys = client.query_opt(ACCESS_KEYS_OF_NOBODY, &[]).await?;
            Ok::<_, Fault>(nobodys.map(|row| row.try_get(0)).transpose()?)
        };
        let nobodys: Option<String> = look.await.map_err(Fault::failed)?;
        match nobodys {
            None => Ok(()),
            Some(secret_id) => Err(ImportError::Contradiction {
                entry: format!("the access key `{secret_id}`"),
                cause: "its account or user is not there".into(),
            }),
        }
    }
}

fn is_root(entry: &Entry) -> bool {
    matches!(entry, Entry::Account(AccountEntry { is_root: true, .. }))
}

/// Why some entries up to this one were not taken.
fn refused(fault: Fault, last: &str) -> ImportError {
    match fault {
        Fault::Other(error) if is_violation(&error) => contradiction(last, error.into()),
        fault => fault.failed().into(),
    }
}

/// PostgreSQL's cause says which entry it is, by its key.
fn contradiction(last: &str, cause: Cause) -> ImportError {
    ImportError::Contradiction {
        entry: format!("an entry up to {last}"),
        cause,
    }
}

/// Whether a constraint of the schema refused it.
fn is_violation(error: &tokio_postgres::Error) -> bool {
    let state = error.code().map(SqlState::code);
    state.is_some_and(|state| state.starts_with(INTEGRITY_CONSTRAINT_VIOLATION))
}
