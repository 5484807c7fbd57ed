//! Why a call did not succeed.

use std::error::Error;

use thiserror::Error;

/// A failure of the libraries below: of the socket, of TLS, of HTTP.
pub(crate) type Cause = Box<dyn Error + Send + Sync>;

/// The code of a call that came too often; a `.` and a narrower reason may follow it
/// (protocol.md section 4.1).
const RATE_LIMIT: &str = "RequestLimitExceeded";

/// Why a call did not succeed. No message holds a secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The server refused the call.
    #[error("{code}: {message} (RequestId {request_id})")]
    Refused {
        /// What programs match on: `InvalidParameterValue.DuplicateParameterValue`. Those of Pharos
        /// are in [`api::code`](pharos_api::code).
        code: String,
        /// What people read, in the client's language.
        message: String,
        /// What the server's log knows the call by.
        request_id: String,
    },
    /// Nobody answered, or the answer broke off. Whether the call was carried out is unknown, so it is
    /// not tried again.
    #[error("no answer from {endpoint}")]
    Unreachable {
        /// Who was asked.
        endpoint: String,
        /// What happened.
        #[source]
        cause: Cause,
    },
    /// The server's certificate is not one that the client trusts; the call was not sent.
    #[error("the certificate of {endpoint} is not trusted")]
    Untrusted {
        /// Who was asked.
        endpoint: String,
        /// What is wrong with the certificate.
        #[source]
        cause: rustls::Error,
    },
    /// What answered is no reply of this API: a proxy's page, perhaps. Whether the call was carried
    /// out is unknown.
    #[error(
        "{endpoint} answered with HTTP status {status} and what is not a reply of the TencentCloud API"
    )]
    NotAReply {
        /// Who was asked.
        endpoint: String,
        /// The HTTP status; the API's own replies have 200 (protocol.md section 3.3).
        status: u16,
        /// Where reading failed.
        #[source]
        cause: serde_json::Error,
    },
    /// The reply is longer than this many bytes. The call was carried out.
    #[error("the reply of {endpoint} is longer than {bytes_max} bytes")]
    TooLong {
        /// Who was asked.
        endpoint: String,
        /// What is read at most.
        bytes_max: usize,
    },
    /// The action needs a region, and the client has none; nothing was sent.
    #[error("`{action}` needs a region; set one for the client or take `in_region`")]
    NoRegion {
        /// The action.
        action: &'static str,
    },
    /// A product or a region that cannot be part of a host name; nothing was sent.
    #[error("`{text}` cannot be part of a host name")]
    NotAHostName {
        /// The product or the region.
        text: String,
    },
    /// The call cannot be written as a request: its parameters not as JSON, or a name in it not as a
    /// header. Nothing was sent.
    #[error("the call cannot be written as a request")]
    NotARequest(#[source] Cause),
}

impl ClientError {
    /// The code of a refusal.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Whether the call came too often: `RequestLimitExceeded`, alone or with a narrower reason. The
    /// server did nothing then, so this is what a client tries again, and nothing else is.
    pub fn is_rate_limit(&self) -> bool {
        let narrower = self.code().and_then(|code| code.strip_prefix(RATE_LIMIT));
        narrower.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// What went wrong on the way, told apart by whether anything was sent.
    pub(crate) fn on_the_way(endpoint: String, cause: impl Into<Cause>) -> Self {
        let cause = cause.into();
        match certificate_error(cause.as_ref()) {
            Some(cause) => Self::Untrusted { endpoint, cause },
            None => Self::Unreachable { endpoint, cause },
        }
    }
}

/// The refusal of a certificate among the causes of a failure.
fn certificate_error(error: &(dyn Error + 'static)) -> Option<rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls @ rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return Some(tls.clone());
        }
        // An I/O error hides the error that it was made from: its `source` is that one's source.
        let inner = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    fn refused(code: &str) -> ClientError {
        ClientError::Refused {
            code: code.to_owned(),
            message: String::new(),
            request_id: String::new(),
        }
    }

    #[test]
    fn the_rate_limit_is_told_from_other_limits() {
        for code in [
            "RequestLimitExceeded",
            "RequestLimitExceeded.UinLimitExceeded",
        ] {
            assert!(refused(code).is_rate_limit(), "{code}");
        }
        for code in [
            "LimitExceeded.KeyPairLimitExceeded",
            "RequestLimitExceededX",
            "RequestSizeLimitExceeded",
            "InternalError",
            "",
        ] {
            assert!(!refused(code).is_rate_limit(), "{code}");
        }
    }

    #[test]
    fn a_refused_certificate_is_found_behind_io_errors() {
        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let nested = io::Error::other(io::Error::other(tls));
        let error = ClientError::on_the_way(String::new(), nested);
        assert!(matches!(error, ClientError::Untrusted { .. }));
        let error = ClientError::on_the_way(String::new(), io::Error::other("closed"));
        assert!(matches!(error, ClientError::Unreachable { .. }));
    }
}
