//! Credentials in the environment.

use zeroize::Zeroizing;

use super::find::{Problem, Variable};
use super::{Credential, Found, Names};

/// The names that `tccli` and the official SDKs read.
pub(super) const NAMES: Names = Names {
    secret_id: "TENCENTCLOUD_SECRET_ID",
    secret_key: "TENCENTCLOUD_SECRET_KEY",
    token: "TENCENTCLOUD_TOKEN",
};

/// Reads the variables. An empty one counts as not set, as it does in the official SDKs.
pub(super) fn read(variable: Variable<'_>) -> Result<Credential, Problem> {
    let read = |name| {
        variable(name)
            .map(Zeroizing::new)
            .filter(|text| !text.is_empty())
    };
    let found = Found {
        secret_id: read(NAMES.secret_id),
        secret_key: read(NAMES.secret_key),
        token: read(NAMES.token),
    };
    if found.secret_id.is_none() && found.secret_key.is_none() {
        return Err(Problem::Absent);
    }
    found.check(&NAMES)
}
