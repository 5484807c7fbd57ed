//! A request that was signed with the secret of the SecretId it names.

use crate::flatten;
use crate::form;
use crate::multipart;
use crate::product;
use crate::strictness::Strictness;
use pharos_api::action::{self, Action, Product};
use pharos_api::credential::SecretId;
use pharos_api::error::ApiError;
use pharos_api::region::{BadRegion, Region};
use pharos_api::text::Text;
use pharos_api::time::Timestamp;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A verified request. Only [`crate::unverified::Unverified::verify`] hands one out.
pub struct Verified<'a> {
    pub(crate) secret_id: SecretId,
    pub(crate) host: &'a str,
    /// The service of the credential scope; version 1 has none.
    pub(crate) service: Option<&'a str>,
    pub(crate) action: Cow<'a, str>,
    pub(crate) version: Cow<'a, str>,
    pub(crate) region: Option<Cow<'a, str>>,
    pub(crate) region_field: RegionField,
    pub(crate) token: Option<Cow<'a, str>>,
    pub(crate) single_use: Option<SingleUse>,
    pub(crate) source: Source<'a>,
}

/// Where the parameters of an action stand.
pub(crate) enum Source<'a> {
    /// A JSON object in the body.
    Json(&'a [u8]),
    /// Flattened in the query, percent-encoded.
    Query(&'a str),
    /// Flattened and decoded, without the common parameters.
    Flattened(Vec<(String, String)>),
    /// Parts of a body.
    Multipart {
        /// The whole content type: the boundary is in it.
        content_type: &'a str,
        /// The body.
        body: &'a [u8],
    },
}

/// Where the region stands, for the words of a refusal.
#[derive(Clone, Copy)]
pub(crate) enum RegionField {
    /// `X-TC-Region`, version 3.
    Header,
    /// `Region`, version 1.
    Parameter,
}

/// What may be used once: the pair by which version 1 tells a repeated request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SingleUse {
    /// The `Nonce`.
    pub nonce: u64,
    /// The `Timestamp`.
    pub time: Timestamp,
}

impl Verified<'_> {
    /// Whose secret signed it.
    pub fn secret_id(&self) -> &SecretId {
        &self.secret_id
    }

    /// The token of temporary credentials, if one was sent. Version 3 does not sign it.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The pair that makes a request of version 1 good once; `None` for version 3, which may be
    /// repeated.
    pub fn single_use(&self) -> Option<SingleUse> {
        self.single_use
    }

    /// The product it asks, in the version that is served.
    ///
    /// # Errors
    /// `NoSuchProduct`, `NoSuchVersion`, in this order.
    pub fn product(&self, strictness: Strictness) -> Result<&'static Product, ApiError> {
        let product = product::find(self.service, self.host, &self.version, strictness)?;
        action::check_version(product, &self.version)?;
        Ok(product)
    }

    /// The row of the action it asks for.
    ///
    /// # Errors
    /// `NoSuchProduct`, `NoSuchVersion`, `InvalidAction`, in this order.
    pub fn action(&self, strictness: Strictness) -> Result<&'static Action, ApiError> {
        let product = self.product(strictness)?;
        action::find_action(product, &self.version, &self.action)
    }

    /// The region it is for; `None` if the action needs none, whatever the client's own setting is:
    /// SDKs send it with every call.
    ///
    /// # Errors
    /// `MissingParameter`, `InvalidParameterValue` for a region that nobody has, `UnsupportedRegion`
    /// for one that other products have.
    pub fn region(&self, action: &Action) -> Result<Option<Region>, ApiError> {
        if !action.needs_region {
            return Ok(None);
        }
        let text = self
            .region
            .as_deref()
            .ok_or_else(|| missing_region(self.region_field))?;
        match Region::from_wire(text) {
            Ok(region) => Ok(Some(region)),
            Err(BadRegion::NotOffered) => Err(ApiError::unsupported_region(text)),
            Err(BadRegion::Unknown) => {
                let field = match self.region_field {
                    RegionField::Header => "X-TC-Region",
                    RegionField::Parameter => "Region",
                };
                Err(ApiError::unknown_region(field, text))
            }
        }
    }

    /// The parameters of the action, as values that its schema can be held against.
    ///
    /// # Errors
    /// `InvalidParameter` for what is no JSON object or no flattened list, `UnknownParameter`.
    pub fn parameters(&self, action: &Action) -> Result<Value, ApiError> {
        match &self.source {
            // SDKs send an empty body for a call without parameters, and Ruby's `null`.
            Source::Json(b"" | b"null") => Ok(Value::Object(Map::new())),
            Source::Json(body) => serde_json::from_slice(body).map_err(|error| not_json(&error)),
            Source::Query(query) => flatten::unflatten(&form::decode(query)?, action.input),
            Source::Flattened(pairs) => flatten::unflatten(pairs, action.input),
            Source::Multipart { content_type, body } => {
                multipart::parameters(content_type, body, action.input)
            }
        }
    }
}

/// The token was not issued by this server, or not for this SecretId.
pub fn token_failure() -> ApiError {
    ApiError::token_failure().with_help(&Text::fixed(
        "This SecretId is a permanent one: send no token with it.",
        "该 SecretId 为永久密钥，请勿携带 Token。",
    ))
}

fn missing_region(field: RegionField) -> ApiError {
    let hint = match field {
        RegionField::Header => Text::fixed(
            "Send it as the header `X-TC-Region`; SDKs and `tccli` have a setting for it.",
            "请通过请求头 `X-TC-Region` 传递；SDK 与 `tccli` 均可设置地域。",
        ),
        RegionField::Parameter => Text::fixed(
            "Send it as a parameter; SDKs have a setting for it.",
            "请通过参数传递；SDK 可设置地域。",
        ),
    };
    ApiError::missing_parameter("Region", Some(&hint))
}

fn not_json(error: &serde_json::Error) -> ApiError {
    let (line, column) = (error.line(), error.column());
    ApiError::invalid_parameter(Text::new(
        format!(
            "The body is not valid JSON: the fault is at line {line}, column {column}. Send one \
             JSON object with the parameters."
        ),
        format!(
            "请求体不是有效的 JSON：错误位于第 {line} 行第 {column} 列。请发送一个包含参数的 JSON 对象。"
        ),
    ))
}
