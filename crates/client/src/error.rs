//! Why a call did not succeed.

use thiserror::Error;

/// Why a call did not succeed.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The server refused it.
    #[error("{code}: {message} (RequestId {request_id})")]
    Refused {
        /// What programs match on.
        code: String,
        /// What people read.
        message: String,
        /// What the server's log knows it by.
        request_id: String,
    },
    /// Nobody answered, or the answer broke off. Whether the call was carried out is unknown.
    #[error("no answer from {endpoint}")]
    Unreachable {
        /// Who was asked.
        endpoint: String,
        /// What happened.
        #[source]
        cause: Box<ureq::Error>,
    },
    /// The parameters cannot be written as JSON; nothing was sent.
    #[error("the parameters cannot be written as JSON")]
    NotARequest(#[source] serde_json::Error),
    /// What answered is no reply of this API.
    #[error("the answer is not a reply of the TencentCloud API")]
    NotAReply(#[source] serde_json::Error),
}
