//! One call, without its sockets: from parameters to a signed request. What both transports send.

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderValue, Method, Request};
use pharos_api::action::Contract;
use pharos_api::time::Timestamp;
use pharos_protocol::tc3::sign::{ToSign, sign};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::ClientError;
use crate::settings::Settings;

/// What this client is called: in `User-Agent`, and in `X-TC-RequestClient`, where the official SDKs
/// name themselves.
const CLIENT: &str = concat!("pharos-client/", env!("CARGO_PKG_VERSION"));

/// The content type of parameters (protocol.md section 1.4).
const JSON: &str = "application/json";

/// An action by its names, of any product: for [`Client::call`](crate::Client::call).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// The product: `lighthouse`.
    pub product: &'a str,
    /// Its version: `2020-03-24`.
    pub version: &'a str,
    /// The action: `CreateKeyPair`.
    pub action: &'a str,
}

/// One call; it can be signed for as many tries as it takes.
pub(crate) struct Call<'a> {
    target: Target<'a>,
    region: Option<&'a str>,
    /// Wiped when dropped: parameters may be secret, such as passwords.
    body: Zeroizing<Vec<u8>>,
}

impl<'a> Call<'a> {
    /// Of an action of the table.
    pub(crate) fn of<C: Contract>(
        region: Option<&'a str>,
        input: &C::Input,
    ) -> Result<Self, ClientError> {
        let action = C::ACTION;
        if action.needs_region && region.is_none() {
            return Err(ClientError::NoRegion {
                action: action.name,
            });
        }
        let target = Target {
            product: action.product.name,
            version: action.product.version,
            action: action.name,
        };
        Self::new(target, region, serde_json::to_vec(input))
    }

    /// Of any action. Whether it needs a region is for the server to say.
    pub(crate) fn any(
        target: Target<'a>,
        region: Option<&'a str>,
        parameters: &Value,
    ) -> Result<Self, ClientError> {
        Self::new(target, region, serde_json::to_vec(parameters))
    }

    fn new(
        target: Target<'a>,
        region: Option<&'a str>,
        body: serde_json::Result<Vec<u8>>,
    ) -> Result<Self, ClientError> {
        let body = body.map_err(|error| ClientError::NotARequest(error.into()))?;
        Ok(Self {
            target,
            region,
            body: Zeroizing::new(body),
        })
    }

    /// The parameters as JSON.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Signs it for this moment: a request that lacks nothing but its body.
    pub(crate) fn sign(
        &self,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Request<()>, ClientError> {
        let Target {
            product,
            version,
            action,
        } = self.target;
        let origin = settings.endpoint.origin(product, self.region)?;
        let credential = &settings.credential;
        let to_sign = ToSign {
            method: Method::POST.as_str(),
            query: "",
            headers: &[("content-type", JSON), ("host", origin.host())],
            body: &self.body,
            service: product,
            timestamp: now,
        };
        let signed = sign(&to_sign, &credential.secret_id, &credential.secret_key);
        let mut request = Request::post(origin.url())
            // Set here, so that what is sent is what was signed.
            .header(HOST, origin.host())
            .header(CONTENT_TYPE, JSON)
            .header(AUTHORIZATION, signed.authorization)
            .header(USER_AGENT, CLIENT)
            .header("x-tc-action", action)
            .header("x-tc-version", version)
            .header("x-tc-timestamp", now.unix_seconds().to_string())
            .header("x-tc-language", settings.language.wire())
            .header("x-tc-requestclient", CLIENT);
        if let Some(region) = self.region {
            request = request.header("x-tc-region", region);
        }
        if let Some(token) = &credential.token {
            let value = HeaderValue::from_str(token.expose()).map(|mut value| {
                value.set_sensitive(true);
                value
            });
            let value = value.map_err(|error| ClientError::NotARequest(error.into()))?;
            request = request.header("x-tc-token", value);
        }
        let request = request.body(());
        request.map_err(|error| ClientError::NotARequest(error.into()))
    }
}

/// Where a request goes, as people write it.
pub(crate) fn called(request: &Request<()>) -> String {
    request.uri().to_string().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Credential, Endpoint};
    use pharos_api::credential::{SecretId, SecretKey};
    use serde_json::json;

    /// The vector "V5 lighthouse", first row (protocol.md section 1.6); its body has a space that we do
    /// not write, so the signature is that of our bytes.
    fn settings() -> Settings {
        let credential = Credential {
            secret_id: SecretId::parse("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE").unwrap(),
            secret_key: SecretKey::new("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"),
            token: None,
        };
        Settings::new(Endpoint::cloud(), credential)
    }

    const TARGET: Target<'_> = Target {
        product: "lighthouse",
        version: "2020-03-24",
        action: "CreateKeyPair",
    };

    fn now() -> Timestamp {
        Timestamp::from_unix_seconds(1_700_000_000).unwrap()
    }

    #[test]
    fn the_signature_is_the_published_way_and_is_for_the_host_that_is_called() {
        let mut call = Call::any(TARGET, Some("ap-guangzhou"), &json!({})).unwrap();
        call.body = Zeroizing::new(br#"{"KeyName": "test_create_1"}"#.to_vec());
        let request = call.sign(&settings(), now()).unwrap();
        assert_eq!(request.uri(), "https://lighthouse.tencentcloudapi.com/");
        let headers = request.headers();
        assert_eq!(headers["host"], "lighthouse.tencentcloudapi.com");
        assert_eq!(headers["x-tc-timestamp"], "1700000000");
        assert_eq!(headers["x-tc-region"], "ap-guangzhou");
        assert_eq!(headers["x-tc-language"], "en-US");
        let authorization = headers["authorization"].to_str().unwrap();
        assert!(
            authorization.ends_with(
                "SignedHeaders=content-type;host, Signature=\
                 380528f58c5f5ccc053096ae58b9d0845696d08b1d82b7a408202e683cd0254d"
            ),
            "{authorization}"
        );
    }

    #[test]
    fn what_cannot_be_a_header_is_an_error() {
        let call = Call::any(TARGET, Some("ap\nguangzhou"), &json!({})).unwrap();
        assert!(matches!(
            call.sign(&settings(), now()),
            Err(ClientError::NotARequest(_))
        ));
    }
}
