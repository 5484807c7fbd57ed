//! DisassociateInstancesKeyPairs (protocol.md section 5.6).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::ids::SomeIds;
use crate::instance_id::InstanceId;
use crate::key_id::KeyId;
use crate::login_change::LoginChange;
use crate::text::Text;
use crate::username::Username;
use serde::Deserialize;

/// How many key pairs one call may name (protocol.md section 5.6).
pub const KEY_IDS_MAX: usize = 100;

/// How many instances one call may name (protocol.md section 5.6).
pub const INSTANCE_IDS_MAX: usize = 100;

/// The action.
pub struct DisassociateInstancesKeyPairs;

crate::structure! {
    /// What DisassociateInstancesKeyPairs takes.
    #[derive(Clone, Debug)]
    parameters Input = "DisassociateInstancesKeyPairsRequest" {
        key_ids: SomeIds<KeyId, KEY_IDS_MAX> = "KeyIds",
            "Ids of the key pairs, at most 100.",
            "密钥对 ID 列表，最多 100 个。";
        instance_ids: SomeIds<InstanceId, INSTANCE_IDS_MAX> = "InstanceIds",
            "Ids of the instances, at most 100: each of the key pairs is unbound from each of them, or nothing if one cannot be.",
            "实例 ID 列表，最多 100 个：从每个实例解绑每个密钥对，或在任一无法执行时均不执行。";
        disassociate_type: Option<LoginChange> = "DisassociateType",
            "`ONLINE` or `OFFLINE`; a record knows no difference, but `OFFLINE` takes no `Username`.",
            "`ONLINE` 或 `OFFLINE`，对实例记录没有区别，但 `OFFLINE` 时不能指定 `Username`。";
        username: Option<Username> = "Username",
            "The user that the key pairs no longer open; the instance's own by default.",
            "不再允许登录的用户名，默认为实例的默认用户。";
    }
}

crate::structure! {
    /// What DisassociateInstancesKeyPairs replies with: nothing but the RequestId.
    #[derive(Deserialize)]
    reply Output = "DisassociateInstancesKeyPairsResponse" {}
}

impl Contract for DisassociateInstancesKeyPairs {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "DisassociateInstancesKeyPairs",
        summary: Text::fixed("Unbinds key pairs from instances.", "从实例解绑密钥对。"),
        needs_region: true,
        requests_per_second: 20,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::Duplicated,
            Code::InstanceIdMalformed,
            Code::InstanceIdNotFound,
            Code::InstanceOperationFailed,
            Code::InstanceOperationInProgress,
            Code::InvalidInstanceState,
            Code::KeyIdNotFound,
            Code::KeyPairIdMalformed,
            Code::KeyPairNotBoundToInstance,
            Code::KeyPairUnbindUsernameMismatch,
            Code::LatestOperationUnfinished,
            Code::NoPermission,
            Code::OutOfRange,
            Code::ValuesLimitExceeded,
        ],
        differences: &[
            Text::fixed(
                "An instance is a record: there is no machine behind it that anything is done to.",
                "实例仅为记录，背后没有实际的机器。",
            ),
            Text::fixed(
                "An instance that is being made answers `UnsupportedOperation.InvalidInstanceState`, as clients expect, not `OperationDenied.InstanceCreating`.",
                "创建中的实例返回客户端所预期的 `UnsupportedOperation.InvalidInstanceState`，而非 `OperationDenied.InstanceCreating`。",
            ),
        ],
        example: Example {
            parameters: r#"{"KeyIds": ["lhkp-hfenegt1"], "InstanceIds": ["lhins-ruy9d2tw"]}"#,
            reply: "{}",
        },
        decode: |parameters| {
            action::decode::<Self>(parameters).map(Call::DisassociateInstancesKeyPairs)
        },
    };

    type Input = Input;
    type Output = Output;
}
