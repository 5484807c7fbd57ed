//! DescribeRegions (protocol.md section 5.7).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::region::Region;
use crate::text::Text;
use serde::Deserialize;
use std::borrow::Cow;

/// The action.
pub struct DescribeRegions;

crate::structure! {
    /// What DescribeRegions takes.
    #[derive(Clone, Debug, Default)]
    parameters Input = "DescribeRegionsRequest" {}
}

crate::structure! {
    /// A region, as DescribeRegions lists it.
    #[derive(Clone, Debug, Deserialize)]
    reply RegionInfo = "RegionInfo" {
        region: Cow<'static, str> = "Region", "Name of the region on the wire.", "地域标识。";
        region_name: Cow<'static, str> = "RegionName", "Name of the region, in Chinese.", "地域名称。";
        region_state: Cow<'static, str> = "RegionState", "Always `AVAILABLE`.", "地域状态，始终为 `AVAILABLE`。";
        is_china_mainland: bool = "IsChinaMainland",
            "Whether it is in mainland China.", "是否为中国大陆地域。";
    }
}

crate::structure! {
    /// What DescribeRegions replies with.
    #[derive(Clone, Debug, Deserialize)]
    reply Output = "DescribeRegionsResponse" {
        total_count: i64 = "TotalCount", "How many regions there are.", "地域数量。";
        region_set: Vec<RegionInfo> = "RegionSet", "The regions.", "地域列表。";
    }
}

impl From<Region> for RegionInfo {
    fn from(region: Region) -> Self {
        Self {
            region: region.wire().into(),
            // In the language of the vendor's example, whatever language refusals are asked for in.
            region_name: region.name().zh,
            region_state: "AVAILABLE".into(),
            is_china_mainland: region.is_china_mainland(),
        }
    }
}

impl Contract for DescribeRegions {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "DescribeRegions",
        summary: Text::fixed(
            "Lists the regions that offer Lighthouse.",
            "查询轻量应用服务器支持的地域列表。",
        ),
        needs_region: false,
        requests_per_second: 10,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[Code::NoPermission],
        differences: &[],
        example: Example {
            parameters: "{}",
            reply: r#"{"TotalCount": 1, "RegionSet": [{"Region": "ap-guangzhou", "RegionName": "广州", "RegionState": "AVAILABLE", "IsChinaMainland": true}]}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DescribeRegions),
    };

    type Input = Input;
    type Output = Output;
}
