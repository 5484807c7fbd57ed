//! The tags of what a call is about, looked up before it is decided where the caller's policies ask for them.

use std::collections::HashMap;

use pharos_api::error::ApiError;
use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_api::tag::{Tag, Tags};
use pharos_policy::authorize_root;
use pharos_store::record::Page;

use crate::{Context, LOOK, Service};

/// The tags of instances and key pairs. What is not there has none.
#[derive(Default)]
pub(crate) struct ResourceTags {
    /// Nobody looked, because nobody asks.
    is_unknown: bool,
    instances: HashMap<InstanceId, Tags>,
    key_pairs: HashMap<KeyId, Tags>,
}

impl ResourceTags {
    /// As [`pharos_policy::RequestContext`] has them.
    pub(crate) fn of_instance(&self, instance_id: &InstanceId) -> Option<&[Tag]> {
        self.known(self.instances.get(instance_id))
    }

    /// The same for a key pair.
    pub(crate) fn of_key_pair(&self, key_id: &KeyId) -> Option<&[Tag]> {
        self.known(self.key_pairs.get(key_id))
    }

    fn known<'t>(&self, found: Option<&'t Tags>) -> Option<&'t [Tag]> {
        (!self.is_unknown).then(|| found.map_or(&[][..], Tags::as_slice))
    }
}

impl Service {
    /// Looks up the tags of these, if a policy of the caller has a condition over them. Tags do not change
    /// once they are given, so that what is decided on them still holds when it is done.
    pub(crate) async fn resource_tags(
        &self,
        context: &Context,
        instance_ids: &[InstanceId],
        key_ids: &[KeyId],
    ) -> Result<ResourceTags, ApiError> {
        let mut tags = ResourceTags::default();
        if !context.caller.principal().asks_for_resource_tags() {
            tags.is_unknown = true;
            return Ok(tags);
        }
        let account = context.caller.account();
        if !instance_ids.is_empty() {
            let place = authorize_root(account, LOOK, context.instances()?);
            let place = place.map_err(ApiError::internal)?;
            let found = self.store.instances(&place, Some(instance_ids)).await;
            let found = found.map_err(ApiError::internal)?.into_iter();
            let found = found.map(|listed| (listed.record.instance_id, listed.record.tags));
            tags.instances = found.collect();
        }
        if !key_ids.is_empty() {
            let place = authorize_root(account, LOOK, context.key_pairs()?);
            let place = place.map_err(ApiError::internal)?;
            let filters = [KeyPairFilter::KeyId(key_ids.to_vec())];
            let page = Page {
                offset: 0,
                limit: u32::try_from(key_ids.len()).unwrap_or(u32::MAX),
            };
            let found = self.store.key_pairs(&place, &filters, page).await;
            let found = found.map_err(ApiError::internal)?.key_pairs.into_iter();
            let found = found.map(|listed| (listed.record.key_id, listed.record.tags));
            tags.key_pairs = found.collect();
        }
        Ok(tags)
    }
}
