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

/// The key that signs. It is wiped when dropped, and has neither `Debug` nor `Display`.
pub struct SecretSigning {
    key: Zeroizing<[u8; 32]>,
    /// Has taken the key in already: a text costs only its own blocks.
    mac: Hmac<Sha256>,
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
        let key = digest(secret_service.expose(), TERMINATOR);
        let mac = keyed(key.as_slice());
        Self { key, mac }
    }

    /// The key itself, for vectors that name each stage.
    pub fn expose(&self) -> &[u8; 32] {
        &self.key
    }

    /// Signs.
    pub fn sign(&self, string_to_sign: &StringToSign) -> Signature {
        Signature(self.mac_of(string_to_sign).finalize().into_bytes().into())
    }

    /// Whether the signature is of this text, in constant time.
    pub fn verifies(&self, string_to_sign: &StringToSign, claimed: &Signature) -> bool {
        self.mac_of(string_to_sign).verify_slice(&claimed.0).is_ok()
    }

    fn mac_of(&self, string_to_sign: &StringToSign) -> Hmac<Sha256> {
        self.mac.clone().chain_update(string_to_sign.as_str())
    }
}

fn digest(key: &[u8], text: &str) -> Zeroizing<[u8; 32]> {
    let mac = keyed(key).chain_update(text);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[expect(clippy::expect_used, reason = "HMAC accepts a key of any length")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key).expect("any length")
}
