//! `multipart/form-data` (RFC 7578), read strictly: every part is one flattened parameter.

use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::text::Text;

/// The media type.
pub(crate) const MEDIA_TYPE: &str = "multipart/form-data";

/// The longest boundary (RFC 2046 section 5.1.1).
const BOUNDARY_BYTES_MAX: usize = 70;

/// How many parts are read: no action takes nearly as many parameters.
const PARTS_MAX: usize = 1024;

/// How long the headers of a part may be, in bytes: a name and a content type.
const PART_HEADERS_BYTES_MAX: usize = 4096;

/// The names and texts of the parts, in their order.
///
/// # Errors
/// `InvalidRequest` for a body that is not what its content type says.
pub(crate) fn decode(content_type: &str, body: &[u8]) -> Result<Vec<(String, String)>, ApiError> {
    let boundary = boundary(content_type).ok_or_else(|| {
        malformed(
            "the content type names no boundary",
            "请求头 Content-Type 未指定 boundary",
        )
    })?;
    let delimiter = format!("\r\n--{boundary}");
    // What stands before the first delimiter is a preamble that nobody reads; there the line break
    // is missing when there is none.
    let first = format!("--{boundary}");
    let start = match body.strip_prefix(first.as_bytes()) {
        Some(rest) => rest,
        None => after(body, delimiter.as_bytes()).ok_or_else(no_end)?.1,
    };
    let mut rest = start;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() == PARTS_MAX {
            return Err(malformed("it has too many parts", "分段过多"));
        }
        let part = rest.strip_prefix(b"\r\n").ok_or_else(no_end)?;
        let (part, next) = after(part, delimiter.as_bytes()).ok_or_else(no_end)?;
        parts.push(read_part(part)?);
        rest = next;
    }
}

fn read_part(part: &[u8]) -> Result<(String, String), ApiError> {
    let (headers, content) = after(part, b"\r\n\r\n").ok_or_else(no_name)?;
    if headers.len() > PART_HEADERS_BYTES_MAX {
        return Err(no_name());
    }
    let headers = std::str::from_utf8(headers).map_err(|_| no_name())?;
    let name = headers
        .split("\r\n")
        .find_map(part_name)
        .ok_or_else(no_name)?;
    let text = std::str::from_utf8(content)
        .map_err(|_| malformed("a part is not UTF-8 text", "存在不是有效 UTF-8 文本的分段"))?;
    Ok((name.to_owned(), text.to_owned()))
}

/// `Content-Disposition: form-data; name="KeyName"`
fn part_name(line: &str) -> Option<&str> {
    let (header, value) = line.split_once(':')?;
    if !header.eq_ignore_ascii_case("Content-Disposition") {
        return None;
    }
    let mut parameters = value.split(';').map(str::trim);
    parameters
        .next()
        .filter(|kind| kind.eq_ignore_ascii_case("form-data"))?;
    parameters.find_map(|parameter| {
        parameter
            .strip_prefix("name=\"")?
            .strip_suffix('"')
            .filter(|name| !name.contains('"'))
    })
}

fn boundary(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).map(str::trim);
    let values = parameters.filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.eq_ignore_ascii_case("boundary").then_some(value)
    });
    let value = values.take(1).next()?;
    let value = value
        .strip_prefix('"')
        .and_then(|v| v.strip_suffix('"'))
        .unwrap_or(value);
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let is_boundary = (1..=BOUNDARY_BYTES_MAX).contains(&value.len()) && value.bytes().all(fits);
    is_boundary.then_some(value)
}

/// What stands before and after the first `mark`.
fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes
        .windows(mark.len())
        .position(|window| window == mark)?;
    let (before, rest) = bytes.split_at(at);
    Some((before, rest.get(mark.len()..)?))
}

fn no_end() -> ApiError {
    malformed(
        "a boundary is missing or cut off",
        "缺少 boundary 或其不完整",
    )
}

fn no_name() -> ApiError {
    malformed(
        "a part has no `Content-Disposition: form-data; name=\"…\"`",
        "存在缺少 `Content-Disposition: form-data; name=\"…\"` 的分段",
    )
}

fn malformed(en: &str, zh: &str) -> ApiError {
    ApiError::new(
        Code::InvalidRequest,
        Text::new(
            format!("The multipart body is malformed: {en}."),
            format!("multipart 请求体格式错误：{zh}。"),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=xx";

    fn read(body: &str) -> Result<Vec<(String, String)>, String> {
        decode(TYPE, body.as_bytes()).map_err(|error| {
            assert_eq!(error.code, Code::InvalidRequest);
            error.message.en.into_owned()
        })
    }

    fn part(name: &str, text: &str) -> String {
        format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    }

    #[test]
    fn every_part_is_a_parameter() {
        let body = format!(
            "{}{}--xx--\r\n",
            part("KeyName", "a\r\nb"),
            part("Tags.0.Key", "")
        );
        let pairs = read(&body).unwrap();
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(pairs, [pair("KeyName", "a\r\nb"), pair("Tags.0.Key", "")]);
        assert_eq!(read(&format!("preamble\r\n{body}")).unwrap(), pairs);
        assert!(read("--xx--").unwrap().is_empty());
    }

    #[test]
    fn a_boundary_may_stand_in_quotes() {
        for content_type in [
            "multipart/form-data; boundary=\"xx\"",
            "multipart/form-data; charset=utf-8; Boundary=xx",
        ] {
            assert!(decode(content_type, b"--xx--").is_ok(), "{content_type}");
        }
        for content_type in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=é",
        ] {
            assert!(decode(content_type, b"--xx--").is_err(), "{content_type}");
        }
    }

    #[test]
    fn what_is_cut_off_or_unnamed_is_malformed() {
        let whole = format!("{}--xx--\r\n", part("KeyName", "a"));
        for end in 0..whole.len() - 4 {
            let cut: String = whole.chars().take(end).collect();
            assert!(read(&cut).is_err(), "{cut:?}");
        }
        assert!(
            read("--xx\r\n\r\na\r\n--xx--")
                .unwrap_err()
                .contains("has no")
        );
        assert!(read("--xx\r\nContent-Disposition: form-data\r\n\r\na\r\n--xx--").is_err());
        assert!(
            read("--xx\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\na\r\n--xx--").is_err()
        );
    }

    #[test]
    fn the_number_of_parts_is_bounded() {
        let body = format!("{}--xx--", part("a", "").repeat(PARTS_MAX + 1));
        assert!(read(&body).unwrap_err().contains("too many parts"));
    }
}
