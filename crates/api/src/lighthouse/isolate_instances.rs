//! IsolateInstances (the vendor's api.json).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::ids::SomeIds;
use crate::instance_id::InstanceId;
use crate::text::Text;
use serde::Deserialize;

/// How many instances one call may name (the documentation of IsolateInstances).
pub const INSTANCE_IDS_MAX: usize = 20;

/// The action.
pub struct IsolateInstances;

crate::structure! {
    /// What IsolateInstances takes.
    #[derive(Clone, Debug)]
    parameters Input = "IsolateInstancesRequest" {
        instance_ids: SomeIds<InstanceId, INSTANCE_IDS_MAX> = "InstanceIds",
            "Ids of the instances, at most 20: all of them, or none if one cannot be.",
            "实例 ID 列表，最多 20 个：全部执行，或在任一无法执行时均不执行。";
        isolate_data_disk: Option<bool> = "IsolateDataDisk",
            "Whether its data disks go as well; a record has none.",
            "是否同时退还数据盘，实例记录没有数据盘。";
    }
}

crate::structure! {
    /// What IsolateInstances replies with: nothing but the RequestId.
    #[derive(Deserialize)]
    reply Output = "IsolateInstancesResponse" {}
}

impl Contract for IsolateInstances {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "IsolateInstances",
        summary: Text::fixed(
            "Gives instances back: they are `SHUTDOWN` and keep their key pairs until they are terminated.",
            "退还实例：实例进入 `SHUTDOWN` 状态，销毁前仍保留其密钥对。",
        ),
        needs_region: true,
        requests_per_second: 10,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::Duplicated,
            Code::InstanceCreating,
            Code::InstanceIdMalformed,
            Code::InstanceIdNotFound,
            Code::InstanceOperationInProgress,
            Code::InvalidInstanceState,
            Code::IsolateResourcesFailed,
            Code::LatestOperationUnfinished,
            Code::NoPermission,
            Code::ValuesLimitExceeded,
        ],
        differences: &[Text::fixed(
            "An instance is a record: there is no machine behind it that anything is done to.",
            "实例仅为记录，背后没有实际的机器。",
        )],
        example: Example {
            parameters: r#"{"InstanceIds": ["lhins-ruy9d2tw"]}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::IsolateInstances),
    };

    type Input = Input;
    type Output = Output;
}
