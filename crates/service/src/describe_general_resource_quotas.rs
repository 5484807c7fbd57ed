//! DescribeGeneralResourceQuotas.

use pharos_api::error::ApiError;
use pharos_api::lighthouse::describe_general_resource_quotas::{
    DescribeGeneralResourceQuotas, GeneralResourceQuota, Input, Output,
};
use pharos_api::resource_quota::{Counted, QuotaName};

use crate::refusal::Refusal;
use crate::{Context, Service};

impl Service {
    /// How many there may be, and how many more.
    pub(crate) async fn describe_general_resource_quotas(
        &self,
        context: &Context,
        input: Input,
    ) -> Result<Output, Refusal> {
        let collection =
            context.authorize::<DescribeGeneralResourceQuotas, _>(context.key_pairs()?)?;
        let usage = self.store.usage(&collection).await;
        let usage = usage.map_err(ApiError::internal)?;
        let quota = |name: &QuotaName| {
            let (own, default, count) = match name.counted() {
                Counted::KeyPairs => (
                    usage.quotas.key_pairs,
                    self.key_pair_quota.0,
                    usage.key_pairs,
                ),
                Counted::Instances => (
                    usage.quotas.instances,
                    self.instances.quota.0,
                    usage.instances,
                ),
                Counted::Nothing => (None, 0, 0),
            };
            let total = i64::from(own.unwrap_or(default));
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            GeneralResourceQuota {
                resource_name: *name,
                // A quota may have been made smaller than what is there.
                resource_quota_available: total.saturating_sub(count).max(0),
                resource_quota_total: total,
            }
        };
        Ok(Output {
            general_resource_quota_set: input.resource_names.iter().map(quota).collect(),
        })
    }
}
