//! What the operator does to a store itself, beside the servers that work on it.
//!
//! There is no caller and no access key: who can open the store may do all of it, as the root user of the
//! account that it is about. It stands in the audit log like a call, signed by [`SecretId::operator`].

use std::net::Ipv4Addr;
use std::sync::Arc;

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::instance_id::InstanceId;
use pharos_api::instance_name::InstanceName;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::lighthouse::instance::Instance;
use pharos_api::platform_type::PlatformType;
use pharos_api::random::Random;
use pharos_api::region::Region;
use pharos_api::request_id::RequestId;
use pharos_api::resource::{self, Account, Instances, KeyPairs, Resource};
use pharos_api::username::Username;
use pharos_api::zone::Zone;
use pharos_policy::{Granted, authorize_root};
use pharos_store::audit::{AuditEntry, AuditHead, AuditRow};
use pharos_store::error::{InsertInstancesError, StoreError};
use pharos_store::instance::{
    Addresses, InstanceRecord, LatestOperation, Operate, OperateError, Order,
};
use pharos_store::record::{AccessKeyOwner, NewInstances, Quotas, RootAccount, Usage};
use pharos_store::{InstanceQuota, Store};

use crate::add_instances::{add_instances, new_instance};
use crate::clock::Clock;
use crate::describe_instances::sort;
use crate::instance::shown;
use crate::root::{ROOT_ACCOUNT, ROOT_APP_ID};

/// The operations, as the audit log names them.
const REGISTER_INSTANCE: &str = "pharos:RegisterInstance";
const REMOVE_INSTANCE: &str = "pharos:RemoveInstance";
const SET_ACCOUNT_QUOTA: &str = "pharos:SetAccountQuota";

/// What is only looked at stands in no log.
const LOOK: &str = "pharos:Look";

/// The operator of a store, at work on one account.
pub struct Operator {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    account: Uin,
}

/// A machine that is there already.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Its name.
    pub name: InstanceName,
    /// What kind of system it runs.
    pub platform_type: PlatformType,
    /// The user that key pairs open when nothing is said.
    pub default_user: Username,
    /// Where it can be reached.
    pub addresses: Addresses,
}

impl Operator {
    /// At work on this account, or on the store's root account.
    ///
    /// # Errors
    /// The store failed.
    pub async fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        account: Option<Uin>,
    ) -> Result<Self, StoreError> {
        let account = match account {
            Some(account) => account,
            None => root_account(store.as_ref()).await?.unwrap_or(ROOT_ACCOUNT),
        };
        Ok(Self {
            store,
            clock,
            random,
            account,
        })
    }

    /// The account that it is about.
    pub fn account(&self) -> Uin {
        self.account
    }

    /// Makes a record of a machine, in the first zone of the region. It runs, and nothing is done to it.
    ///
    /// # Errors
    /// The quota is used up, or the store failed.
    pub async fn register(
        &self,
        region: Region,
        machine: Machine,
        quota: InstanceQuota,
    ) -> Result<InstanceId, InsertInstancesError> {
        self.ensure_account().await?;
        let collection = self.granted(REGISTER_INSTANCE, self.instances_in(region))?;
        let request_id = RequestId::generate(self.random.as_ref());
        let now = self.clock.now();
        let draw = || {
            let creation = LatestOperation {
                operation: InstanceOperation::Create,
                request_id: request_id.to_string(),
                started_time: now,
                settled_time: now,
            };
            let record = InstanceRecord {
                instance_name: machine.name.clone(),
                platform_type: machine.platform_type,
                default_user: machine.default_user.clone(),
                addresses: machine.addresses.clone(),
                ..new_instance(self.random.as_ref(), Zone::first(region), creation)
            };
            NewInstances {
                records: vec![record],
                key_pairs: Vec::new(),
                is_dry_run: false,
            }
        };
        let audit = |names| AuditEntry {
            time: now,
            request_id,
            ..self.audit(REGISTER_INSTANCE, names)
        };
        let added = add_instances(self.store.as_ref(), &collection, quota, draw, audit).await?;
        let added = added.into_iter().next();
        added.ok_or_else(|| StoreError::Failed("the store added nothing".into()).into())
    }

    /// All instances in a region, or those of these ids that there are: in the order of DescribeInstances.
    ///
    /// # Errors
    /// The store failed.
    pub async fn instances(
        &self,
        region: Region,
        instance_ids: Option<&[InstanceId]>,
    ) -> Result<Vec<Instance>, StoreError> {
        let collection = self.granted(LOOK, self.instances_in(region))?;
        let mut listed = self.store.instances(&collection, instance_ids).await?;
        sort(&mut listed, None);
        let now = self.clock.now();
        Ok(listed.into_iter().map(|one| shown(one, now)).collect())
    }

    /// Ends instances whatever they are doing, all of them or none: no key pair is bound to them any more.
    /// Each is named once.
    ///
    /// # Errors
    /// One is not there, or the store failed.
    pub async fn remove(
        &self,
        region: Region,
        instance_ids: &[InstanceId],
    ) -> Result<(), OperateError> {
        let collection = self.instances_in(region);
        let granted = instance_ids.iter().map(|instance_id| {
            let instance_id = instance_id.clone();
            let instance = resource::Instance {
                collection,
                instance_id,
            };
            self.granted(REMOVE_INSTANCE, instance)
        });
        let instances = granted.collect::<Result<Vec<_>, _>>()?;
        let names = instances.iter().map(|instance| instance.to_string());
        let audit = self.audit(REMOVE_INSTANCE, names.collect());
        let operate = Operate {
            instances,
            order: Order::Remove,
            settled_time: audit.time,
        };
        self.store.operate(operate, audit).await
    }

    /// How many of what the account has in a region, and may have.
    ///
    /// # Errors
    /// The store failed.
    pub async fn usage(&self, region: Region) -> Result<Usage, StoreError> {
        let account = self.account;
        let collection = self.granted(LOOK, KeyPairs { account, region })?;
        self.store.usage(&collection).await
    }

    /// The end of the account's audit log.
    ///
    /// # Errors
    /// The store failed.
    pub async fn audit_end(&self) -> Result<AuditHead, StoreError> {
        let account = self.granted(LOOK, Account(self.account))?;
        self.store.audit_end(&account).await
    }

    /// The rows of the account's audit log behind the one of this number, at most so many, in their order.
    ///
    /// # Errors
    /// The store failed.
    pub async fn audit_page(&self, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let account = self.granted(LOOK, Account(self.account))?;
        self.store.audit_page(&account, after, limit).await
    }

    /// Makes other quotas of those that are the account's own, and answers them; `None`: there is no such
    /// account. Of two operators who do so at once, the last one's hold.
    ///
    /// # Errors
    /// The store failed.
    pub async fn change_quotas(
        &self,
        change: impl FnOnce(Quotas) -> Quotas,
    ) -> Result<Option<Quotas>, StoreError> {
        self.ensure_account().await?;
        // They are the same in each region.
        let usage = self.usage(Region::Guangzhou).await?;
        let quotas = change(usage.quotas);
        let account = self.granted(SET_ACCOUNT_QUOTA, Account(self.account))?;
        let audit = self.audit(SET_ACCOUNT_QUOTA, vec!["*".to_owned()]);
        let is_set = self.store.set_quotas(&account, quotas, audit).await?;
        Ok(is_set.then_some(quotas))
    }

    /// Makes the root account of a store that no server has used yet, without an access key: the first
    /// server makes that, and shows it.
    async fn ensure_account(&self) -> Result<(), StoreError> {
        if self.account == ROOT_ACCOUNT {
            let root = RootAccount {
                account: ROOT_ACCOUNT,
                app_id: ROOT_APP_ID,
                start_key: None,
                created_time: self.clock.now(),
            };
            self.store.ensure_root(root).await?;
        }
        Ok(())
    }

    fn instances_in(&self, region: Region) -> Instances {
        let account = self.account;
        Instances { account, region }
    }

    fn granted<R: Resource>(&self, operation: &str, resource: R) -> Result<Granted<R>, StoreError> {
        let account = self.account;
        authorize_root(account, operation, resource)
            .map_err(|denied| StoreError::Failed(denied.into()))
    }

    fn audit(&self, operation: &str, resources: Vec<String>) -> AuditEntry {
        AuditEntry {
            time: self.clock.now(),
            request_id: RequestId::generate(self.random.as_ref()),
            account: self.account,
            user: self.account,
            secret_id: SecretId::operator(),
            source: Ipv4Addr::LOCALHOST.into(),
            operation: operation.to_owned(),
            resources,
            refusal: None,
        }
    }
}

/// The root account of a store, if somebody can sign for it.
async fn root_account(store: &dyn Store) -> Result<Option<Uin>, StoreError> {
    for secret_id in store.root_secret_ids().await? {
        if let Some((_, owner)) = store.access_key(&secret_id).await? {
            let (AccessKeyOwner::Root { account } | AccessKeyOwner::User { account, .. }) = owner;
            return Ok(Some(account));
        }
    }
    Ok(None)
}
