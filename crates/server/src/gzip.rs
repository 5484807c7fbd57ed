//! Replies compressed with gzip, for clients that ask for it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// The coding's name on the wire.
pub(crate) const CODING: &str = "gzip";

/// The smallest reply that is compressed, in bytes. One that is smaller travels in a single packet
/// either way.
const COMPRESSED_BYTES_MIN: usize = 1024;

/// Whether the client takes gzip (RFC 9110 section 12.5.3): named, and not with the weight 0. A mere
/// `*` names nothing.
pub(crate) fn is_accepted(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
            let weight = weight.trim().to_ascii_lowercase();
            let weight = weight.strip_prefix("q=").and_then(|q| q.parse().ok());
            name.trim().eq_ignore_ascii_case(CODING) && weight.unwrap_or(0.0) > 0.0
        })
}

/// The same bytes compressed; nothing when that does not pay. Not for secrets: copies of what is
/// compressed stay in memory.
pub(crate) fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    compress_with(Compression::fast(), bytes)
}

/// The same as small as it gets, for what is compressed once and sent often.
pub(crate) fn compress_well(bytes: &[u8]) -> Option<Vec<u8>> {
    compress_with(Compression::best(), bytes)
}

fn compress_with(level: Compression, bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() < COMPRESSED_BYTES_MIN {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).ok()?;
    let compressed = encoder.finish().ok()?;
    (compressed.len() < bytes.len()).then_some(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn gzip_is_used_only_where_it_is_named_and_wanted() {
        for (value, expected) in [
            ("gzip", true),
            ("gzip, deflate", true),
            ("deflate,GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("gzip;q=often", false),
            ("deflate, br", false),
            ("*", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
            assert_eq!(is_accepted(&headers), expected, "{value}");
        }
        assert!(!is_accepted(&HeaderMap::new()));
    }

    #[test]
    fn what_is_small_or_grows_is_not_compressed() {
        assert!(compress(&[b' '; COMPRESSED_BYTES_MIN]).is_some());
        assert!(compress(&[b' '; COMPRESSED_BYTES_MIN - 1]).is_none());
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .take(COMPRESSED_BYTES_MIN)
        .collect();
        assert!(compress(&noise).is_none());
    }
}
