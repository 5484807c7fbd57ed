//! The reply: `{"Response":{…,"RequestId":"…"}}` (protocol.md section 3.3).

use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::request_id::RequestId;
use pharos_api::text::{Language, Text};
use serde::Serialize;
use std::io::{self, Write};
use zeroize::Zeroizing;

/// The one content type. Python and `tccli` compare the whole header value: with a parameter behind
/// it, an error would look to them like an empty success.
pub const CONTENT_TYPE: &str = "application/json";

/// The largest reply, in bytes (protocol.md section 3.2).
pub const REPLY_BYTES_MAX: usize = 50 * 1024 * 1024;

/// What most replies fit in, in bytes: a page of a few regions, key pairs or users.
const USUAL_REPLY_BYTES: usize = 2 * 1024;

/// The bytes of a reply.
pub enum ReplyBody {
    /// Nothing that anybody may not see.
    Open(Vec<u8>),
    /// With a private key in it: wiped when dropped.
    Secret(Zeroizing<Vec<u8>>),
}

impl AsRef<[u8]> for ReplyBody {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Open(bytes) => bytes,
            Self::Secret(bytes) => bytes,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<T> {
    response: T,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Success<'a, T> {
    #[serde(flatten)]
    reply: &'a T,
    request_id: RequestId,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Failure<'a> {
    error: PublicError<'a>,
    request_id: RequestId,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PublicError<'a> {
    code: &'static str,
    message: &'a str,
}

/// The reply of an action that holds no secret.
///
/// # Errors
/// `ResponseSizeLimitExceeded`, `InternalError` when `reply` cannot be written as a JSON object.
pub fn success(reply: &impl Serialize, request_id: RequestId) -> Result<ReplyBody, ApiError> {
    let response = Success { reply, request_id };
    let mut bytes = Vec::with_capacity(USUAL_REPLY_BYTES);
    serde_json::to_writer(&mut bytes, &Envelope { response }).map_err(ApiError::internal)?;
    in_size(bytes.len())?;
    Ok(ReplyBody::Open(bytes))
}

/// The reply of an action that holds a private key. It is written into a buffer of exactly the right
/// size: one that grows would leave copies behind, and only the last would be wiped.
///
/// # Errors
/// As [`success`].
pub fn secret(reply: &impl Serialize, request_id: RequestId) -> Result<ReplyBody, ApiError> {
    let envelope = Envelope {
        response: Success { reply, request_id },
    };
    let mut length = Length(0);
    serde_json::to_writer(&mut length, &envelope).map_err(ApiError::internal)?;
    in_size(length.0)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *bytes, &envelope).map_err(ApiError::internal)?;
    Ok(ReplyBody::Secret(bytes))
}

/// The reply to a request that was refused: its code and its sentence, and nothing of its cause.
#[expect(
    clippy::expect_used,
    reason = "three texts can always be written as JSON"
)]
pub fn failure(error: &ApiError, language: Language, request_id: RequestId) -> ReplyBody {
    let error = PublicError {
        code: error.code.wire(),
        message: error.message.in_language(language),
    };
    let response = Failure { error, request_id };
    let bytes = serde_json::to_vec(&Envelope { response }).expect("three texts");
    ReplyBody::Open(bytes)
}

fn in_size(bytes: usize) -> Result<(), ApiError> {
    if bytes <= REPLY_BYTES_MAX {
        return Ok(());
    }
    let megabytes = REPLY_BYTES_MAX / (1024 * 1024);
    Err(ApiError::new(
        Code::ResponseSizeLimitExceeded,
        Text::new(
            format!(
                "The reply is larger than {megabytes} MB, which is the most that is sent. Ask for less \
                 in one call: a smaller `Limit`, or fewer ids."
            ),
            format!(
                "返回内容超过 {megabytes} MB 的上限，请减小 `Limit` 或减少单次请求的 ID 数量。"
            ),
        ),
    ))
}

/// Counts what is written to it.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::random::Random;
    use serde_json::json;

    struct Zeros;

    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    fn text(body: &ReplyBody) -> &str {
        std::str::from_utf8(body.as_ref()).unwrap()
    }

    #[test]
    fn a_success_carries_its_fields_beside_the_request_id() {
        let body = success(&json!({"TotalCount": 0}), RequestId::generate(&Zeros)).unwrap();
        assert_eq!(
            text(&body),
            r#"{"Response":{"TotalCount":0,"RequestId":"00000000-0000-4000-8000-000000000000"}}"#
        );
    }

    #[test]
    fn a_secret_reply_is_the_same_and_its_buffer_never_grew() {
        let reply = json!({"KeyPair": {"PrivateKey": "-----BEGIN"}});
        let open = success(&reply, RequestId::generate(&Zeros)).unwrap();
        let secret = secret(&reply, RequestId::generate(&Zeros)).unwrap();
        assert_eq!(text(&secret), text(&open));
        let ReplyBody::Secret(bytes) = secret else {
            panic!("it is not wiped");
        };
        assert_eq!(bytes.capacity(), bytes.len());
    }

    #[test]
    fn a_reply_beyond_its_size_is_refused() {
        let reply = |bytes| json!({ "A": "a".repeat(bytes) });
        let write = |bytes| success(&reply(bytes), RequestId::generate(&Zeros));
        let envelope = write(0).unwrap().as_ref().len();
        assert!(write(REPLY_BYTES_MAX - envelope).is_ok());
        for refused in [
            write(REPLY_BYTES_MAX - envelope + 1),
            secret(&reply(REPLY_BYTES_MAX), RequestId::generate(&Zeros)),
        ] {
            assert_eq!(refused.err().unwrap().code, Code::ResponseSizeLimitExceeded);
        }
    }

    #[test]
    fn a_failure_speaks_the_asked_language_and_keeps_its_cause() {
        let error =
            ApiError::new(Code::InternalError, Text::fixed("sorry", "抱歉")).because("disk 7");
        for (language, word) in [(Language::English, "sorry"), (Language::Chinese, "抱歉")] {
            let body = failure(&error, language, RequestId::generate(&Zeros));
            let expected = format!(
                r#"{{"Response":{{"Error":{{"Code":"InternalError","Message":"{word}"}},"RequestId":"00000000-0000-4000-8000-000000000000"}}}}"#
            );
            assert_eq!(text(&body), expected);
        }
    }
}
