//! Responses of the API.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::rate_limit_headers::Limit;

/// A response of the API, with any status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: StatusCode,
    /// The body, decompressed.
    pub body: Bytes,
    /// The time to wait before the next request; for a 429, until the rate limiter allows one.
    pub retry_after: Option<Duration>,
    /// The limit that a 429 reports.
    pub limit: Option<Limit>,
    /// Whether an earlier attempt of the same call may have carried out the request.
    pub outcome_unknown: bool,
}
