//! ImportKeyPair (protocol.md section 5.2).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::key_id::KeyId;
use crate::key_name::KeyName;
use crate::public_key_text::PublicKeyText;
use crate::tag::Tags;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct ImportKeyPair;

crate::structure! {
    /// What ImportKeyPair takes.
    parameters Input = "ImportKeyPairRequest" {
        key_name: KeyName = "KeyName",
            "Name of the key pair: 1 to 25 digits, ASCII letters or underscores, unique in the account and region.",
            "密钥对名称：1 至 25 个数字、英文字母或下划线，在同一账号同一地域内唯一。";
        public_key: PublicKeyText = "PublicKey",
            "Public key as one line of OpenSSH, at most 8192 bytes, kept byte for byte; unique in the account and region, whatever its comment.",
            "公钥，OpenSSH 单行格式，最多 8192 字节，按原样逐字节保存；无论注释为何，在同一账号同一地域内唯一。";
        tags: Option<Tags> = "Tags",
            "Tags to put on the key pair, at most 10, one value per key.",
            "绑定到密钥对的标签，最多 10 个，每个标签键只能有一个值。";
    }
}

crate::structure! {
    /// What ImportKeyPair replies with.
    #[derive(Deserialize)]
    reply Output = "ImportKeyPairResponse" {
        key_id: KeyId = "KeyId",
            "Id of the key pair, `lhkp-` and eight digits or lower-case letters.",
            "密钥对 ID，由 `lhkp-` 和 8 位数字或小写字母组成。";
    }
}

impl Contract for ImportKeyPair {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "ImportKeyPair",
        summary: Text::fixed(
            "Keeps the public key of a key pair that somebody has already.",
            "导入已有密钥对的公钥。",
        ),
        needs_region: true,
        requests_per_second: 10,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::DuplicateParameterValue,
            Code::ImportKeyPairFailed,
            Code::InvalidKeyPairNameEmpty,
            Code::InvalidKeyPairNameIncludeIllegalChar,
            Code::InvalidKeyPairNameTooLong,
            Code::KeyPairLimitExceeded,
            Code::KeyPairPublicKeyDuplicated,
            Code::KeyPairPublicKeyMalformed,
            Code::NoPermission,
        ],
        differences: &[
            Text::fixed(
                "A store that fails is `FailedOperation.ImportKeyPairFailed`; the vendor lists `FailedOperation.CreateKeyPairFailed` and `FailedOperation.DeleteKeyPairFailed` too.",
                "存储失败时返回 `FailedOperation.ImportKeyPairFailed`；腾讯云还列出了 `FailedOperation.CreateKeyPairFailed` 和 `FailedOperation.DeleteKeyPairFailed`。",
            ),
            Text::fixed(
                "Keys of Ed25519, of ECDSA and in security keys are taken too, unless the operator leaves them out of `import.accept`; the vendor documents RSA.",
                "除 RSA 外，还支持 Ed25519、ECDSA 及安全密钥中的密钥，可由运维人员通过 `import.accept` 限定；腾讯云文档仅列出 RSA。",
            ),
            Text::fixed(
                "A weak key is `InvalidParameterValue.KeyPairPublicKeyMalformed`, with the reason, unless the operator turned its rule off (`import.weak_rules_off`); the vendor documents no such check.",
                "弱密钥返回 `InvalidParameterValue.KeyPairPublicKeyMalformed` 并说明原因，除非运维人员关闭了相应规则（`import.weak_rules_off`）；腾讯云文档未提及此类检查。",
            ),
            Text::fixed(
                "A name with an illegal character is `InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar`; the vendor lists that for CreateKeyPair only.",
                "名称包含非法字符时返回 `InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar`；腾讯云仅在 CreateKeyPair 中列出该错误码。",
            ),
        ],
        example: Example {
            parameters: r#"{"KeyName": "my_own_key", "PublicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOeayaJLZvL8Zyi7FOXGGdZx4StpIoXUaDKxQxx9Yzet me@laptop\n"}"#,
            reply: r#"{"KeyId": "lhkp-hfenegt1"}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::ImportKeyPair),
    };

    type Input = Input;
    type Output = Output;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_public_key_is_taken_byte_for_byte() {
        let text = " ssh-ed25519\t AAAA  a comment, 钥匙 \r\n";
        let parameters = json!({"KeyName": "a", "PublicKey": text});
        let input = action::decode::<ImportKeyPair>(parameters.clone()).unwrap_or_else(|error| {
            panic!("{error:?}");
        });
        assert_eq!(input.public_key.expose(), text);
        // As a client sends it.
        let sent = serde_json::to_value(input).unwrap();
        assert_eq!(sent["PublicKey"], parameters["PublicKey"]);
    }

    #[test]
    fn a_public_key_is_needed_and_is_text() {
        let code = |parameters| {
            let refused = action::decode::<ImportKeyPair>(parameters).err();
            refused.map(|error| error.code)
        };
        let without = json!({"KeyName": "a"});
        assert_eq!(code(without), Some(Code::MissingParameter));
        let number = json!({"KeyName": "a", "PublicKey": 7});
        assert_eq!(code(number), Some(Code::InvalidParameter));
    }
}
