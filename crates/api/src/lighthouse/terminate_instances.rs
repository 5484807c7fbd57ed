//! TerminateInstances (the vendor's api.json).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::ids::SomeIds;
use crate::instance_id::InstanceId;
use crate::text::Text;
use serde::Deserialize;

/// How many instances one call may name (the documentation of TerminateInstances).
pub const INSTANCE_IDS_MAX: usize = 100;

/// The action.
pub struct TerminateInstances;

crate::structure! {
    /// What TerminateInstances takes.
    #[derive(Clone, Debug)]
    parameters Input = "TerminateInstancesRequest" {
        instance_ids: SomeIds<InstanceId, INSTANCE_IDS_MAX> = "InstanceIds",
            "Ids of the instances, at most 100: all of them, or none if one cannot be.",
            "实例 ID 列表，最多 100 个：全部执行，或在任一无法执行时均不执行。";
    }
}

crate::structure! {
    /// What TerminateInstances replies with: nothing but the RequestId.
    #[derive(Deserialize)]
    reply Output = "TerminateInstancesResponse" {}
}

impl Contract for TerminateInstances {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "TerminateInstances",
        summary: Text::fixed(
            "Ends instances that were given back, and sets their key pairs free.",
            "销毁已退还的实例，并释放其密钥对。",
        ),
        needs_region: true,
        requests_per_second: 10,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::DestroyResourcesFailed,
            Code::Duplicated,
            Code::InstanceCreating,
            Code::InstanceIdMalformed,
            Code::InstanceIdNotFound,
            Code::InstanceOperationInProgress,
            Code::InvalidInstanceState,
            Code::LatestOperationUnfinished,
            Code::NoPermission,
            Code::ValuesLimitExceeded,
        ],
        differences: &[
            Text::fixed(
                "An instance is a record: there is no machine behind it that anything is done to.",
                "实例仅为记录，背后没有实际的机器。",
            ),
            Text::fixed(
                "It is done when the reply comes, whatever the operation time is.",
                "返回时即已完成，与操作时长设置无关。",
            ),
        ],
        example: Example {
            parameters: r#"{"InstanceIds": ["lhins-ruy9d2tw"]}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::TerminateInstances),
    };

    type Input = Input;
    type Output = Output;
}
