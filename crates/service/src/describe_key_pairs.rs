//! DescribeKeyPairs.

use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_api::lighthouse::describe_key_pairs::{DescribeKeyPairs, Input, Output};
use pharos_api::text::Text;
use pharos_store::record::Page;

use crate::key_pair::shown;
use crate::refusal::Refusal;
use crate::{Context, Service};

impl Service {
    /// Lists key pairs. None has a private key any more.
    pub(crate) async fn describe_key_pairs(
        &self,
        context: &Context,
        input: Input,
    ) -> Result<Output, Refusal> {
        let filters = filters(&input)?;
        let collection = context.authorize::<DescribeKeyPairs, _>(context.key_pairs()?)?;
        let page = Page {
            offset: input.offset.unwrap_or_default().get(),
            limit: input.limit.unwrap_or_default().get(),
        };
        let listed = self.store.key_pairs(&collection, &filters, page).await;
        let listed = listed.map_err(ApiError::internal)?;
        let now = self.clock.now();
        let key_pairs = listed.key_pairs.into_iter();
        Ok(Output {
            total_count: i64::try_from(listed.total).unwrap_or(i64::MAX),
            key_pair_set: key_pairs.map(|listed| shown(listed, now)).collect(),
        })
    }
}

/// Ids are a filter like any other, of more values.
fn filters(input: &Input) -> Result<Vec<KeyPairFilter>, ApiError> {
    let key_ids = input.key_ids.as_ref().map_or(&[][..], |ids| ids.as_slice());
    let filters = input
        .filters
        .as_ref()
        .map_or(&[][..], |filters| filters.as_slice());
    match (key_ids, filters) {
        ([], filters) => Ok(filters.to_vec()),
        (key_ids, []) => Ok(vec![KeyPairFilter::KeyId(key_ids.to_vec())]),
        _ => Err(ApiError::new(
            Code::ParameterConflict,
            Text::fixed(
                "`KeyIds` and `Filters` cannot be given together. Use the filter `key-id` among the others.",
                "`KeyIds` 与 `Filters` 不能同时指定，可改用过滤器 `key-id`。",
            ),
        )),
    }
}
