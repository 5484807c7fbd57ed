//! DescribeInstances (protocol.md section 5.9).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::choice::choice;
use crate::code::Code;
use crate::ids::Ids;
use crate::instance_filter::InstanceFilters;
use crate::instance_id::InstanceId;
use crate::lighthouse::instance::Instance;
use crate::page::{Limit, Offset};
use crate::text::Text;
use serde::Deserialize;

/// How many instances one call may ask for by id (protocol.md section 5.9).
pub const INSTANCE_IDS_MAX: usize = 100;

/// The action.
pub struct DescribeInstances;

choice! {
    /// What instances can be sorted by.
    OrderField {
        /// Until when they were ordered.
        ExpiredTime = "EXPIRED_TIME";
    }
}

choice! {
    /// Which way round.
    Order {
        /// The smallest first.
        Ascending = "ASC";
        /// The largest first.
        Descending = "DESC";
    }
}

crate::structure! {
    /// What DescribeInstances takes.
    #[derive(Clone, Debug, Default)]
    parameters Input = "DescribeInstancesRequest" {
        instance_ids: Option<Ids<InstanceId, INSTANCE_IDS_MAX>> = "InstanceIds",
            "Ids of the instances to show, at most 100. Not together with `Filters`.",
            "实例 ID 列表，最多 100 个。不能与 `Filters` 同时指定。";
        filters: Option<InstanceFilters> = "Filters",
            "At most 10 filters of at most 100 values, all of which have to fit: `instance-name`, `private-ip-address`, `public-ip-address`, `zone`, `instance-state`, `tag-key`, `tag-value`, `tag:<key>`, `bundle-id`.",
            "过滤器列表，最多 10 个，每个最多 100 个值，须同时满足：`instance-name`、`private-ip-address`、`public-ip-address`、`zone`、`instance-state`、`tag-key`、`tag-value`、`tag:<key>`、`bundle-id`。";
        offset: Option<Offset> = "Offset",
            "How many instances to leave out at the start; 0 by default.", "偏移量，默认为 0。";
        limit: Option<Limit> = "Limit",
            "How many instances to show, 1 to 100; 20 by default.", "返回数量，1 至 100，默认为 20。";
        order_field: Option<OrderField> = "OrderField",
            "What to sort by: `EXPIRED_TIME`. By default those that were given back come first, then the newest.",
            "排序字段：`EXPIRED_TIME`。默认先列出待回收的实例，再按创建时间从新到旧排列。";
        order: Option<Order> = "Order",
            "`ASC` (the default) or `DESC`; needs `OrderField`.",
            "`ASC`（默认）或 `DESC`，须同时指定 `OrderField`。";
    }
}

crate::structure! {
    /// What DescribeInstances replies with.
    #[derive(Clone, Debug, Deserialize)]
    reply Output = "DescribeInstancesResponse" {
        total_count: i64 = "TotalCount",
            "How many instances fit, on all pages.", "符合条件的实例数量。";
        instance_set: Vec<Instance> = "InstanceSet", "Those of this page.", "实例列表。";
    }
}

impl Contract for DescribeInstances {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "DescribeInstances",
        summary: Text::fixed(
            "Lists instances, by id, by filters, or all of them.",
            "查询实例列表。",
        ),
        needs_region: true,
        requests_per_second: 100,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::Duplicated,
            Code::FilterValueLimitExceeded,
            Code::InstanceIdMalformed,
            Code::InstanceIdNotFound,
            Code::InstanceNameTooLong,
            Code::InvalidFilter,
            Code::InvalidFilterInvalidKey,
            Code::InvalidFilterInvalidNameNotStr,
            Code::InvalidFilterInvalidValuesNotList,
            Code::InvalidFilterNotDict,
            Code::InvalidFilterNotSupportedName,
            Code::InvalidIpFormat,
            Code::InvalidZone,
            Code::Negative,
            Code::NoPermission,
            Code::OrderFieldRequired,
            Code::OutOfRange,
            Code::ParameterConflict,
            Code::ValuesLimitExceeded,
        ],
        differences: &[
            Text::fixed(
                "An instance is a record: there is no machine behind it, and what is not known of it is 0.",
                "实例仅为记录，背后没有实际的机器，未知的数值为 0。",
            ),
            Text::fixed(
                "An instance that does not exist is `ResourceNotFound.InstanceIdNotFound`, not left out: a client that waits for one breaks on an empty list.",
                "不存在的实例返回 `ResourceNotFound.InstanceIdNotFound`，而不是空列表：等待实例的客户端遇到空列表会出错。",
            ),
        ],
        example: Example {
            parameters: r#"{"InstanceIds": ["lhins-ruy9d2tw"]}"#,
            reply: r#"{"TotalCount": 1, "InstanceSet": [{"InstanceId": "lhins-ruy9d2tw", "BundleId": "registered", "BlueprintId": "lhbp-00000000", "CPU": 0, "Memory": 0, "InstanceName": "web", "InstanceChargeType": "PREPAID", "SystemDisk": {"DiskType": "CLOUD_SSD", "DiskSize": 0, "DiskId": null}, "PrivateAddresses": ["10.0.0.1"], "PublicAddresses": [], "InternetAccessible": {"InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR", "InternetMaxBandwidthOut": 0, "PublicIpAssigned": false}, "RenewFlag": "NOTIFY_AND_MANUAL_RENEW", "LoginSettings": {"KeyIds": ["lhkp-hfenegt1"]}, "InstanceState": "RUNNING", "Uuid": "0b8d1f3c-6a1e-4c0e-9d6f-0c8e3d3a7b52", "LatestOperation": "AssociateInstancesKeyPairs", "LatestOperationState": "SUCCESS", "LatestOperationRequestId": "eb0b3e2c-3a0b-4d8c-8f0e-5d3b0f6c2a11", "LatestOperationStartedTime": "2026-11-25T08:00:00Z", "IsolatedTime": null, "CreatedTime": "2026-11-25T08:00:00Z", "ExpiredTime": null, "PlatformType": "LINUX_UNIX", "Platform": "LINUX", "OsName": "Linux", "Zone": "ap-guangzhou-1", "Tags": [], "InstanceRestrictState": "NORMAL"}]}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DescribeInstances),
    };

    type Input = Input;
    type Output = Output;
}
