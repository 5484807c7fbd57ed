//! What is done to instances: StartInstances, StopInstances, RebootInstances, IsolateInstances,
//! TerminateInstances, ModifyInstancesAttribute, and the bindings of key pairs.

use pharos_api::action::Contract;
use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use pharos_api::lighthouse::associate_instances_key_pairs::{
    self as associate, AssociateInstancesKeyPairs,
};
use pharos_api::lighthouse::disassociate_instances_key_pairs::{
    self as disassociate, DisassociateInstancesKeyPairs,
};
use pharos_api::lighthouse::modify_instances_attribute::ModifyInstancesAttribute;
use pharos_api::login_change::LoginChange;
use pharos_api::resource::{Instance, KeyPair};
use pharos_api::text::Text;
use pharos_api::username::Username;
use pharos_policy::Granted;
use pharos_store::instance::{Operate, OperateError, Order};

use crate::instance::{binding_refusal, refusal};
use crate::{Context, Service};

impl Service {
    /// Gives the order to all of them, or to none. `failed` is the code for a store that fails.
    pub(crate) async fn order<C: Contract>(
        &self,
        context: &Context,
        instance_ids: &[InstanceId],
        order: Order,
        failed: Code,
    ) -> Result<(), ApiError> {
        let region = context.instances()?.region;
        let instances = context.granted_instances::<C>(instance_ids)?;
        let done = self.operate::<C>(context, instances, order).await;
        done.map_err(|error| refusal(error, region, failed))
    }

    /// Binds each of the key pairs to each of the instances.
    pub(crate) async fn associate(
        &self,
        context: &Context,
        input: associate::Input,
    ) -> Result<associate::Output, ApiError> {
        check_user(input.associate_type, input.username.as_ref())?;
        let region = context.instances()?.region;
        let (instance_ids, key_ids) = (input.instance_ids.as_slice(), input.key_ids.as_slice());
        let instances = context.granted_instances::<AssociateInstancesKeyPairs>(instance_ids)?;
        let order = Order::Bind {
            key_pairs: context.granted_key_pairs::<AssociateInstancesKeyPairs>(key_ids)?,
            username: input.username,
        };
        let done = self
            .operate::<AssociateInstancesKeyPairs>(context, instances, order)
            .await;
        done.map_err(|error| binding_refusal(error, region))?;
        Ok(associate::Output {})
    }

    /// Unbinds each of the key pairs from each of the instances.
    pub(crate) async fn disassociate(
        &self,
        context: &Context,
        input: disassociate::Input,
    ) -> Result<disassociate::Output, ApiError> {
        check_user(input.disassociate_type, input.username.as_ref())?;
        let region = context.instances()?.region;
        let (instance_ids, key_ids) = (input.instance_ids.as_slice(), input.key_ids.as_slice());
        let instances = context.granted_instances::<DisassociateInstancesKeyPairs>(instance_ids)?;
        let order = Order::Unbind {
            key_pairs: context.granted_key_pairs::<DisassociateInstancesKeyPairs>(key_ids)?,
            username: input.username,
        };
        let done = self
            .operate::<DisassociateInstancesKeyPairs>(context, instances, order)
            .await;
        done.map_err(|error| binding_refusal(error, region))?;
        Ok(disassociate::Output {})
    }

    async fn operate<C: Contract>(
        &self,
        context: &Context,
        instances: Vec<Granted<Instance>>,
        order: Order,
    ) -> Result<(), OperateError> {
        let names = instances.iter().map(|instance| instance.to_string());
        let key_pairs = order
            .key_pairs()
            .iter()
            .map(|key_pair| key_pair.to_string());
        let audit = self.audit::<C>(context, names.chain(key_pairs).collect());
        let is_immediate = C::ACTION.name == ModifyInstancesAttribute::ACTION.name;
        let seconds = if is_immediate {
            0
        } else {
            self.instances.operation_seconds
        };
        let operate = Operate {
            instances,
            order,
            settled_time: audit.time.plus_seconds(seconds),
        };
        self.store.operate(operate, audit).await
    }
}

impl Context {
    fn granted_instances<C: Contract>(
        &self,
        instance_ids: &[InstanceId],
    ) -> Result<Vec<Granted<Instance>>, ApiError> {
        let collection = self.instances()?;
        let instances = instance_ids.iter().map(|instance_id| {
            self.authorize::<C, _>(Instance {
                collection,
                instance_id: instance_id.clone(),
            })
        });
        instances.collect()
    }

    fn granted_key_pairs<C: Contract>(
        &self,
        key_ids: &[KeyId],
    ) -> Result<Vec<Granted<KeyPair>>, ApiError> {
        let collection = self.key_pairs()?;
        let key_pairs = key_ids.iter().map(|key_id| {
            let key_id = key_id.clone();
            self.authorize::<C, _>(KeyPair { collection, key_id })
        });
        key_pairs.collect()
    }
}

/// Who names a user has the instance run on (protocol.md sections 5.5 and 5.6).
fn check_user(change: Option<LoginChange>, username: Option<&Username>) -> Result<(), ApiError> {
    if change == Some(LoginChange::Offline) && username.is_some() {
        return Err(ApiError::invalid_parameter(Text::fixed(
            "`Username` cannot be given with `OFFLINE`. Send `ONLINE`, or leave `Username` out.",
            "`OFFLINE` 时不能指定 `Username`，请使用 `ONLINE` 或去掉 `Username`。",
        )));
    }
    Ok(())
}
