//! AssociateInstancesKeyPairs (protocol.md section 5.5).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::ids::SomeIds;
use crate::instance_id::InstanceId;
use crate::key_id::KeyId;
use crate::login_change::LoginChange;
use crate::text::Text;
use crate::username::Username;
use serde::Deserialize;

/// How many key pairs one call may name (protocol.md section 5.5).
pub const KEY_IDS_MAX: usize = 100;

/// How many instances one call may name (protocol.md section 5.5).
pub const INSTANCE_IDS_MAX: usize = 100;

/// The action.
pub struct AssociateInstancesKeyPairs;

crate::structure! {
    /// What AssociateInstancesKeyPairs takes.
    #[derive(Clone, Debug)]
    parameters Input = "AssociateInstancesKeyPairsRequest" {
        key_ids: SomeIds<KeyId, KEY_IDS_MAX> = "KeyIds",
            "Ids of the key pairs, at most 100.",
            "密钥对 ID 列表，最多 100 个。";
        instance_ids: SomeIds<InstanceId, INSTANCE_IDS_MAX> = "InstanceIds",
            "Ids of the instances, at most 100: each of the key pairs is bound to each of them, or nothing if one cannot be.",
            "实例 ID 列表，最多 100 个：每个密钥对绑定到每个实例，或在任一无法执行时均不执行。";
        associate_type: Option<LoginChange> = "AssociateType",
            "`ONLINE` or `OFFLINE`; a record knows no difference, but `OFFLINE` takes no `Username`.",
            "`ONLINE` 或 `OFFLINE`，对实例记录没有区别，但 `OFFLINE` 时不能指定 `Username`。";
        username: Option<Username> = "Username",
            "The user that the key pairs open; the instance's own by default.",
            "密钥对登录的用户名，默认为实例的默认用户。";
    }
}

crate::structure! {
    /// What AssociateInstancesKeyPairs replies with: nothing but the RequestId.
    #[derive(Deserialize)]
    reply Output = "AssociateInstancesKeyPairsResponse" {}
}

impl Contract for AssociateInstancesKeyPairs {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "AssociateInstancesKeyPairs",
        summary: Text::fixed("Binds key pairs to instances.", "绑定密钥对到实例。"),
        needs_region: true,
        requests_per_second: 10,
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
            Code::KeyPairBindDuplicate,
            Code::KeyPairIdMalformed,
            Code::LatestOperationUnfinished,
            Code::NoPermission,
            Code::OutOfRange,
            Code::ValuesLimitExceeded,
            Code::WindowsNotAllowToAssociateKeyPair,
        ],
        differences: &[
            Text::fixed(
                "An instance is a record: there is no machine behind it that anything is done to.",
                "实例仅为记录，背后没有实际的机器。",
            ),
            Text::fixed(
                "Key pairs that are bound already stay bound; the vendor's text says that an earlier one becomes invalid, and its lists hold several.",
                "已绑定的密钥对保持绑定；腾讯云文档称原密钥对将失效，但其列表可包含多个密钥对。",
            ),
            Text::fixed(
                "An instance takes 1,000 bindings at most, each of a key pair for a user (`InvalidParameterValue.LimitExceeded`); the vendor documents no such limit.",
                "每个实例最多 1,000 个绑定关系（密钥对与用户），超出返回 `InvalidParameterValue.LimitExceeded`；腾讯云文档未说明该限制。",
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
            action::decode::<Self>(parameters).map(Call::AssociateInstancesKeyPairs)
        },
    };

    type Input = Input;
    type Output = Output;
}
