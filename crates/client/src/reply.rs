//! What came back, without its sockets: from bytes to an output or a refusal.

use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zeroize::{Zeroize, Zeroizing};

use crate::error::ClientError;

/// The largest reply that is read: the vendor's own limit (protocol.md section 3.2).
const REPLY_BYTES_MAX: usize = 50 * 1024 * 1024;

/// A reply while it is read. Every byte may be a private key's, so none is left behind: the buffer is
/// wiped when it moves to a larger place and when it is dropped.
pub(crate) struct Reply {
    endpoint: String,
    status: StatusCode,
    bytes: Zeroizing<Vec<u8>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<T> {
    response: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failure {
    error: Option<Refusal>,
    #[serde(default)]
    request_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Refusal {
    code: String,
    message: String,
}

impl Reply {
    pub(crate) fn new(endpoint: String, status: StatusCode) -> Self {
        Self {
            endpoint,
            status,
            bytes: Zeroizing::default(),
        }
    }

    /// Takes the next bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        let length = self.bytes.len() + bytes.len();
        if length > REPLY_BYTES_MAX {
            return Err(ClientError::TooLong {
                endpoint: self.endpoint.clone(),
                bytes_max: REPLY_BYTES_MAX,
            });
        }
        if length > self.bytes.capacity() {
            // Growing in place might leave the old bytes behind.
            let mut larger = Vec::with_capacity(length.next_power_of_two());
            larger.extend_from_slice(&self.bytes);
            self.bytes.zeroize();
            *self.bytes = larger;
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Takes the refusal out of it, if it is one. Like the official Go SDK, it reads the envelope
    /// whatever the HTTP status is.
    pub(crate) fn accept(self) -> Result<Self, ClientError> {
        let Failure { error, request_id } = self.read()?;
        match error {
            None => Ok(self),
            Some(Refusal { code, message }) => Err(ClientError::Refused {
                code,
                message,
                request_id,
            }),
        }
    }

    /// What stands in the envelope.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        match serde_json::from_slice::<Envelope<T>>(&self.bytes) {
            Ok(envelope) => Ok(envelope.response),
            Err(cause) => Err(ClientError::NotAReply {
                endpoint: self.endpoint.clone(),
                status: self.status.as_u16(),
                cause,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn open(status: u16, parts: &[&str]) -> Result<Value, ClientError> {
        let mut reply = Reply::new("http://a".to_owned(), StatusCode::from_u16(status).unwrap());
        for part in parts {
            reply.push(part.as_bytes())?;
        }
        reply.accept()?.read()
    }

    #[test]
    fn a_refusal_is_told_from_a_success_whatever_the_status() {
        for status in [200, 500] {
            let refused = r#"{"Response":{"Error":{"Code":"A.B","Message":"no"},"RequestId":"r"}}"#;
            let refused = open(status, &[refused]).unwrap_err();
            assert_eq!(refused.to_string(), "A.B: no (RequestId r)");
            assert_eq!(refused.code(), Some("A.B"));
        }
        let answered = open(
            200,
            &[r#"{"Response":{"Total"#, r#"Count":0,"RequestId":"r"}}"#],
        );
        assert_eq!(answered.unwrap()["TotalCount"], 0);
    }

    #[test]
    fn a_proxys_page_is_not_a_reply() {
        let page = open(502, &["<html>Bad Gateway</html>"]).unwrap_err();
        assert_eq!(
            page.to_string(),
            "http://a answered with HTTP status 502 and what is not a reply of the TencentCloud API"
        );
    }

    #[test]
    fn an_endless_reply_is_cut_off() {
        let part = "x".repeat(REPLY_BYTES_MAX / 2);
        let endless = open(200, &[&part, &part, "x"]).unwrap_err();
        assert!(matches!(endless, ClientError::TooLong { .. }));
    }
}
