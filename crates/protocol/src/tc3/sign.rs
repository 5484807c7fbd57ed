//! The client's side: from a request to its `Authorization` header.

use super::authorization::Authorization;
use super::canonical_request::{CanonicalRequest, PayloadHash};
use super::credential_scope::CredentialScope;
use super::signing_key::SecretSigning;
use super::string_to_sign::StringToSign;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::time::Timestamp;

/// What a client signs.
pub struct ToSign<'a> {
    /// `POST` or `GET`.
    pub method: &'a str,
    /// The encoded query of a GET; empty for a POST.
    pub query: &'a str,
    /// The headers to sign: names in lower case, values as they will be sent. Order does not matter.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body of a POST; empty for a GET.
    pub body: &'a [u8],
    /// The product.
    pub service: &'a str,
    /// Now.
    pub timestamp: Timestamp,
}

/// A signed request, with the stages it went through.
#[derive(Debug)]
pub struct Signed {
    /// The text that stands for the request.
    pub canonical_request: CanonicalRequest,
    /// The text that was signed.
    pub string_to_sign: StringToSign,
    /// The value of the `Authorization` header.
    pub authorization: String,
}

/// Signs a request. The URI is `/`, as every action's is.
pub fn sign(request: &ToSign<'_>, secret_id: &SecretId, secret_key: &SecretKey) -> Signed {
    let date = request.timestamp.date();
    let scope = CredentialScope {
        date: &date,
        service: request.service,
    };
    let mut headers = request.headers.to_vec();
    headers.sort_unstable();
    let canonical_request = CanonicalRequest::new(
        request.method,
        "/",
        request.query,
        headers.iter().copied(),
        &PayloadHash::of(request.body),
    );
    let timestamp = request.timestamp.unix_seconds().to_string();
    let string_to_sign = StringToSign::new(&timestamp, &scope, &canonical_request);
    let signature = SecretSigning::derive(secret_key, &scope).sign(&string_to_sign);
    let signed_headers = headers.iter().map(|(name, _)| (*name).into()).collect();
    let authorization = Authorization {
        secret_id: secret_id.as_str(),
        scope,
        signed_headers,
        signature,
    };
    Signed {
        canonical_request,
        string_to_sign,
        authorization: authorization.to_string(),
    }
}
