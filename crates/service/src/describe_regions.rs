//! DescribeRegions.

use pharos_api::error::ApiError;
use pharos_api::lighthouse::describe_regions::{DescribeRegions, Output, RegionInfo};
use pharos_api::region::Region;
use pharos_api::resource::Account;

use crate::Context;
use crate::refusal::Refusal;

/// Lists every region: all of them are there wherever the server runs.
pub(crate) fn describe_regions(context: &Context) -> Result<Output, Refusal> {
    context.authorize::<DescribeRegions, _>(Account(context.caller.account()))?;
    let region_set: Vec<_> = Region::ALL.iter().copied().map(RegionInfo::from).collect();
    Ok(Output {
        total_count: i64::try_from(region_set.len()).map_err(ApiError::internal)?,
        region_set,
    })
}
