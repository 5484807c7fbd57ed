//! The server's side: from a request to something that can be verified, and the check itself.

use std::borrow::Cow;

use base64ct::{Base64, Encoding};
use pharos_api::action::LIGHTHOUSE;
use pharos_api::code::Code;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::{ApiError, quoted};
use pharos_api::text::Text;

use super::signature_method::SignatureMethod;
use super::source_string::SourceString;
use crate::diagnosis::{self, differs, differs_in};
use crate::form;
use crate::http::HttpRequest;
use crate::stages::{self, Stages};
use crate::unverified::{self, Unverified, media_type, parse_time, signed_hosts};
use crate::verified::{RegionField, SingleUse, Source, Verified};

/// What the body of a version 1 POST may have, in bytes (protocol.md section 3.2).
pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The content type of a version 1 POST (protocol.md section 1.4).
const FORM: &str = "application/x-www-form-urlencoded";

/// The parameters that are no action's own.
const COMMON: &[&str] = &[
    "Action",
    "Language",
    "Nonce",
    "Region",
    "RequestClient",
    "SecretId",
    "Signature",
    "SignatureMethod",
    "Timestamp",
    "Token",
    "Version",
];

/// What a signature of version 1 is checked by.
pub(crate) struct Proof<'a> {
    http_method: &'a str,
    method: SignatureMethod,
    signature: Vec<u8>,
    /// All parameters but `Signature`.
    parameters: Vec<(String, String)>,
}

/// Where the parameters of this version would stand.
fn parameters_of<'a>(request: &HttpRequest<'a>) -> &'a [u8] {
    if request.method == "GET" {
        request.query.as_bytes()
    } else {
        request.body
    }
}

/// Whether somebody meant this version: its parameters have names that no other request has.
pub(crate) fn is_signed(request: &HttpRequest<'_>) -> bool {
    are_signed(parameters_of(request))
}

/// The same of the parameters themselves, a query or a form.
pub fn are_signed(parameters: &[u8]) -> bool {
    let has = |name| hint_in(parameters, name).is_some();
    has("Signature") || has("SecretId")
}

/// The value of a common parameter, for the log and for choosing words; unchecked.
pub(crate) fn hint(request: &HttpRequest<'_>, name: &str) -> Option<String> {
    hint_in(parameters_of(request), name)
}

fn hint_in(parameters: &[u8], name: &str) -> Option<String> {
    let pairs = parameters.split(|byte| *byte == b'&');
    let value = pairs.filter_map(|pair| {
        let (head, value) = pair.split_at_checked(name.len())?;
        (head == name.as_bytes())
            .then_some(value)?
            .strip_prefix(b"=")
    });
    let value = std::str::from_utf8(value.take(1).next()?).ok()?;
    form::decode_part(value).ok()
}

pub(crate) fn read<'a>(request: &HttpRequest<'a>) -> Result<Unverified<'a>, ApiError> {
    if request.method != "GET" {
        let content_type = request.headers.once("Content-Type")?.unwrap_or_default();
        let media_type = media_type(content_type);
        if !media_type.eq_ignore_ascii_case(FORM) {
            let action = hint(request, "Action");
            return Err(ApiError::unsupported_content_type(
                request.method,
                FORM,
                action.as_deref(),
                media_type,
            ));
        }
        if request.body.len() > BODY_BYTES_MAX {
            return Err(body_too_large());
        }
    }
    let text = std::str::from_utf8(parameters_of(request)).map_err(|_| not_utf8())?;
    let parameters = Parameters::decode(text)?;
    let action = parameters.required("Action")?;
    let version = parameters.required("Version")?;
    let time = parse_time(parameters.required("Timestamp")?)?;
    let nonce = parameters.required("Nonce")?;
    let nonce = nonce.parse().map_err(|_| bad_nonce(nonce))?;
    let secret_id = parameters.required("SecretId")?;
    // Ruby's Base64 ends in a line feed (protocol.md section 2.4).
    let signature = parameters.required("Signature")?.trim_end();
    let signature = Base64::decode_vec(signature).map_err(|_| {
        let help = Text::fixed("It should be Base64.", "签名应为 Base64 编码。");
        ApiError::signature_failure().with_help(&help)
    })?;
    let owned = |text: &str| Cow::Owned(text.to_owned());
    let claims = Verified {
        secret_id: SecretId::parse(secret_id).ok_or_else(ApiError::secret_id_not_found)?,
        host: request.headers.once("Host")?.unwrap_or_default(),
        service: None,
        action: owned(action),
        version: owned(version),
        region: parameters.optional("Region").map(owned),
        region_field: RegionField::Parameter,
        token: parameters.optional("Token").map(owned),
        single_use: Some(SingleUse { nonce, time }),
        source: Source::Flattened(parameters.of_action()),
    };
    let method = parameters.optional("SignatureMethod");
    let proof = Proof {
        http_method: request.method,
        method: method.map(SignatureMethod::from_wire).unwrap_or_default(),
        signature,
        parameters: parameters
            .0
            .into_iter()
            .filter(|(name, _)| name != "Signature")
            .collect(),
    };
    Ok(Unverified {
        claims,
        time,
        proof: unverified::Proof::Version1(proof),
    })
}

/// All parameters, each name once.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn decode(text: &str) -> Result<Self, ApiError> {
        let pairs = form::decode(text)?;
        let mut names: Vec<_> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let twice = names.windows(2).find_map(|pair| match pair {
            [one, other] if one == other => Some(one),
            _ => None,
        });
        match twice {
            None => Ok(Self(pairs)),
            Some(name) => Err(ApiError::repeated_parameter(name)),
        }
    }

    /// A common parameter; an empty one is as good as none: Go sends `Region=` for no region.
    fn optional(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.optional(name)
            .ok_or_else(|| ApiError::missing_parameter(name, None))
    }

    /// The action's own.
    fn of_action(&self) -> Vec<(String, String)> {
        self.0
            .iter()
            .filter(|(name, _)| !COMMON.contains(&name.as_str()))
            .cloned()
            .collect()
    }
}

impl Proof<'_> {
    /// How the request is read so that the signature is of it, in any of the forms that official clients
    /// sign (protocol.md section 2.4).
    pub(crate) fn matches(&self, claims: &Verified<'_>, secret_key: &SecretKey) -> Option<Stages> {
        let parameters = self.pairs();
        let is_of = |source: &SourceString| {
            let signature = &self.signature;
            self.method.verifies(secret_key, source, signature)
        };
        let find = |parameters: &[(&str, &str)]| {
            let has_underscore = parameters.iter().any(|(name, _)| name.contains('_'));
            let writings: &[Writing] = if has_underscore {
                &[SourceString::new, SourceString::with_dots]
            } else {
                &[SourceString::new]
            };
            signed_hosts(claims.host).iter().find_map(|host| {
                let method = self.http_method;
                writings.iter().find_map(|write| {
                    let source = write(method, host, parameters);
                    if !is_of(&source) {
                        return None;
                    }
                    let shown = shown(parameters);
                    // Where nothing is masked, it is what is shown.
                    let is_shown = shown == parameters;
                    Some(self.stages_of(if is_shown {
                        source
                    } else {
                        write(method, host, &shown)
                    }))
                })
            })
        };
        find(&parameters)
            .or_else(|| with_python_booleans(&parameters).and_then(|python| find(&python)))
    }

    /// How the request is read first.
    pub(crate) fn stages(&self, claims: &Verified<'_>) -> Stages {
        let parameters = shown(&self.pairs());
        self.stages_of(SourceString::new(
            self.http_method,
            claims.host,
            &parameters,
        ))
    }

    fn stages_of(&self, source_string: SourceString) -> Stages {
        Stages {
            version: self.method.wire(),
            texts: vec![("source_string", source_string.into())],
        }
    }

    fn pairs(&self) -> Vec<(&str, &str)> {
        let pairs = self.parameters.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// Which part the client signed otherwise than it was sent, as far as a guess finds it.
    pub(crate) fn diagnose(&self, claims: &Verified<'_>, secret_key: &SecretKey) -> Text {
        let parameters = self.pairs();
        let is_of = |method: SignatureMethod, secret_key: &SecretKey, source: &SourceString| {
            method.verifies(secret_key, source, &self.signature)
        };
        let guess = |http_method: &str, host: &str, parameters: &[(&str, &str)]| {
            let source = SourceString::new(http_method, host, parameters);
            is_of(self.method, secret_key, &source)
        };
        let sent = SourceString::new(self.http_method, claims.host, &parameters);
        for host in diagnosis::hosts(claims.host, LIGHTHOUSE.name, claims.region.as_deref()) {
            if guess(self.http_method, &host, &parameters) {
                return differs("the host", "主机", &host, claims.host);
            }
        }
        for http_method in ["GET", "POST"] {
            if guess(http_method, claims.host, &parameters) {
                return differs("the method", "请求方法", http_method, self.http_method);
            }
        }
        for method in [SignatureMethod::HmacSha1, SignatureMethod::HmacSha256] {
            if is_of(method, secret_key, &sent) {
                let (part, part_zh) = ("the SignatureMethod", " SignatureMethod");
                return differs(part, part_zh, method.wire(), self.method.wire());
            }
        }
        let encoded: Vec<_> = parameters
            .iter()
            .map(|(name, value)| (*name, form::encode(value)))
            .collect();
        let encoded: Vec<_> = encoded
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        if guess(self.http_method, claims.host, &encoded) {
            return differs_in(
                "the values are percent-encoded in the signature: sign them as they are",
                "签名中的参数值进行了百分号编码，应使用原始值签名",
            );
        }
        for (spoiled, what, what_zh) in diagnosis::secret_keys(secret_key) {
            if is_of(self.method, &spoiled, &sent) {
                return diagnosis::secret_key_is_spoiled(what, what_zh);
            }
        }
        diagnosis::unknown()
    }
}

/// How a source string is put together.
type Writing = fn(&str, &str, &[(&str, &str)]) -> SourceString;

/// The parameters without what could be a secret.
fn shown<'p>(parameters: &[(&'p str, &'p str)]) -> Vec<(&'p str, &'p str)> {
    let parameters = parameters.iter();
    parameters
        .map(|(name, value)| (*name, stages::shown(name, value)))
        .collect()
}

/// The same with `True` and `False` for `true` and `false`, if there are any: what Python's asynchronous client signs
/// of a GET, while the HTTP library beneath it sends them in lower case (abstract_client_async.py; httpx, _utils.py).
fn with_python_booleans<'p>(parameters: &[(&'p str, &'p str)]) -> Option<Vec<(&'p str, &'p str)>> {
    let is_boolean = |value| ["true", "false"].contains(&value);
    if !parameters.iter().any(|(_, value)| is_boolean(*value)) {
        return None;
    }
    let python = parameters.iter().map(|(name, value)| match *value {
        "true" => (*name, "True"),
        "false" => (*name, "False"),
        value => (*name, value),
    });
    Some(python.collect())
}

/// The live service's words (protocol.md section 4.2).
fn body_too_large() -> ApiError {
    ApiError::new(
        Code::SignatureFailure,
        Text::fixed(
            "The provided credentials could not be validated because of exceeding request size \
             limit, please use new signature method `TC3-HMAC-SHA256`.",
            "请求签名验证失败：请求大小超过限制，请使用新的签名方法 `TC3-HMAC-SHA256`。",
        ),
    )
}

/// The live service's words, which differ from those about other parameters; its Chinese ones are not
/// known.
fn bad_nonce(given: &str) -> ApiError {
    let given = quoted(given);
    ApiError::invalid_parameter(Text::new(
        format!(
            "Parameter `Nonce` type error. `{given}` is not a whole number from 0 to {}.",
            u64::MAX
        ),
        format!(
            "参数 `Nonce` 取值类型错误。`{given}` 不是 0 到 {} 之间的整数。",
            u64::MAX
        ),
    ))
}

fn not_utf8() -> ApiError {
    ApiError::invalid_parameter(Text::fixed(
        "The body is not percent-encoded UTF-8.",
        "请求体不是有效的百分号编码 UTF-8 文本。",
    ))
}
