//! The algorithms of public keys.

/// What kind of key a public key is: the types that OpenSSH loads, DSA aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// `ssh-rsa` (RFC 4253 section 6.6).
    Rsa,
    /// `ssh-ed25519` (RFC 8709).
    Ed25519,
    /// `ecdsa-sha2-nistp256` (RFC 5656).
    EcdsaNistp256,
    /// `ecdsa-sha2-nistp384` (RFC 5656).
    EcdsaNistp384,
    /// `ecdsa-sha2-nistp521` (RFC 5656).
    EcdsaNistp521,
    /// `sk-ssh-ed25519@openssh.com`: in a security key (OpenSSH's PROTOCOL.u2f).
    SkEd25519,
    /// `sk-ecdsa-sha2-nistp256@openssh.com`: in a security key (OpenSSH's PROTOCOL.u2f).
    SkEcdsaNistp256,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: &[Self] = &[
        Self::Rsa,
        Self::Ed25519,
        Self::EcdsaNistp256,
        Self::EcdsaNistp384,
        Self::EcdsaNistp521,
        Self::SkEd25519,
        Self::SkEcdsaNistp256,
    ];

    /// Its name, as it stands in front of a key and in a setting.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "ssh-rsa",
            Self::Ed25519 => "ssh-ed25519",
            Self::EcdsaNistp256 => "ecdsa-sha2-nistp256",
            Self::EcdsaNistp384 => "ecdsa-sha2-nistp384",
            Self::EcdsaNistp521 => "ecdsa-sha2-nistp521",
            Self::SkEd25519 => "sk-ssh-ed25519@openssh.com",
            Self::SkEcdsaNistp256 => "sk-ecdsa-sha2-nistp256@openssh.com",
        }
    }

    /// Its type, as `ssh-keygen -l` shows it.
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::Ed25519 => "ED25519",
            Self::EcdsaNistp256 | Self::EcdsaNistp384 | Self::EcdsaNistp521 => "ECDSA",
            Self::SkEd25519 => "ED25519-SK",
            Self::SkEcdsaNistp256 => "ECDSA-SK",
        }
    }

    /// Reads a name; `None` if it is none of these.
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|algorithm| algorithm.name() == name)
    }
}
