//! DeleteKeyPairs (protocol.md section 5.4).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::ids::SomeIds;
use crate::key_id::KeyId;
use crate::text::Text;
use serde::Deserialize;

/// How many key pairs one call may delete (protocol.md section 5.4).
pub const KEY_IDS_MAX: usize = 10;

/// The action.
pub struct DeleteKeyPairs;

crate::structure! {
    /// What DeleteKeyPairs takes.
    #[derive(Clone, Debug)]
    parameters Input = "DeleteKeyPairsRequest" {
        key_ids: SomeIds<KeyId, KEY_IDS_MAX> = "KeyIds",
            "Ids of the key pairs to delete, at most 10: all of them, or none if one cannot be.",
            "要删除的密钥对 ID 列表，最多 10 个：全部删除，或在任一无法删除时均不删除。";
    }
}

crate::structure! {
    /// What DeleteKeyPairs replies with: nothing but the RequestId.
    #[derive(Deserialize)]
    reply Output = "DeleteKeyPairsResponse" {}
}

impl Contract for DeleteKeyPairs {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "DeleteKeyPairs",
        summary: Text::fixed("Deletes key pairs.", "删除密钥对。"),
        needs_region: true,
        requests_per_second: 10,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::DeleteKeyPairFailed,
            Code::Duplicated,
            Code::KeyIdNotFound,
            Code::KeyPairIdMalformed,
            Code::KeyPairInUse,
            Code::NoPermission,
            Code::ValuesLimitExceeded,
        ],
        differences: &[Text::fixed(
            "More than ten ids are `InvalidParameterValue.LimitExceeded`; the vendor lists no code for them.",
            "超过 10 个 ID 时返回 `InvalidParameterValue.LimitExceeded`；腾讯云未列出相应错误码。",
        )],
        example: Example {
            parameters: r#"{"KeyIds": ["lhkp-hfenegt1"]}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DeleteKeyPairs),
    };

    type Input = Input;
    type Output = Output;
}
