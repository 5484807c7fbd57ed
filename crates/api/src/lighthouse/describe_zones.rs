//! DescribeZones (the vendor's api.json).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::choice::choice;
use crate::code::Code;
use crate::lighthouse::describe_instances::Order;
use crate::text::Text;
use crate::zone::Zone;
use serde::Deserialize;

/// The action.
pub struct DescribeZones;

choice! {
    /// What zones can be sorted by.
    OrderField {
        /// Their names.
        Zone = "ZONE";
        /// How they are offered.
        InstanceDisplayLabel = "INSTANCE_DISPLAY_LABEL";
    }
}

choice! {
    /// How a zone is offered. Sorted, as the vendor sorts them.
    DisplayLabel {
        /// As any other.
        Normal = "NORMAL";
        /// It is taken when nothing is said.
        Selected = "SELECTED";
    }
}

crate::structure! {
    /// What DescribeZones takes.
    #[derive(Clone, Debug, Default)]
    parameters Input = "DescribeZonesRequest" {
        order_field: Option<OrderField> = "OrderField",
            "What to sort by: `ZONE` (the default) or `INSTANCE_DISPLAY_LABEL`.",
            "排序字段：`ZONE`（默认）或 `INSTANCE_DISPLAY_LABEL`。";
        order: Option<Order> = "Order", "`ASC` (the default) or `DESC`.", "`ASC`（默认）或 `DESC`。";
    }
}

crate::structure! {
    /// A zone, as DescribeZones lists it.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply ZoneInfo = "ZoneInfo" {
        zone: String = "Zone", "Name of the zone on the wire.", "可用区。";
        zone_name: String = "ZoneName", "Name of the zone, in Chinese.", "可用区中文名称。";
        instance_display_label: DisplayLabel = "InstanceDisplayLabel",
            "`SELECTED` for the one that is taken when nothing is said, else `NORMAL`.",
            "默认选中的可用区为 `SELECTED`，其他为 `NORMAL`。";
    }
}

crate::structure! {
    /// What DescribeZones replies with.
    #[derive(Clone, Debug, Deserialize)]
    reply Output = "DescribeZonesResponse" {
        total_count: i64 = "TotalCount", "How many zones there are.", "可用区数量。";
        zone_info_set: Vec<ZoneInfo> = "ZoneInfoSet", "The zones.", "可用区列表。";
    }
}

impl From<Zone> for ZoneInfo {
    fn from(zone: Zone) -> Self {
        Self {
            zone: zone.to_string(),
            zone_name: zone.name().zh.into_owned(),
            instance_display_label: if zone.is_first() {
                DisplayLabel::Selected
            } else {
                DisplayLabel::Normal
            },
        }
    }
}

impl Contract for DescribeZones {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "DescribeZones",
        summary: Text::fixed("Lists the zones of a region.", "查询地域下的可用区列表。"),
        needs_region: true,
        requests_per_second: 10,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[Code::NoPermission, Code::OutOfRange],
        differences: &[Text::fixed(
            "Every region has the zones 1 to 9, so that any the vendor has is there.",
            "每个地域均有 1 至 9 区，以便包含腾讯云的所有可用区。",
        )],
        example: Example {
            parameters: "{}",
            reply: r#"{"TotalCount": 1, "ZoneInfoSet": [{"Zone": "ap-guangzhou-1", "ZoneName": "广州一区", "InstanceDisplayLabel": "SELECTED"}]}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DescribeZones),
    };

    type Input = Input;
    type Output = Output;
}
