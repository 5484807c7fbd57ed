//! From a SecretKey to the key that signs one service's requests of one day.

use super::TERMINATOR;
use super::credential_scope::CredentialScope;
use super::signature::Signature;
use super::string_to_sign::StringToSign;
use hmac::{Hmac, KeyInit, Mac};
use pharos_api::credential::SecretKey;
use sha2::Sha256;
use zeroize::Zeroizing;

/// What is put before a SecretKey when the first key is derived.
const KEY_PREFIX: &str = "TC3";

macro_rules! derived_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        /// Wiped when dropped; it has neither `Debug` nor `Display`.
        pub struct $name(Zeroizing<[u8; 32]>);

        impl $name {
            /// The key itself, for vectors that name each stage.
            pub fn expose(&self) -> &[u8; 32] {
                &self.0
            }
        }
    };
}

derived_key! {
    /// The key of one day.
    SecretDate
}

derived_key! {
    /// The key of one service on that day.
    SecretService
}

derived_key! {
    /// The key that signs.
    SecretSigning
}

impl SecretDate {
    /// `HMAC("TC3" + SecretKey, date)`
    pub fn derive(secret_key: &SecretKey, date: &str) -> Self {
        let secret = secret_key.expose();
        let mut key = Zeroizing::new(String::with_capacity(KEY_PREFIX.len() + secret.len()));
        key.push_str(KEY_PREFIX);
        key.push_str(secret);
        Self(digest(key.as_bytes(), date))
    }
}

impl SecretService {
    /// `HMAC(SecretDate, service)`
    pub fn derive(secret_date: &SecretDate, service: &str) -> Self {
        Self(digest(secret_date.expose(), service))
    }
}

impl SecretSigning {
    /// All three steps, for one scope.
    pub fn derive(secret_key: &SecretKey, scope: &CredentialScope<'_>) -> Self {
        let secret_date = SecretDate::derive(secret_key, scope.date);
        let secret_service = SecretService::derive(&secret_date, scope.service);
        Self(digest(secret_service.expose(), TERMINATOR))
    }

    /// Signs.
    pub fn sign(&self, string_to_sign: &StringToSign) -> Signature {
        Signature(*digest(self.expose(), string_to_sign.as_str()))
    }

    /// Whether the signature is of this text, in constant time.
    pub fn verifies(&self, string_to_sign: &StringToSign, claimed: &Signature) -> bool {
        mac(self.expose(), string_to_sign.as_str())
            .verify_slice(&claimed.0)
            .is_ok()
    }
}

fn digest(key: &[u8], text: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(key, text).finalize().into_bytes().into())
}

#[expect(clippy::expect_used, reason = "HMAC accepts a key of any length")]
fn mac(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(text.as_bytes());
    mac
}
