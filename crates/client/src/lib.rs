//! A client of the API: signs each call with TC3-HMAC-SHA256 and sends it, blocking.
//!
//! ```no_run
//! use pharos_api::credential::{SecretId, SecretKey};
//! use pharos_api::key_name::KeyName;
//! use pharos_api::lighthouse::create_key_pair::{CreateKeyPair, Input};
//! use pharos_api::region::Region;
//! use pharos_client::{Client, Credential, Endpoint};
//!
//! let credential = Credential {
//!     secret_id: SecretId::parse("AKIDexample").ok_or("not a SecretId")?,
//!     secret_key: SecretKey::new("example"),
//! };
//! let client = Client::new(Endpoint::parse("http://127.0.0.1:8324")?, credential);
//! let key_name = KeyName::try_from(String::from("my_key")).map_err(|bad| bad.to_string())?;
//! let output =
//!     client.send::<CreateKeyPair>(Some(Region::Guangzhou), &Input { key_name, tags: None })?;
//! println!("{}", output.key_pair.key_id);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod endpoint;
pub mod error;
pub mod parameters;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pharos_api::action::Contract;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::region::Region;
use pharos_api::time::Timestamp;
use pharos_protocol::tc3::sign::{ToSign, sign};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::Agent;
use zeroize::Zeroizing;

pub use endpoint::Endpoint;
pub use error::ClientError;

/// How long a call may take: what the official SDKs allow.
const CALL_TIME_MAX: Duration = Duration::from_secs(60);

/// The largest reply that is read, in bytes (protocol.md section 3.2).
const REPLY_BYTES_MAX: u64 = 50 * 1024 * 1024;

/// Who calls.
#[derive(Clone)]
pub struct Credential {
    /// The public half of the access key.
    pub secret_id: SecretId,
    /// The secret half.
    pub secret_key: SecretKey,
}

/// Which action is called.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The product: `lighthouse`.
    pub product: &'a str,
    /// Its version: `2020-03-24`.
    pub version: &'a str,
    /// The action: `CreateKeyPair`.
    pub action: &'a str,
    /// The region.
    pub region: Option<&'a str>,
}

/// A client of one endpoint.
pub struct Client {
    endpoint: Endpoint,
    credential: Credential,
    agent: Agent,
}

impl Client {
    /// Makes a client. Nothing is sent yet.
    pub fn new(endpoint: Endpoint, credential: Credential) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(CALL_TIME_MAX))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("pharos-client/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            endpoint,
            credential,
            agent: config.new_agent(),
        }
    }

    /// Where calls go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Calls an action of the table.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn send<C: Contract>(
        &self,
        region: Option<Region>,
        input: &C::Input,
    ) -> Result<C::Output, ClientError> {
        let action = C::ACTION;
        let target = Target {
            product: action.product.name,
            version: action.product.version,
            action: action.name,
            region: region.map(Region::wire),
        };
        let body = serde_json::to_vec(input).map_err(ClientError::NotARequest)?;
        self.exchange(target, &body)
    }

    /// Calls any action with any parameters.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn call(&self, target: Target<'_>, parameters: &Value) -> Result<Value, ClientError> {
        let body = serde_json::to_vec(parameters).map_err(ClientError::NotARequest)?;
        self.exchange(target, &body)
    }

    fn exchange<T: DeserializeOwned>(
        &self,
        target: Target<'_>,
        body: &[u8],
    ) -> Result<T, ClientError> {
        const CONTENT_TYPE: &str = "application/json";
        let timestamp = now();
        let host = self.endpoint.host();
        let to_sign = ToSign {
            method: "POST",
            query: "",
            headers: &[("content-type", CONTENT_TYPE), ("host", host)],
            body,
            service: target.product,
            timestamp,
        };
        let signed = sign(
            &to_sign,
            &self.credential.secret_id,
            &self.credential.secret_key,
        );
        let mut request = self
            .agent
            .post(self.endpoint.url())
            .header("Host", host)
            .header("Content-Type", CONTENT_TYPE)
            .header("Authorization", signed.authorization)
            .header("X-TC-Action", target.action)
            .header("X-TC-Version", target.version)
            .header("X-TC-Timestamp", timestamp.unix_seconds().to_string())
            .header("X-TC-Language", "en-US");
        if let Some(region) = target.region {
            request = request.header("X-TC-Region", region);
        }
        let unreachable = |cause| ClientError::Unreachable {
            endpoint: self.endpoint.url().to_owned(),
            cause: Box::new(cause),
        };
        let mut reply = request.send(body).map_err(unreachable)?;
        let read = reply
            .body_mut()
            .with_config()
            .limit(REPLY_BYTES_MAX)
            .read_to_vec();
        // It may hold a private key.
        let bytes = Zeroizing::new(read.map_err(unreachable)?);
        open(&bytes)
    }
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

fn open<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ClientError> {
    let failure: Envelope<Failure> =
        serde_json::from_slice(bytes).map_err(ClientError::NotAReply)?;
    let Failure { error, request_id } = failure.response;
    if let Some(Refusal { code, message }) = error {
        return Err(ClientError::Refused {
            code,
            message,
            request_id,
        });
    }
    let success: Envelope<T> = serde_json::from_slice(bytes).map_err(ClientError::NotAReply)?;
    Ok(success.response)
}

fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    // A clock beyond the year 9999 is wrong anyway, and the server says so.
    Timestamp::from_unix_seconds(seconds).unwrap_or_else(Timestamp::epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_from_a_success() {
        let refused = open::<Value>(
            br#"{"Response":{"Error":{"Code":"A.B","Message":"no"},"RequestId":"r"}}"#,
        );
        match refused {
            Err(ClientError::Refused {
                code,
                message,
                request_id,
            }) => {
                assert_eq!(
                    (code.as_str(), message.as_str(), request_id.as_str()),
                    ("A.B", "no", "r")
                );
            }
            _ => panic!("should be a refusal"),
        }
        let answered = open::<Value>(br#"{"Response":{"TotalCount":0,"RequestId":"r"}}"#).unwrap();
        assert_eq!(answered["TotalCount"], 0);
        assert!(matches!(
            open::<Value>(b"<html>"),
            Err(ClientError::NotAReply(_))
        ));
    }
}
