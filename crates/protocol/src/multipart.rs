//! `multipart/form-data` (RFC 7578), read strictly: every part is one parameter.
//!
//! A part of text is a flattened parameter. PHP, Ruby and Python write a list as one part of JSON, which
//! says so in a content type of its own.

use crate::flatten::unflatten;
use crate::unverified::media_type;
use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::schema::Structure;
use pharos_api::text::Text;
use serde_json::Value;

/// The media type.
pub(crate) const MEDIA_TYPE: &str = "multipart/form-data";

/// The longest boundary (RFC 2046 section 5.1.1).
const BOUNDARY_BYTES_MAX: usize = 70;

/// How many parts are read: no action takes nearly as many parameters.
const PARTS_MAX: usize = 1024;

/// How long the headers of a part may be, in bytes: a name and a content type.
const PART_HEADERS_BYTES_MAX: usize = 4096;

/// The parameters of a body, as values that the action's schema can be held against.
///
/// # Errors
/// `InvalidRequest` for a body that is not what its content type says; what [`unflatten`] refuses.
pub(crate) fn parameters(
    content_type: &str,
    body: &[u8],
    schema: &'static Structure,
) -> Result<Value, ApiError> {
    let (mut texts, mut documents) = (Vec::new(), Vec::new());
    for (name, content) in decode(content_type, body)? {
        match content {
            Content::Text(text) => texts.push((name, text)),
            Content::Json(value) => documents.push((name, value)),
        }
    }
    let mut parameters = unflatten(&texts, schema)?;
    if let Some(fields) = parameters.as_object_mut() {
        for (name, value) in documents {
            if fields.contains_key(&name) {
                return Err(ApiError::repeated_parameter(&name));
            }
            fields.insert(name, value);
        }
    }
    Ok(parameters)
}

/// What a part holds.
#[derive(Debug, PartialEq)]
enum Content {
    Text(String),
    Json(Value),
}

/// The names and contents of the parts, in their order.
fn decode(content_type: &str, body: &[u8]) -> Result<Vec<(String, Content)>, ApiError> {
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

fn read_part(part: &[u8]) -> Result<(String, Content), ApiError> {
    let (headers, content) = after(part, b"\r\n\r\n").ok_or_else(no_name)?;
    if headers.len() > PART_HEADERS_BYTES_MAX {
        return Err(no_name());
    }
    let headers = std::str::from_utf8(headers).map_err(|_| no_name())?;
    let mut lines = headers.split("\r\n");
    let name = lines.clone().find_map(part_name).ok_or_else(no_name)?;
    let content = if lines.any(is_json) {
        serde_json::from_slice(content)
            .map(Content::Json)
            .map_err(|_| {
                malformed(
                    "a part of JSON is not JSON",
                    "存在不是有效 JSON 的 JSON 分段",
                )
            })?
    } else {
        let text = std::str::from_utf8(content)
            .map_err(|_| malformed("a part is not UTF-8 text", "存在不是有效 UTF-8 文本的分段"))?;
        Content::Text(text.to_owned())
    };
    Ok((name.to_owned(), content))
}

/// `Content-Type: application/json`
fn is_json(line: &str) -> bool {
    line.split_once(':').is_some_and(|(header, value)| {
        header.eq_ignore_ascii_case("Content-Type")
            && media_type(value).eq_ignore_ascii_case("application/json")
    })
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
    use serde_json::json;

    const TYPE: &str = "multipart/form-data; boundary=xx";

    fn read(body: &str) -> Result<Vec<(String, Content)>, String> {
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
        let pair = |name: &str, text: &str| (name.to_owned(), Content::Text(text.to_owned()));
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

    fn json_part(name: &str, json: &str) -> String {
        part(name, json).replace(
            "\r\n\r\n",
            "\r\ncontent-type: application/JSON; charset=utf-8\r\n\r\n",
        )
    }

    #[test]
    fn a_part_may_be_json_and_stands_for_a_whole_parameter() {
        let schema = pharos_api::lighthouse::create_key_pair::Input::STRUCTURE;
        let tags = json_part("Tags", r#"[{"Key": "a", "Value": "b"}]"#);
        let read_all = |body: &str| parameters(TYPE, body.as_bytes(), schema);
        let read = read_all(&format!("{}{tags}--xx--", part("KeyName", "7"))).unwrap();
        let expected = json!({"KeyName": "7", "Tags": [{"Key": "a", "Value": "b"}]});
        assert_eq!(read, expected);

        let code = |body: &str| read_all(body).unwrap_err().code;
        assert_eq!(code(&format!("{tags}{tags}--xx--")), Code::InvalidParameter);
        let mixed = format!("{}{tags}--xx--", part("Tags.0.Key", "a"));
        assert_eq!(code(&mixed), Code::InvalidParameter);
        let broken = json_part("Tags", "[");
        assert_eq!(code(&format!("{broken}--xx--")), Code::InvalidRequest);
    }

    #[test]
    fn the_number_of_parts_is_bounded() {
        let body = format!("{}--xx--", part("a", "").repeat(PARTS_MAX + 1));
        assert!(read(&body).unwrap_err().contains("too many parts"));
    }
}
