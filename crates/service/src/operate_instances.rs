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
use pharos_api::lighthouse::isolate_instances::{self, IsolateInstances};
use pharos_api::lighthouse::modify_instances_attribute::{self, ModifyInstancesAttribute};
use pharos_api::lighthouse::reboot_instances::{self, RebootInstances};
use pharos_api::lighthouse::start_instances::{self, StartInstances};
use pharos_api::lighthouse::stop_instances::{self, StopInstances};
use pharos_api::lighthouse::terminate_instances::{self, TerminateInstances};
use pharos_api::login_change::LoginChange;
use pharos_api::resource::{Instance, KeyPair};
use pharos_api::text::Text;
use pharos_api::username::Username;
use pharos_policy::Granted;
use pharos_store::instance::{Operate, Order};

use crate::instance::refusal;
use crate::refusal::Refusal;
use crate::resource_tags::ResourceTags;
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
        let tags = self.resource_tags(context, instance_ids, &[]).await?;
        let instances = context.granted_instances::<C>(instance_ids, &tags)?;
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

    pub(crate) async fn modify_instances_attribute(
        &self,
        context: &Context,
        input: modify_instances_attribute::Input,
    ) -> Result<modify_instances_attribute::Output, Refusal> {
        let ids = input.instance_ids.as_slice();
        let order = Order::Rename(input.instance_name);
        let failed = Code::ModifyResourcesAttributeFailed;
        self.order::<ModifyInstancesAttribute>(context, ids, order, failed)
            .await?;
        Ok(modify_instances_attribute::Output {})
    }

    pub(crate) async fn start_instances(
        &self,
        context: &Context,
        input: start_instances::Input,
    ) -> Result<start_instances::Output, Refusal> {
        let (ids, failed) = (input.instance_ids, Code::InstanceOperationFailed);
        self.order::<StartInstances>(context, ids.as_slice(), Order::Start, failed)
            .await?;
        Ok(start_instances::Output {})
    }

    pub(crate) async fn stop_instances(
        &self,
        context: &Context,
        input: stop_instances::Input,
    ) -> Result<stop_instances::Output, Refusal> {
        let (ids, failed) = (input.instance_ids, Code::InstanceOperationFailed);
        self.order::<StopInstances>(context, ids.as_slice(), Order::Stop, failed)
            .await?;
        Ok(stop_instances::Output {})
    }

    pub(crate) async fn reboot_instances(
        &self,
        context: &Context,
        input: reboot_instances::Input,
    ) -> Result<reboot_instances::Output, Refusal> {
        let (ids, failed) = (input.instance_ids, Code::InstanceOperationFailed);
        self.order::<RebootInstances>(context, ids.as_slice(), Order::Reboot, failed)
            .await?;
        Ok(reboot_instances::Output {})
    }

    pub(crate) async fn isolate_instances(
        &self,
        context: &Context,
        input: isolate_instances::Input,
    ) -> Result<isolate_instances::Output, Refusal> {
        let (ids, failed) = (input.instance_ids, Code::IsolateResourcesFailed);
        self.order::<IsolateInstances>(context, ids.as_slice(), Order::Isolate, failed)
            .await?;
        Ok(isolate_instances::Output {})
    }

    pub(crate) async fn terminate_instances(
        &self,
        context: &Context,
        input: terminate_instances::Input,
    ) -> Result<terminate_instances::Output, Refusal> {
        let (ids, failed) = (input.instance_ids, Code::DestroyResourcesFailed);
        self.order::<TerminateInstances>(context, ids.as_slice(), Order::Terminate, failed)
            .await?;
        Ok(terminate_instances::Output {})
    }

    /// Binds each of the key pairs to each of the instances.
    pub(crate) async fn associate(
        &self,
        context: &Context,
        input: associate::Input,
    ) -> Result<associate::Output, Refusal> {
        check_user(input.associate_type, input.username.as_ref())?;
        let key_ids = input.key_ids.as_slice();
        let tags = self.resource_tags(context, &[], key_ids).await?;
        let bind = Order::Bind {
            key_pairs: context.granted_key_pairs::<AssociateInstancesKeyPairs>(key_ids, &tags)?,
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
        let tags = self.resource_tags(context, &[], key_ids).await?;
        let unbind = Order::Unbind {
            key_pairs: context
                .granted_key_pairs::<DisassociateInstancesKeyPairs>(key_ids, &tags)?,
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
        tags: &ResourceTags,
    ) -> Result<Vec<Granted<Instance>>, Refusal> {
        let collection = self.instances()?;
        let instances = instance_ids.iter().map(|instance_id| {
            let instance = Instance {
                collection,
                instance_id: instance_id.clone(),
            };
            self.authorize_tagged::<C, _>(instance, tags.of_instance(instance_id))
        });
        instances.collect()
    }

    /// Those of these key pairs that the action may be performed on: all, or it is refused.
    pub(crate) fn granted_key_pairs<C: Contract>(
        &self,
        key_ids: &[KeyId],
        tags: &ResourceTags,
    ) -> Result<Vec<Granted<KeyPair>>, Refusal> {
        let collection = self.key_pairs()?;
        let key_pairs = key_ids.iter().map(|key_id| {
            let key_pair = KeyPair {
                collection,
                key_id: key_id.clone(),
            };
            self.authorize_tagged::<C, _>(key_pair, tags.of_key_pair(key_id))
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
