//! A temporary credential as replies show it.

use crate::credential::SecretId;
use crate::secret_text::SecretText;
use serde::Deserialize;

crate::structure! {
    /// What signs until it ends; the token has to be sent along.
    #[derive(Deserialize)]
    reply Credentials = "Credentials" {
        token: SecretText = "Token",
            "The token to send along as `X-TC-Token`, at most 4096 bytes.",
            "随请求通过 `X-TC-Token` 发送的 Token，最长 4096 字节。";
        tmp_secret_id: SecretId = "TmpSecretId",
            "The SecretId, at most 1024 bytes.", "SecretId，最长 1024 字节。";
        tmp_secret_key: SecretText = "TmpSecretKey",
            "The SecretKey, at most 1024 bytes.", "SecretKey，最长 1024 字节。";
    }
}
