//! Counting and hashing what goes by.

use std::io::{self, BufRead, BufReader, Read, Write};

use sha2::{Digest, Sha256};

/// SHA-256 of what was written or read so far.
pub(crate) struct Checksum<T> {
    inner: T,
    hash: Sha256,
    bytes: u64,
}

impl<T> Checksum<T> {
    pub(crate) fn new(inner: T) -> Self {
        let hash = Sha256::new();
        let bytes = 0;
        Self { inner, hash, bytes }
    }

    /// In hexadecimal digits.
    pub(crate) fn digits(&self) -> String {
        base16ct::lower::encode_string(&self.hash.clone().finalize())
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes it back.
    pub(crate) fn into_inner(self) -> T {
        self.inner
    }

    /// For what does not count.
    pub(crate) fn inner(&mut self) -> &mut T {
        &mut self.inner
    }

    fn add(hash: &mut Sha256, bytes: &mut u64, part: &[u8]) {
        hash.update(part);
        *bytes += part.len() as u64;
    }
}

impl<W: Write> Write for Checksum<W> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(part)?;
        let part = part.get(..written).unwrap_or(part);
        Self::add(&mut self.hash, &mut self.bytes, part);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> BufRead for Checksum<BufReader<R>> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    /// Only what is consumed counts: the buffer reaches beyond it.
    fn consume(&mut self, amount: usize) {
        let buffer = self.inner.buffer();
        let part = buffer.get(..amount).unwrap_or(buffer);
        Self::add(&mut self.hash, &mut self.bytes, part);
        self.inner.consume(amount);
    }
}

impl<R: Read> Read for Checksum<BufReader<R>> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}
