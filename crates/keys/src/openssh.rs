//! Private keys in OpenSSH's own format (its PROTOCOL.key), for key types that PKCS#1 has no place for.

use pem_rfc7468::LineEnding;
use pharos_api::private_key::PrivateKey;
use zeroize::Zeroizing;

use crate::generator::GenerateError;
use crate::public_key::PublicKey;
use crate::wire::{put_mpint, put_string};

const PEM_LABEL: &str = "OPENSSH PRIVATE KEY";

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// What the private part is padded to where nothing encrypts it.
const BLOCK_BYTES: usize = 8;

/// More than any key here needs, so that no buffer of a private number is ever outgrown, and left behind
/// unwiped: the largest is ECDSA on P-521, with less than 500 bytes.
const BYTES_MAX: usize = 1024;

/// The number that a private key adds to its public one.
pub(crate) enum Secret<'s> {
    /// As an `mpint`, big-endian here.
    Number(&'s [u8]),
    /// As a `string`.
    String(&'s [u8]),
}

/// The private key in PEM, without a passphrase or a comment. Its lines end in LF, the last too: OpenSSH does
/// not load this format otherwise.
pub(crate) fn private_key(
    public_key: &PublicKey,
    secret: &Secret<'_>,
) -> Result<PrivateKey, GenerateError> {
    let mut private = Zeroizing::new(Vec::with_capacity(BYTES_MAX));
    // Twice the same number, to see whether a passphrase was right: there is none.
    private.extend([0; 8]);
    private.extend(public_key.as_bytes());
    match secret {
        Secret::Number(magnitude) => put_mpint(&mut private, magnitude),
        Secret::String(bytes) => put_string(&mut private, bytes),
    }
    put_string(&mut private, b"");
    let padding = private.len().next_multiple_of(BLOCK_BYTES) - private.len();
    private.extend((1..).take(padding));

    let mut file = Zeroizing::new(Vec::with_capacity(BYTES_MAX));
    file.extend(MAGIC);
    put_string(&mut file, b"none");
    put_string(&mut file, b"none");
    put_string(&mut file, b"");
    file.extend(1_u32.to_be_bytes());
    put_string(&mut file, public_key.as_bytes());
    put_string(&mut file, &private);
    let pem = pem_rfc7468::encode_string(PEM_LABEL, LineEnding::LF, &file)
        .map_err(|error| GenerateError::Encode(error.into()))?;
    Ok(PrivateKey::new(Zeroizing::new(pem)))
}
