//! StartInstances (the vendor's api.json).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::ids::SomeIds;
use crate::instance_id::InstanceId;
use crate::text::Text;
use serde::Deserialize;

/// How many instances one call may name (the documentation of StartInstances).
pub const INSTANCE_IDS_MAX: usize = 100;

/// The action.
pub struct StartInstances;

crate::structure! {
    /// What StartInstances takes.
    #[derive(Clone, Debug)]
    parameters Input = "StartInstancesRequest" {
        instance_ids: SomeIds<InstanceId, INSTANCE_IDS_MAX> = "InstanceIds",
            "Ids of the instances, at most 100: all of them, or none if one cannot be.",
            "实例 ID 列表，最多 100 个：全部执行，或在任一无法执行时均不执行。";
    }
}

crate::structure! {
    /// What StartInstances replies with: nothing but the RequestId.
    #[derive(Deserialize)]
    reply Output = "StartInstancesResponse" {}
}

impl Contract for StartInstances {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "StartInstances",
        summary: Text::fixed("Switches instances on.", "启动实例。"),
        needs_region: true,
        requests_per_second: 10,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::Duplicated,
            Code::InstanceCreating,
            Code::InstanceIdMalformed,
            Code::InstanceIdNotFound,
            Code::InstanceOperationFailed,
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
                "The vendor lists `InvalidParameterValue.OutOfRange`, but no parameter has a range.",
                "腾讯云列出了 `InvalidParameterValue.OutOfRange`，但没有参数有取值范围。",
            ),
        ],
        example: Example {
            parameters: r#"{"InstanceIds": ["lhins-ruy9d2tw"]}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::StartInstances),
    };

    type Input = Input;
    type Output = Output;
}
