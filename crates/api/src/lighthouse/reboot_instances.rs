//! RebootInstances (the vendor's api.json).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::ids::SomeIds;
use crate::instance_id::InstanceId;
use crate::stop_type::StopType;
use crate::text::Text;
use serde::Deserialize;

/// How many instances one call may name (the documentation of RebootInstances).
pub const INSTANCE_IDS_MAX: usize = 100;

/// The action.
pub struct RebootInstances;

crate::structure! {
    /// What RebootInstances takes.
    #[derive(Clone, Debug)]
    parameters Input = "RebootInstancesRequest" {
        instance_ids: SomeIds<InstanceId, INSTANCE_IDS_MAX> = "InstanceIds",
            "Ids of the instances, at most 100: all of them, or none if one cannot be.",
            "实例 ID 列表，最多 100 个：全部执行，或在任一无法执行时均不执行。";
        stop_type: Option<StopType> = "StopType",
            "`SOFT`, `HARD` or `SOFT_FIRST`; a record knows no difference.",
            "`SOFT`、`HARD` 或 `SOFT_FIRST`，对实例记录没有区别。";
    }
}

crate::structure! {
    /// What RebootInstances replies with: nothing but the RequestId.
    #[derive(Deserialize)]
    reply Output = "RebootInstancesResponse" {}
}

impl Contract for RebootInstances {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "RebootInstances",
        summary: Text::fixed("Switches instances off and on.", "重启实例。"),
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
            Code::OutOfRange,
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
        decode: |parameters| action::decode::<Self>(parameters).map(Call::RebootInstances),
    };

    type Input = Input;
    type Output = Output;
}
