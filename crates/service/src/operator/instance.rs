//! Records of machines.

use pharos_api::instance_id::InstanceId;
use pharos_api::instance_name::InstanceName;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::lighthouse::instance::Instance;
use pharos_api::platform_type::PlatformType;
use pharos_api::region::Region;
use pharos_api::request_id::RequestId;
use pharos_api::resource::{self, Instances};
use pharos_api::username::Username;
use pharos_api::zone::Zone;
use pharos_store::InstanceQuota;
use pharos_store::audit::AuditEntry;
use pharos_store::error::{InsertInstancesError, StoreError};
use pharos_store::instance::{
    Addresses, InstanceRecord, LatestOperation, Operate, OperateError, Order,
};
use pharos_store::record::NewInstances;

use super::Operator;
use crate::LOOK;
use crate::add_instances::{add_instances, new_instance};
use crate::describe_instances::sort;
use crate::instance::shown;

/// The operations, as the audit log names them.
const REGISTER_INSTANCE: &str = "pharos:RegisterInstance";
const REMOVE_INSTANCE: &str = "pharos:RemoveInstance";

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
        self.ensure_root().await?;
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

    fn instances_in(&self, region: Region) -> Instances {
        let account = self.account;
        Instances { account, region }
    }
}
