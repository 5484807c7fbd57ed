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
use pharos_api::login_change::LoginChange;
use pharos_api::resource::{Instance, KeyPair};
use pharos_api::text::Text;
use pharos_api::username::Username;
use pharos_policy::Granted;
use pharos_store::instance::{Operate, Order};

use crate::instance::refusal;
use crate::refusal::Refusal;
use crate::{Context, Service};

impl Service {
    /// Gives the order to all of them, or to none. `failed` is the code for a store that fails.
    pub(crate) async fn order<C: Contract>(
        &self,
        context: &Context,
        instance_ids: &[InstanceId],
        order: Order,
        failed: Code,
    ) -> Result<(), Refusal> {
        let region = context.instances()?.region;
        let instances = context.granted_instances::<C>(instance_ids)?;
        let names = instances.iter().map(|instance| instance.to_string());
        let key_pairs = order.key_pairs().iter();
        let names = names.chain(key_pairs.map(|key_pair| key_pair.to_string()));
        let audit = self.audit::<C>(context, names.collect());
        // A name is nothing that a machine would have to be told.
        let seconds = if matches!(order, Order::Rename(_)) {
            0
        } else {
            self.instances.operation_seconds
        };
        let operate = Operate {
            instances,
            order,
            settled_time: audit.time.plus_seconds(seconds),
        };
        let done = self.store.operate(operate, audit).await;
        done.map_err(|error| refusal::<C>(error, region, failed))?;
        Ok(())
    }

    /// Binds each of the key pairs to each of the instances.
    pub(crate) async fn associate(
        &self,
        context: &Context,
        input: associate::Input,
    ) -> Result<associate::Output, Refusal> {
        check_user(input.associate_type, input.username.as_ref())?;
        let key_ids = input.key_ids.as_slice();
        let bind = Order::Bind {
            key_pairs: context.granted_key_pairs::<AssociateInstancesKeyPairs>(key_ids)?,
            username: input.username,
        };
        let (instance_ids, failed) = (input.instance_ids, Code::InstanceOperationFailed);
        self.order::<AssociateInstancesKeyPairs>(context, instance_ids.as_slice(), bind, failed)
            .await?;
        Ok(associate::Output {})
    }

    /// Unbinds each of the key pairs from each of the instances.
    pub(crate) async fn disassociate(
        &self,
        context: &Context,
        input: disassociate::Input,
    ) -> Result<disassociate::Output, Refusal> {
        check_user(input.disassociate_type, input.username.as_ref())?;
        let key_ids = input.key_ids.as_slice();
        let unbind = Order::Unbind {
            key_pairs: context.granted_key_pairs::<DisassociateInstancesKeyPairs>(key_ids)?,
            username: input.username,
        };
        let (instance_ids, failed) = (input.instance_ids, Code::InstanceOperationFailed);
        self.order::<DisassociateInstancesKeyPairs>(
            context,
            instance_ids.as_slice(),
            unbind,
            failed,
        )
        .await?;
        Ok(disassociate::Output {})
    }
}

impl Context {
    fn granted_instances<C: Contract>(
        &self,
        instance_ids: &[InstanceId],
    ) -> Result<Vec<Granted<Instance>>, Refusal> {
        let collection = self.instances()?;
        let instances = instance_ids.iter().map(|instance_id| {
            self.authorize::<C, _>(Instance {
                collection,
                instance_id: instance_id.clone(),
            })
        });
        instances.collect()
    }

    /// Those of these key pairs that the action may be performed on: all, or it is refused.
    pub(crate) fn granted_key_pairs<C: Contract>(
        &self,
        key_ids: &[KeyId],
    ) -> Result<Vec<Granted<KeyPair>>, Refusal> {
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
