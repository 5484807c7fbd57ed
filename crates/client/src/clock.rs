//! The time that is signed.

use std::time::{SystemTime, UNIX_EPOCH};

use pharos_api::time::Timestamp;

/// Now. A clock outside the years that can be written is wrong anyway, and the server says so.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    Timestamp::from_unix_seconds(seconds).unwrap_or_else(Timestamp::epoch)
}
