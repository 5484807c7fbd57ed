//! What each action does, over a [`pharos_store::Store`].
//!
//! No sockets, no SQL, no signatures: the edge hands in who calls (a [`caller::Caller`]) and what is
//! asked for (a [`pharos_api::action::Call`]), and gets a reply or a refusal.

pub mod access_key;
pub mod caller;
pub mod candidates;
pub mod clock;
pub mod examination;
pub mod generator;
pub mod import_rules;
pub mod master_key;
pub mod master_keys;
pub mod operator;
pub mod root;
pub mod rotation;
pub mod uses;

mod add_instances;
mod add_key_pair;
mod cam;
mod create_instances;
mod create_key_pair;
mod delete_key_pairs;
mod describe_general_resource_quotas;
mod describe_instances;
mod describe_key_pairs;
mod describe_regions;
mod describe_zones;
mod dispatch;
mod import_key_pair;
mod instance;
mod key_pair;
mod operate_instances;
mod refusal;
mod resource_tags;
mod sts;
mod token;

use std::net::IpAddr;
use std::sync::Arc;

use pharos_api::action::{Call, Contract, Denial, Reply};
use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::random::Random;
use pharos_api::region::Region;
use pharos_api::request_id::RequestId;
use pharos_api::resource::{Instances, KeyPairs, Resource};
use pharos_api::tag::Tag;
use pharos_api::time::Timestamp;
use pharos_policy::{Granted, RequestContext, authorize};
use pharos_store::audit::AuditEntry;
pub use pharos_store::calls::CallKind;
use pharos_store::calls::SharedCalls;
use pharos_store::{InstanceQuota, KeyPairQuota, Store};
use prometheus_client::registry::Registry;

use caller::Caller;
use candidates::Candidates;
use clock::Clock;
use generator::GeneratorQueue;
use import_rules::ImportRules;
use master_keys::MasterKeys;
use refusal::Refusal;
use uses::Uses;

/// The operation of a look on somebody's behalf, before it is decided what they may: it stands in no log.
pub(crate) const LOOK: &str = "pharos:Look";

/// Everything the actions work with.
pub struct Service {
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// Where requests wait for a thread that makes a key pair, or checks an imported one.
    pub generator_queue: GeneratorQueue,
    /// Who was looked up before.
    pub candidates: Candidates,
    /// Whose use was written down today.
    pub uses: Uses,
    /// What SecretKeys are sealed under.
    pub master_keys: MasterKeys,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub random: Arc<dyn Random>,
    /// Who counts the calls of all nodes together; `None`: each node counts its own.
    pub shared_calls: Option<Arc<dyn SharedCalls>>,
    /// How many key pairs an account may have in a region, unless its own row says otherwise.
    pub key_pair_quota: KeyPairQuota,
    /// How instances are.
    pub instances: InstanceSettings,
    /// Which public keys may be imported.
    pub import_rules: ImportRules,
}

/// How instances are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceSettings {
    /// How many an account may have in a region, unless its own row says otherwise.
    pub quota: InstanceQuota,
    /// How long what is done to one takes, in seconds; 0: it is done when the reply leaves.
    pub operation_seconds: u32,
}

/// One request, as far as the actions are concerned.
pub struct Context {
    /// Its id.
    pub request_id: RequestId,
    /// Who sent it.
    pub caller: Arc<Caller>,
    /// The region it is for.
    pub region: Option<Region>,
    /// Where it came from.
    pub source: IpAddr,
    /// When it came, as conditions of policies see it.
    pub time: Timestamp,
    /// The tags that it gives.
    pub tags: Vec<Tag>,
}

impl Service {
    /// Does what is asked for. When it returns, what was done and what was denied is durable in the audit
    /// log.
    ///
    /// # Errors
    /// The action's own codes, and `InternalError`.
    pub async fn perform(&self, context: &Context, call: Call) -> Result<Reply, ApiError> {
        match self.act(context, call).await {
            Ok(reply) => Ok(reply),
            Err(refusal) => Err(self.told(context, refusal).await),
        }
    }

    /// Adds what every part of it tells of itself.
    pub fn register_metrics(&self, registry: &mut Registry) {
        self.generator_queue.register_metrics(registry);
    }

    /// The row of the audit log for what this request does to these resources.
    fn audit<C: Contract>(&self, context: &Context, resources: Vec<String>) -> AuditEntry {
        self.entry(context, C::ACTION.operation(), resources)
    }

    fn entry(&self, context: &Context, operation: String, resources: Vec<String>) -> AuditEntry {
        AuditEntry {
            time: self.clock.now(),
            request_id: context.request_id,
            account: context.caller.account(),
            user: context.caller.principal().uin(),
            secret_id: context.caller.secret_id().clone(),
            source: context.source,
            operation,
            resources,
            refusal: None,
        }
    }
}

impl Context {
    /// Decides whether the caller may call this action on a resource.
    fn authorize<C: Contract, R: Resource>(&self, resource: R) -> Result<Granted<R>, Refusal> {
        self.authorize_tagged::<C, R>(resource, None)
    }

    /// The same on a resource with these tags; `None` if nobody looked.
    fn authorize_tagged<C: Contract, R: Resource>(
        &self,
        resource: R,
        tags: Option<&[Tag]>,
    ) -> Result<Granted<R>, Refusal> {
        let operation = C::ACTION.operation();
        let decided = authorize(
            self.caller.principal(),
            &operation,
            resource,
            &RequestContext {
                resource_tags: tags,
                ..self.circumstances()
            },
        );
        let denial = C::ACTION.product.denial;
        decided.map_err(|denied| Refusal::Denied(denial, denied))
    }

    /// The same for another operation than the action's own, which is denied with a code of its own.
    fn authorize_as<R: Resource>(
        &self,
        operation: &str,
        code: Code,
        resource: R,
    ) -> Result<Granted<R>, Refusal> {
        let principal = self.caller.principal();
        let decided = authorize(principal, operation, resource, &self.circumstances());
        decided.map_err(|denied| Refusal::Denied(Denial::Product(code), denied))
    }

    /// What conditions of policies are asked about.
    fn circumstances(&self) -> RequestContext<'_> {
        RequestContext {
            source: self.source,
            time: self.time,
            request_tags: &self.tags,
            // Where nobody looked, a deny over them counts, and an allow does not.
            resource_tags: None,
        }
    }

    /// The key pairs of the caller's account in the region of the request, for an action that needs one.
    fn key_pairs(&self) -> Result<KeyPairs, ApiError> {
        let region = self.region;
        Ok(KeyPairs {
            account: self.caller.account(),
            region: region.ok_or_else(|| ApiError::missing_parameter("Region", None))?,
        })
    }

    /// The instances of the caller's account in the region of the request, for an action that needs one.
    fn instances(&self) -> Result<Instances, ApiError> {
        let KeyPairs { account, region } = self.key_pairs()?;
        Ok(Instances { account, region })
    }
}
