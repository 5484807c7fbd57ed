//! The reply: `{"Response":{…,"RequestId":"…"}}` (protocol.md section 3.3).

use pharos_api::error::ApiError;
use pharos_api::request_id::RequestId;
use pharos_api::text::Language;
use serde::Serialize;
use std::io::{self, Write};
use zeroize::Zeroizing;

/// The one content type. Python and `tccli` compare the whole header value: with a parameter behind
/// it, an error would look to them like an empty success.
pub const CONTENT_TYPE: &str = "application/json";

/// The bytes of a reply, wiped when dropped: one of them may hold a private key.
pub struct ReplyBody(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for ReplyBody {
    fn as_ref(&self) -> &[u8] {
        &self.0
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

/// The reply of an action.
///
/// # Errors
/// When `reply` cannot be written as a JSON object.
pub fn success(reply: &impl Serialize, request_id: RequestId) -> serde_json::Result<ReplyBody> {
    write(&Envelope {
        response: Success { reply, request_id },
    })
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
    write(&Envelope {
        response: Failure { error, request_id },
    })
    .expect("three texts")
}

/// Writes into a buffer of exactly the right size: one that grows would leave copies behind, and
/// only the last would be wiped.
fn write(envelope: &impl Serialize) -> serde_json::Result<ReplyBody> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, envelope)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *bytes, envelope)?;
    Ok(ReplyBody(bytes))
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
    use pharos_api::code::Code;
    use pharos_api::random::Random;
    use pharos_api::text::Text;
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
        assert_eq!(body.0.capacity(), body.0.len());
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
