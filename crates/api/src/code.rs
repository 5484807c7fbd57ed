//! The closed list of public error codes.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $wire:literal,)*) => {
        /// A public error code. Clients match on its text, so a code never changes its spelling.
        ///
        /// Meanings follow the vendor's tables (protocol.md sections 4.1 and 4.3).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The text on the wire.
            pub const fn wire(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }
    };
}

codes! {
    /// The `Authorization` header is not well-formed.
    InvalidAuthorization = "AuthFailure.InvalidAuthorization",
    /// The SecretId is unknown, deleted or disabled.
    SecretIdNotFound = "AuthFailure.SecretIdNotFound",
    /// The timestamp is more than five minutes away from the server's clock.
    SignatureExpire = "AuthFailure.SignatureExpire",
    /// The signature does not match the request.
    SignatureFailure = "AuthFailure.SignatureFailure",
    /// The temporary token is not valid.
    TokenFailure = "AuthFailure.TokenFailure",
    /// The key pair could not be made or stored; nothing was left behind.
    CreateKeyPairFailed = "FailedOperation.CreateKeyPairFailed",
    /// The server failed for a reason that is its own.
    InternalError = "InternalError",
    /// No such action in this product and version.
    InvalidAction = "InvalidAction",
    /// A parameter has the wrong form or type.
    InvalidParameter = "InvalidParameter",
    /// A parameter has a value that is not allowed.
    InvalidParameterValue = "InvalidParameterValue",
    /// The name is taken.
    DuplicateParameterValue = "InvalidParameterValue.DuplicateParameterValue",
    /// The key pair name is empty.
    InvalidKeyPairNameEmpty = "InvalidParameterValue.InvalidKeyPairNameEmpty",
    /// The key pair name has a character outside its set.
    InvalidKeyPairNameIncludeIllegalChar =
        "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar",
    /// The key pair name is too long.
    InvalidKeyPairNameTooLong = "InvalidParameterValue.InvalidKeyPairNameTooLong",
    /// The account has as many key pairs in the region as it may have.
    KeyPairLimitExceeded = "LimitExceeded.KeyPairLimitExceeded",
    /// The multipart body is malformed.
    InvalidRequest = "InvalidRequest",
    /// A required parameter is absent.
    MissingParameter = "MissingParameter",
    /// No such product.
    NoSuchProduct = "NoSuchProduct",
    /// The product has no such version.
    NoSuchVersion = "NoSuchVersion",
    /// Too many requests in a second.
    RequestLimitExceeded = "RequestLimitExceeded",
    /// The request is larger than its kind may be.
    RequestSizeLimitExceeded = "RequestSizeLimitExceeded",
    /// The reply is larger than a reply may be.
    ResponseSizeLimitExceeded = "ResponseSizeLimitExceeded",
    /// The caller's policies do not allow the operation.
    NoPermission = "UnauthorizedOperation.NoPermission",
    /// The action has no parameter of this name.
    UnknownParameter = "UnknownParameter",
    /// A method other than GET and POST, or a content type that the action does not take.
    UnsupportedProtocol = "UnsupportedProtocol",
    /// The action is not offered in this region.
    UnsupportedRegion = "UnsupportedRegion",
}

impl Code {
    /// The codes that any action may answer with (protocol.md section 4.1); an action's own codes
    /// stand in its row of the table.
    pub const COMMON: &[Self] = &[
        Self::InvalidAuthorization,
        Self::SecretIdNotFound,
        Self::SignatureExpire,
        Self::SignatureFailure,
        Self::TokenFailure,
        Self::InternalError,
        Self::InvalidAction,
        Self::InvalidParameter,
        Self::InvalidParameterValue,
        Self::InvalidRequest,
        Self::MissingParameter,
        Self::NoSuchProduct,
        Self::NoSuchVersion,
        Self::RequestLimitExceeded,
        Self::RequestSizeLimitExceeded,
        Self::ResponseSizeLimitExceeded,
        Self::UnknownParameter,
        Self::UnsupportedProtocol,
        Self::UnsupportedRegion,
    ];
}

#[cfg(test)]
mod tests {
    use super::Code;
    use std::collections::HashSet;

    #[test]
    fn no_two_codes_share_a_text() {
        let texts: HashSet<_> = Code::ALL.iter().map(|code| code.wire()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
    }

    #[test]
    fn codes_are_words_joined_by_one_dot_at_most() {
        for code in Code::ALL {
            let words: Vec<_> = code.wire().split('.').collect();
            assert!(words.len() <= 2, "{code:?}");
            assert!(words.iter().all(|word| {
                !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric())
            }));
        }
    }
}
