//! The messages of PostgreSQL's protocol, as far as the proxy looks into them.

use std::io::{self, Read};

/// What a client starts with where it would like encryption (`SSLRequest`, `GSSENCRequest`).
const ENCRYPTION_REQUESTS: [u32; 2] = [80_877_103, 80_877_104];

/// The length counts itself.
const LENGTH_BYTES: usize = 4;

/// The bytes of one message: its kind, its length, its content. A client's first one has no kind.
pub(super) struct Message(Vec<u8>);

impl Message {
    /// Reads the next message.
    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        let mut kind = [0];
        from.read_exact(&mut kind)?;
        Self::read_after(kind.to_vec(), from)
    }

    /// Reads a client's first message.
    pub(super) fn read_first(from: &mut impl Read) -> io::Result<Self> {
        Self::read_after(Vec::new(), from)
    }

    fn read_after(mut bytes: Vec<u8>, from: &mut impl Read) -> io::Result<Self> {
        let mut length = [0; LENGTH_BYTES];
        from.read_exact(&mut length)?;
        bytes.extend(length);
        let content = (u32::from_be_bytes(length) as usize)
            .checked_sub(LENGTH_BYTES)
            .ok_or(io::ErrorKind::InvalidData)?;
        let start = bytes.len();
        bytes.resize(start + content, 0);
        from.read_exact(&mut bytes[start..])?;
        Ok(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether a first message asks for encryption.
    pub(super) fn asks_for_encryption(&self) -> bool {
        let is_request = |code: &u32| self.0[LENGTH_BYTES..] == code.to_be_bytes();
        ENCRYPTION_REQUESTS.iter().any(is_request)
    }

    /// Whether a client has a statement run by it: a `Query`, or the `Execute` of a prepared one.
    pub(super) fn is_statement(&self) -> bool {
        matches!(self.0[0], b'Q' | b'E')
    }

    /// Whether it is the `Query` that commits.
    pub(super) fn is_commit(&self) -> bool {
        let text = self.0[1 + LENGTH_BYTES..].trim_ascii_end();
        let text = text.strip_suffix(b"\0").unwrap_or(text).trim_ascii();
        let text = text.strip_suffix(b";").unwrap_or(text);
        self.0[0] == b'Q' && text.eq_ignore_ascii_case(b"COMMIT")
    }

    /// Whether a client's message asks for the answer to itself and to those before it:
    /// a `Query` or a `Sync`.
    pub(super) fn asks_for_answer(&self) -> bool {
        matches!(self.0[0], b'Q' | b'S')
    }

    /// Whether a server's message is the last of an answer: `ReadyForQuery`.
    pub(super) fn ends_answer(&self) -> bool {
        self.0[0] == b'Z'
    }
}
