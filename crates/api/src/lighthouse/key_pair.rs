//! The key pair as replies show it.

use crate::instance_id::InstanceId;
use crate::key_id::KeyId;
use crate::key_name::KeyName;
use crate::private_key::PrivateKey;
use crate::tag::Tags;
use crate::time::Timestamp;
use crate::username::Username;
use serde::Deserialize;

crate::structure! {
    /// An instance that a key pair is bound to.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply AssociatedInstance = "AssociatedInstanceInfo" {
        instance_id: InstanceId = "InstanceId", "Id of the instance.", "实例 ID。";
        username: Username = "Username", "The user that the key pair opens.", "密钥对登录的用户名。";
    }
}

crate::structure! {
    /// A key pair (protocol.md section 5.3). `PrivateKey` is `null` in every reply but CreateKeyPair's.
    /// `CreatedTime` always stands in Pharos's replies and may be `null` in the vendor's (section 3.4).
    #[derive(Deserialize)]
    reply KeyPair = "KeyPair" {
        key_id: KeyId = "KeyId",
            "Id of the key pair, `lhkp-` and eight digits or lower-case letters.",
            "密钥对 ID，由 `lhkp-` 和 8 位数字或小写字母组成。";
        key_name: KeyName = "KeyName", "Name of the key pair.", "密钥对名称。";
        public_key: String = "PublicKey",
            "Public key as one OpenSSH `authorized_keys` line; an imported one byte for byte as it was sent.",
            "公钥，OpenSSH `authorized_keys` 单行格式；导入的公钥按原样逐字节返回。";
        associated_instance_ids: Vec<InstanceId> = "AssociatedInstanceIds",
            "Ids of the instances the key pair is bound to.",
            "密钥对关联的实例 ID 列表。";
        #[serde(skip_serializing_if = "Option::is_none", default)]
        associated_instance_set: Option<Vec<AssociatedInstance>> = "AssociatedInstanceSet",
            "The same, with the users that the key pair opens, when there are any.",
            "关联的实例及其用户名，无关联时不返回。";
        created_time: Option<Timestamp> = "CreatedTime",
            "When it was created, UTC, `YYYY-MM-DDThh:mm:ssZ`.",
            "创建时间，UTC，格式为 `YYYY-MM-DDThh:mm:ssZ`。";
        private_key: Option<PrivateKey> = "PrivateKey",
            "Private key, PEM. Only ever in the reply of CreateKeyPair; the server does not keep it.",
            "私钥，PEM 格式。仅在 CreateKeyPair 的返回中出现，服务器不保存。";
        #[serde(skip_serializing_if = "Option::is_none", default)]
        tags: Option<Tags> = "Tags", "The tags, when there are any.", "标签列表，无标签时不返回。";
    }
}
