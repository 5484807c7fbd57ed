//! The client's side: from parameters to their signature.

use super::signature_method::SignatureMethod;
use super::source_string::SourceString;
use pharos_api::credential::SecretKey;

/// A signed set of parameters.
#[derive(Debug)]
pub struct Signed {
    /// The text that was signed.
    pub source_string: SourceString,
    /// The value of `Signature`, Base64: it has to be percent-encoded like any other.
    pub signature: String,
}

/// Signs all parameters of a request, the common ones among them, `Signature` left out.
/// `SignatureMethod` has to be among them when it is not `HmacSHA1`.
pub fn sign(
    http_method: &str,
    host: &str,
    parameters: &[(&str, &str)],
    method: SignatureMethod,
    secret_key: &SecretKey,
) -> Signed {
    let source_string = SourceString::new(http_method, host, parameters);
    let signature = method.sign(secret_key, &source_string);
    Signed {
        source_string,
        signature,
    }
}
