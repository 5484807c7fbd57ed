//! Where and when a derived key is good: `2019-02-25/lighthouse/tc3_request`.

use super::TERMINATOR;
use pharos_api::time::Timestamp;
use std::fmt;

/// The scope of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialScope<'a> {
    /// The UTC day, `YYYY-MM-DD`.
    pub date: &'a str,
    /// The product, or what an SDK took for it from its endpoint (protocol.md section 1.5).
    pub service: &'a str,
}

impl CredentialScope<'_> {
    /// Whether the date is the UTC day of this time.
    pub fn is_of(&self, time: Timestamp) -> bool {
        time.has_date(self.date)
    }
}

impl fmt::Display for CredentialScope<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{TERMINATOR}", self.date, self.service)
    }
}
