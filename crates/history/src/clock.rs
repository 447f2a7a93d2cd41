//! The one place that asks for the time.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The day of a time, as in `2026-01-31`.
pub(crate) fn day(time: i64) -> String {
    chrono::DateTime::from_timestamp_millis(time).unwrap_or_default().date_naive().to_string()
}
