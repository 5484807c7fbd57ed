//! Requests with version 1 signatures.

use pharos_api::credential::SecretKey;
use pharos_protocol::v1::sign::sign;
use pharos_protocol::v1::signature_method::SignatureMethod;

use crate::server::{ROOT_SECRET_ID, ROOT_SECRET_KEY, TestServer};

/// A request whose parameters are signed when it is sent.
#[derive(Clone)]
pub struct Version1Request {
    /// `GET` or `POST`.
    pub http_method: &'static str,
    /// The request target; a GET puts its parameters behind it.
    pub target: String,
    /// The MAC.
    pub method: SignatureMethod,
    /// The `Host` header, which is signed too.
    pub host: String,
    /// The `Content-Type` header.
    pub content_type: &'static str,
    /// All parameters but `Signature`.
    pub parameters: Vec<(String, String)>,
    /// Whether a signature is sent.
    pub is_signed: bool,
    /// What is put behind the signature.
    pub signature_end: &'static str,
    /// Whether a space is `+`, as Python and Go write it, or `%20`, as Node does.
    pub plus_for_space: bool,
}

impl TestServer {
    /// A CreateKeyPair by root in Guangzhou, ready to be sent.
    pub fn version_1(&self, name: &str, nonce: u64) -> Version1Request {
        use pharos_service::clock::Clock;

        let parameters = [
            ("Action", "CreateKeyPair"),
            ("KeyName", name),
            ("Language", "en-US"),
            ("Nonce", &nonce.to_string()),
            ("Region", "ap-guangzhou"),
            ("SecretId", ROOT_SECRET_ID),
            ("SignatureMethod", "HmacSHA256"),
            ("Timestamp", &self.clock.now().unix_seconds().to_string()),
            ("Version", "2020-03-24"),
        ];
        Version1Request {
            http_method: "POST",
            target: "/".to_owned(),
            method: SignatureMethod::HmacSha256,
            host: self.address.to_string(),
            content_type: "application/x-www-form-urlencoded",
            parameters: parameters
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .to_vec(),
            is_signed: true,
            signature_end: "",
            plus_for_space: true,
        }
    }
}

impl Version1Request {
    /// Sets a parameter, or takes it away.
    #[must_use]
    pub fn set(mut self, name: &str, value: Option<&str>) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self.parameters
            .extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self
    }

    /// Changes any part.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The bytes of the request, signed.
    pub fn bytes(&self) -> Vec<u8> {
        let parameters: Vec<_> = self
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let secret_key = SecretKey::new(ROOT_SECRET_KEY);
        let signed = sign(
            self.http_method,
            &self.host,
            &parameters,
            self.method,
            &secret_key,
        );
        let signature = format!("{}{}", signed.signature, self.signature_end);
        let signature = self.is_signed.then_some(("Signature", &*signature));
        let pairs = parameters.iter().copied().chain(signature);
        let form: Vec<_> = pairs
            .map(|(name, value)| format!("{}={}", self.encode(name), self.encode(value)))
            .collect();
        let form = form.join("&");
        let Self {
            http_method,
            target,
            host,
            content_type,
            ..
        } = self;
        let (target, body) = if *http_method == "GET" {
            (format!("{target}?{form}"), "")
        } else {
            (target.clone(), &*form)
        };
        format!(
            "{http_method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {content_type}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }

    fn encode(&self, text: &str) -> String {
        text.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    char::from(byte).to_string()
                }
                b' ' if self.plus_for_space => "+".to_owned(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    }
}
