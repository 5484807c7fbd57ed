//! Telling HTTP/2 from HTTP/1.1 where nothing was agreed on before: by the preface that opens every
//! HTTP/2 connection (RFC 9113 section 3.4).

use std::io;

use http::Version;
use tokio::io::{AsyncRead, AsyncReadExt};

/// What a client with prior knowledge of HTTP/2 sends first. No request of HTTP/1.1 begins like it.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Reads until it is known what the client speaks. Answers the version, and the bytes that were read,
/// which are still to be served.
///
/// # Errors
/// What reading fails with.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<(Version, Vec<u8>)> {
    let mut seen = Vec::with_capacity(PREFACE.len());
    loop {
        let missing = PREFACE.len() - seen.len();
        let read = stream.take(missing as u64).read_buf(&mut seen).await?;
        if read == 0 || !PREFACE.starts_with(&seen) {
            return Ok((Version::HTTP_11, seen));
        }
        if seen.len() == PREFACE.len() {
            return Ok((Version::HTTP_2, seen));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn version(bytes: &[u8]) -> Version {
        // One byte at a time: a packet may end anywhere.
        let mut stream = bytewise(bytes);
        let (version, seen) = read(&mut stream).await.unwrap();
        assert!(bytes.starts_with(&seen));
        version
    }

    fn bytewise(bytes: &[u8]) -> impl AsyncRead + Unpin {
        let (mut client, server) = tokio::io::duplex(1);
        let bytes = bytes.to_vec();
        tokio::spawn(async move {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut client, &bytes).await;
        });
        server
    }

    #[tokio::test]
    async fn only_the_whole_preface_is_http_2() {
        assert_eq!(version(PREFACE).await, Version::HTTP_2);
        for bytes in [
            &b""[..],
            b"P",
            b"POST / HTTP/1.1\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r!",
        ] {
            assert_eq!(version(bytes).await, Version::HTTP_11, "{bytes:?}");
        }
    }
}
