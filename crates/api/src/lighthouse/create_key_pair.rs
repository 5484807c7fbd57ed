//! CreateKeyPair (protocol.md section 5.1).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::key_name::KeyName;
use crate::lighthouse::key_pair::KeyPair;
use crate::tag::Tags;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct CreateKeyPair;

crate::structure! {
    /// What CreateKeyPair takes.
    #[derive(Clone, Debug)]
    parameters Input = "CreateKeyPairRequest" {
        key_name: KeyName = "KeyName",
            "Name of the key pair: 1 to 25 digits, ASCII letters or underscores, unique in the account and region.",
            "密钥对名称：1 至 25 个数字、英文字母或下划线，在同一账号同一地域内唯一。";
        tags: Option<Tags> = "Tags",
            "Tags to put on the key pair, at most 10, one value per key.",
            "绑定到密钥对的标签，最多 10 个，每个标签键只能有一个值。";
    }
}

crate::structure! {
    /// What CreateKeyPair replies with.
    #[derive(Deserialize)]
    reply Output = "CreateKeyPairResponse" {
        key_pair: KeyPair = "KeyPair",
            "The new key pair, with its private key: save it now, it is not kept and not shown again.",
            "新建的密钥对及其私钥：请立即保存，私钥不会被保存，也不会再次返回。";
    }
}

impl Contract for CreateKeyPair {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "CreateKeyPair",
        summary: Text::fixed(
            "Creates a key pair and returns its private key, once.",
            "创建密钥对并返回其私钥（仅此一次）。",
        ),
        needs_region: true,
        requests_per_second: 20,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::CreateKeyPairFailed,
            Code::DuplicateParameterValue,
            Code::InvalidKeyPairNameEmpty,
            Code::InvalidKeyPairNameIncludeIllegalChar,
            Code::InvalidKeyPairNameTooLong,
            Code::KeyPairLimitExceeded,
            Code::NoPermission,
        ],
        differences: &[
            Text::fixed(
                "The comment of `PublicKey` is the KeyId; the vendor writes `skey-` and five characters.",
                "`PublicKey` 的注释为 KeyId；腾讯云为 `skey-` 加 5 个字符。",
            ),
            Text::fixed(
                "`CreatedTime` is always set; the vendor's example shows `null`.",
                "`CreatedTime` 始终有值；腾讯云示例中为 `null`。",
            ),
            Text::fixed(
                "What kind of key pair it is can be set by the operator (`key_type`); without that it is RSA of 2048 bits, as the vendor's.",
                "密钥对类型可由运维人员设定（`key_type`），默认与腾讯云相同，为 2048 位 RSA。",
            ),
        ],
        example: Example {
            parameters: r#"{"KeyName": "my_first_key"}"#,
            reply: r#"{"KeyPair": {"KeyId": "lhkp-hfenegt1", "KeyName": "my_first_key", "PublicKey": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC6Zx4q... lhkp-hfenegt1", "AssociatedInstanceIds": [], "CreatedTime": "2026-11-25T08:00:00Z", "PrivateKey": "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----"}}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::CreateKeyPair),
    };

    type Input = Input;
    type Output = Output;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vendor's own example (protocol.md section 5.1): no `CreatedTime`, no `Tags`.
    const VENDORS_REPLY: &str = r#"{"KeyPair":{"KeyId":"lhkp-hfenegt1","KeyName":"test_create_1",
        "PublicKey":"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC6Zx4q...","AssociatedInstanceIds":[],
        "CreatedTime":null,"PrivateKey":"-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAumc...\n-----END RSA PRIVATE KEY-----"}}"#;

    #[test]
    fn the_vendors_own_reply_can_be_read() {
        let Output { key_pair } = serde_json::from_str(VENDORS_REPLY).unwrap();
        assert_eq!(key_pair.key_id.to_string(), "lhkp-hfenegt1");
        assert_eq!(key_pair.created_time, None);
        assert!(key_pair.private_key.is_some());
        assert!(key_pair.tags.is_none());
    }
}
