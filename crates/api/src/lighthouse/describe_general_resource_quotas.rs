//! DescribeGeneralResourceQuotas (protocol.md section 5.8).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::resource_quota::QuotaName;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct DescribeGeneralResourceQuotas;

crate::structure! {
    /// What DescribeGeneralResourceQuotas takes.
    #[derive(Clone, Debug)]
    parameters Input = "DescribeGeneralResourceQuotasRequest" {
        resource_names: Vec<QuotaName> = "ResourceNames",
            "What to tell the quotas of: `USER_KEY_PAIR`, `GENERAL_BUNDLE_INSTANCE` and the other names that the vendor lists.",
            "配额资源名称列表：`USER_KEY_PAIR`、`GENERAL_BUNDLE_INSTANCE` 等。";
    }
}

crate::structure! {
    /// One quota.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply GeneralResourceQuota = "GeneralResourceQuota" {
        resource_name: QuotaName = "ResourceName", "Of what.", "资源名称。";
        resource_quota_available: i64 = "ResourceQuotaAvailable",
            "How many more there may be.", "剩余可用数量。";
        resource_quota_total: i64 = "ResourceQuotaTotal",
            "How many there may be in all.", "总数量。";
    }
}

crate::structure! {
    /// What DescribeGeneralResourceQuotas replies with.
    #[derive(Clone, Debug, Deserialize)]
    reply Output = "DescribeGeneralResourceQuotasResponse" {
        general_resource_quota_set: Vec<GeneralResourceQuota> = "GeneralResourceQuotaSet",
            "The quotas, in the order they were asked for.", "配额列表，与请求的顺序一致。";
    }
}

impl Contract for DescribeGeneralResourceQuotas {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "DescribeGeneralResourceQuotas",
        summary: Text::fixed(
            "Tells how many of something an account may have in a region, and how many more.",
            "查询通用资源的配额。",
        ),
        needs_region: true,
        requests_per_second: 10,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[Code::InvalidResourceQuotaResourceName, Code::NoPermission],
        differences: &[Text::fixed(
            "All bundles share one quota of instances; what is not offered, such as snapshots, has a quota of 0.",
            "所有套餐共用一个实例配额；未提供的资源（如快照）的配额为 0。",
        )],
        example: Example {
            parameters: r#"{"ResourceNames": ["USER_KEY_PAIR"]}"#,
            reply: r#"{"GeneralResourceQuotaSet": [{"ResourceName": "USER_KEY_PAIR", "ResourceQuotaAvailable": 9, "ResourceQuotaTotal": 10}]}"#,
        },
        decode: |parameters| {
            action::decode::<Self>(parameters).map(Call::DescribeGeneralResourceQuotas)
        },
    };

    type Input = Input;
    type Output = Output;
}
