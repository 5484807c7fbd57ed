//! DescribeInstances.

use std::cmp::Reverse;

use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::ids::Ids;
use pharos_api::instance_filter::InstanceFilters;
use pharos_api::lighthouse::describe_instances::{DescribeInstances, Input, Order, Output};
use pharos_api::text::Text;
use pharos_store::record::ListedInstance;

use crate::instance::{filtered, not_found, shown};
use crate::refusal::Refusal;
use crate::{Context, Service};

impl Service {
    /// A page of the instances that fit.
    pub(crate) async fn describe_instances(
        &self,
        context: &Context,
        input: Input,
    ) -> Result<Output, Refusal> {
        let order = order(&input)?;
        let instance_ids = input.instance_ids.as_ref().map(Ids::as_slice);
        let instance_ids = instance_ids.filter(|ids| !ids.is_empty());
        let filters = input.filters.as_ref().map(InstanceFilters::as_slice);
        let filters = filters.unwrap_or_default();
        if instance_ids.is_some() && !filters.is_empty() {
            return Err(Refusal::Error(ApiError::new(
                Code::ParameterConflict,
                Text::fixed(
                    "`InstanceIds` and `Filters` exclude each other. Send one of them.",
                    "`InstanceIds` 和 `Filters` 不能同时指定，请只发送其中之一。",
                ),
            )));
        }
        let place = context.instances()?;
        let collection = context.authorize::<DescribeInstances, _>(place)?;
        let listed = self.store.instances(&collection, instance_ids).await;
        let mut listed = listed.map_err(ApiError::internal)?;
        let is_there = |id: &&_| listed.iter().any(|one| one.record.instance_id == **id);
        if let Some(missing) = instance_ids
            .unwrap_or_default()
            .iter()
            .find(|id| !is_there(id))
        {
            return Err(not_found(missing, place.region).into());
        }

        let now = self.clock.now();
        listed.retain(|ListedInstance { record, .. }| {
            let mut filters = filters.iter();
            filters.all(|filter| filter.matches(&filtered(record, now)))
        });
        sort(&mut listed, order);
        let total = listed.len();
        let offset = input.offset.unwrap_or_default().get();
        let page = listed.into_iter();
        let page = page.skip(usize::try_from(offset).unwrap_or(usize::MAX));
        let limit = input.limit.unwrap_or_default().get() as usize;
        Ok(Output {
            total_count: i64::try_from(total).unwrap_or(i64::MAX),
            instance_set: page.take(limit).map(|one| shown(one, now)).collect(),
        })
    }
}

/// Which way round they are sorted by when they expire, if they are.
fn order(input: &Input) -> Result<Option<Order>, ApiError> {
    match (input.order_field, input.order) {
        (None, None) => Ok(None),
        (Some(_), order) => Ok(Some(order.unwrap_or(Order::Ascending))),
        (None, Some(_)) => Err(ApiError::new(
            Code::OrderFieldRequired,
            Text::fixed(
                "`Order` needs `OrderField`: say what to sort by.",
                "指定 `Order` 时必须指定 `OrderField`。",
            ),
        )),
    }
}

/// By default those that wait for their end come first, then the newest. Ids decide between equals, so that
/// pages are stable.
pub(crate) fn sort(listed: &mut [ListedInstance], order: Option<Order>) {
    let expired = |one: &ListedInstance| one.record.expired_time;
    let id = |one: &ListedInstance| one.record.instance_id.clone();
    match order {
        None => listed.sort_by_cached_key(|one| {
            let record = &one.record;
            let is_isolated = record.isolated_time.is_some();
            (Reverse(is_isolated), Reverse(record.created_time), id(one))
        }),
        Some(Order::Ascending) => listed.sort_by_cached_key(|one| (expired(one), id(one))),
        Some(Order::Descending) => {
            listed.sort_by_cached_key(|one| (Reverse(expired(one)), id(one)));
        }
    }
}
