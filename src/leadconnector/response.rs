//! Responses of the API.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::rate_limit_headers::Limit;

/// A response of the API, of whatever status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The body, decompressed.
    pub body: Bytes,
    /// How long to wait before asking again; of a 429, until the budget is open.
    pub retry_after: Option<Duration>,
    /// The limit that a 429 reports.
    pub limit: Option<Limit>,
    /// Whether the request may have been carried out before, by an attempt that had no such answer.
    pub outcome_unknown: bool,
}
