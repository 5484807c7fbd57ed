//! Reading a body that may be too large, or never end.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use pharos_protocol::http::BODY_BYTES_MAX;

/// How much of a body that is too large is read and thrown away, so that the client, which is still
/// sending, gets to read why. Beyond it the connection is closed on them.
const DISCARDED_BYTES_MAX: usize = 4 * BODY_BYTES_MAX;

/// Why there is no body.
pub(crate) enum NoBody {
    /// The client is told.
    TooLarge,
    /// The client is gone, or does not speak HTTP.
    Broken(hyper::Error),
}

/// Reads a body of at most so many bytes.
pub(crate) async fn read(mut body: Incoming, bytes_max: usize) -> Result<Bytes, NoBody> {
    let announced = body.size_hint().exact().unwrap_or_default();
    if usize::try_from(announced).is_ok_and(|bytes| bytes <= bytes_max) {
        // Most bodies come in one piece, which is not copied.
        let (mut only, mut joined) = (Bytes::new(), BytesMut::new());
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(NoBody::Broken)?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            let before = only.len().max(joined.len());
            if before + data.len() > bytes_max {
                return Err(discard(body, before + data.len()).await);
            }
            if before == 0 {
                only = data;
                continue;
            }
            if joined.is_empty() {
                joined.extend_from_slice(&only);
            }
            joined.extend_from_slice(&data);
        }
        return Ok(if joined.is_empty() {
            only
        } else {
            joined.freeze()
        });
    }
    Err(discard(body, 0).await)
}

async fn discard(mut body: Incoming, mut seen: usize) -> NoBody {
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => seen += frame.data_ref().map_or(0, Bytes::len),
            Err(error) => return NoBody::Broken(error),
        }
        if seen > DISCARDED_BYTES_MAX {
            break;
        }
    }
    NoBody::TooLarge
}
