//! The kinds of key pairs that are made.

use crate::algorithm::Algorithm;

/// What kind of key pair to make. The operator chooses; the wire is the same for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// RSA of 2048 bits, which the vendor makes (protocol.md section 8).
    #[default]
    Rsa2048,
    /// RSA of 3072 bits.
    Rsa3072,
    /// RSA of 4096 bits.
    Rsa4096,
    /// Ed25519.
    Ed25519,
    /// ECDSA on the curve P-256.
    EcdsaNistp256,
    /// ECDSA on the curve P-384.
    EcdsaNistp384,
    /// ECDSA on the curve P-521.
    EcdsaNistp521,
}

impl KeyType {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::Ed25519,
        Self::EcdsaNistp256,
        Self::EcdsaNistp384,
        Self::EcdsaNistp521,
    ];

    /// Its name in a setting.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa2048 => "rsa-2048",
            Self::Rsa3072 => "rsa-3072",
            Self::Rsa4096 => "rsa-4096",
            Self::Ed25519 => "ed25519",
            Self::EcdsaNistp256 => "ecdsa-nistp256",
            Self::EcdsaNistp384 => "ecdsa-nistp384",
            Self::EcdsaNistp521 => "ecdsa-nistp521",
        }
    }

    /// Reads a name; `None` if it is none of these.
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|key_type| key_type.name() == name)
    }

    /// What its public keys are.
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => Algorithm::Rsa,
            Self::Ed25519 => Algorithm::Ed25519,
            Self::EcdsaNistp256 => Algorithm::EcdsaNistp256,
            Self::EcdsaNistp384 => Algorithm::EcdsaNistp384,
            Self::EcdsaNistp521 => Algorithm::EcdsaNistp521,
        }
    }
}
