//! Credentials that `tccli configure` or `tccli auth login` saved.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::find::Problem;
use super::{Credential, Found, Names};

const NAMES: Names = Names {
    secret_id: "secretId",
    secret_key: "secretKey",
    token: "token",
};

/// What `tccli` 3.1.189 writes. Credentials of a login (`"type": "oauth"` or `"sso"`) stand under
/// the same names, with a token; `tccli` renews them when it runs, and nobody else can.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    secret_id: Option<Zeroizing<String>>,
    secret_key: Option<Zeroizing<String>>,
    token: Option<Zeroizing<String>>,
}

/// Reads the text of such a file.
pub(super) fn parse(text: &str) -> Result<Credential, Problem> {
    let file: File = serde_json::from_str(text).map_err(|error| Problem::NotJson {
        line: error.line(),
        column: error.column(),
    })?;
    let found = Found {
        secret_id: file.secret_id,
        secret_key: file.secret_key,
        token: file.token,
    };
    found.check(&NAMES)
}
