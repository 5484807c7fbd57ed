//! ModifyInstancesAttribute (the vendor's api.json).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::ids::SomeIds;
use crate::instance_id::InstanceId;
use crate::instance_name::InstanceName;
use crate::text::Text;
use serde::Deserialize;

/// How many instances one call may name (the documentation of ModifyInstancesAttribute).
pub const INSTANCE_IDS_MAX: usize = 100;

/// The action.
pub struct ModifyInstancesAttribute;

crate::structure! {
    /// What ModifyInstancesAttribute takes.
    #[derive(Clone, Debug)]
    parameters Input = "ModifyInstancesAttributeRequest" {
        instance_ids: SomeIds<InstanceId, INSTANCE_IDS_MAX> = "InstanceIds",
            "Ids of the instances, at most 100: all of them, or none if one cannot be.",
            "实例 ID 列表，最多 100 个：全部执行，或在任一无法执行时均不执行。";
        instance_name: InstanceName = "InstanceName",
            "Their new name, 1 to 60 characters.",
            "新的实例名称，1 至 60 个字符。";
    }
}

crate::structure! {
    /// What ModifyInstancesAttribute replies with: nothing but the RequestId.
    #[derive(Deserialize)]
    reply Output = "ModifyInstancesAttributeResponse" {}
}

impl Contract for ModifyInstancesAttribute {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "ModifyInstancesAttribute",
        summary: Text::fixed("Renames instances.", "修改实例名称。"),
        needs_region: true,
        requests_per_second: 10,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::Duplicated,
            Code::InstanceCreating,
            Code::InstanceIdMalformed,
            Code::InstanceIdNotFound,
            Code::InstanceNameTooLong,
            Code::InvalidInstanceState,
            Code::LatestOperationUnfinished,
            Code::ModifyResourcesAttributeFailed,
            Code::NoPermission,
            Code::OutOfRange,
            Code::ValuesLimitExceeded,
        ],
        differences: &[Text::fixed(
            "A store that fails is `FailedOperation.ModifyResourcesAttributeFailed`; the vendor lists `FailedOperation.InstanceOperationFailed` too.",
            "存储失败时返回 `FailedOperation.ModifyResourcesAttributeFailed`；腾讯云还列出了 `FailedOperation.InstanceOperationFailed`。",
        )],
        example: Example {
            parameters: r#"{"InstanceIds": ["lhins-ruy9d2tw"], "InstanceName": "web"}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::ModifyInstancesAttribute),
    };

    type Input = Input;
    type Output = Output;
}
