//! RSA key pairs as aws-lc makes them, with nothing of ours.
//!
//! What holds private numbers on the way, and how each is wiped: aws-lc overwrites its own memory
//! before it frees it (`OPENSSL_free`), and the PKCS#8 buffer of aws-lc-rs, of which the PKCS#1 structure
//! is a part, is wiped when dropped (`aws_lc_rs::encoding`).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use pkcs8::PrivateKeyInfoRef;

use super::rsa::{self, Size};
use super::{GenerateError, GeneratedKeyPair};

/// Makes one. aws-lc checks the numbers of a new key against each other (`RSA_check_key`), but signs with
/// it only in its FIPS build; so [`rsa::finish`] does.
pub(super) fn generate(size: Size) -> Result<GeneratedKeyPair, GenerateError> {
    let key_size = match size {
        Size::Bits2048 => KeySize::Rsa2048,
        Size::Bits3072 => KeySize::Rsa3072,
        Size::Bits4096 => KeySize::Rsa4096,
    };
    let key_pair = RsaKeyPair::generate(key_size).map_err(GenerateError::Library)?;
    let document: Pkcs8V1Der<'_> = key_pair.as_der().map_err(GenerateError::Library)?;
    let info = PrivateKeyInfoRef::try_from(document.as_ref())
        .map_err(|error| GenerateError::Encode(error.into()))?;
    rsa::finish(size, &key_pair, info.private_key.as_bytes())
}
