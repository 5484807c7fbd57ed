//! DescribeZones.

use pharos_api::lighthouse::describe_instances::Order;
use pharos_api::lighthouse::describe_zones::{DescribeZones, Input, OrderField, Output, ZoneInfo};
use pharos_api::zone::Zone;

use crate::Context;
use crate::refusal::Refusal;

/// The zones of the region.
pub(crate) fn describe_zones(context: &Context, input: &Input) -> Result<Output, Refusal> {
    let place = context.instances()?;
    context.authorize::<DescribeZones, _>(place)?;
    // By name they are in order.
    let mut zones: Vec<_> = Zone::all(place.region).map(ZoneInfo::from).collect();
    if input.order_field == Some(OrderField::InstanceDisplayLabel) {
        zones.sort_by_key(|zone| zone.instance_display_label);
    }
    if input.order == Some(Order::Descending) {
        zones.reverse();
    }
    Ok(Output {
        total_count: i64::try_from(zones.len()).unwrap_or(i64::MAX),
        zone_info_set: zones,
    })
}
