//! Errors of sending a request.

mod unreachable;

use std::time::Duration;

use super::rate_limit_headers::Limit;

pub use unreachable::{Unreachable, root_cause};

/// Why a request got no response, or one that cannot be used. No error text contains a URL or a token.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection was made, or it was closed before the request was written: the request was not carried out.
    #[error("the LeadConnector API could not be reached: {cause}")]
    Unreachable {
        /// Why.
        cause: Unreachable,
        /// The HTTP library's error.
        source: reqwest::Error,
    },
    /// The connection closed after the request may have been sent.
    #[error("the connection to the LeadConnector API closed before its response was complete")]
    Interrupted(#[source] reqwest::Error),
    /// The deadline passed after the request may have been sent.
    #[error("the LeadConnector API did not respond within {} s", .0.as_secs_f32())]
    Timeout(Duration),
    /// The response is larger than the limit, in bytes.
    #[error("the response of the LeadConnector API is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The status of the response.
        status: http::StatusCode,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The rate limit resets only after the call's deadline. Nothing was sent.
    #[error("{}", rate_limited(*.wait, *.limit))]
    RateLimited {
        /// The time until a request may be sent again.
        wait: Duration,
        /// The limit that was reached.
        limit: Limit,
    },
    /// The queue of the location is full. Nothing was sent.
    #[error("too many calls for this location are already queued")]
    QueueFull,
    /// The deadline passed while the call was queued behind other calls for the location. Nothing was sent.
    #[error("timed out after {} s behind other calls for this location", .0.as_secs_f32())]
    QueueTimeout(Duration),
    /// The call was cancelled before it was sent.
    #[error("the call was cancelled before it was sent")]
    Cancelled,
    /// The HTTP library rejected the request: a bug.
    #[error("the request could not be built")]
    Unsendable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Whether the request may have been carried out although it failed.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::RateLimited { .. }
            | Self::QueueFull
            | Self::QueueTimeout(_)
            | Self::Cancelled
            | Self::Unsendable(_) => false,
            Self::Interrupted(_) | Self::Timeout(_) | Self::TooLarge { .. } => true,
        }
    }
}

impl Error {
    /// The error of sending a request. `via_proxy`: whether requests to the API go through a proxy.
    pub(super) fn sending(error: reqwest::Error, via_proxy: bool) -> Self {
        // The URL contains ids and search texts, which must not reach a log.
        let error = error.without_url();
        if error.is_builder() {
            Self::Unsendable(error.into())
        } else if error.is_connect() || closed_before_write(&error) {
            Self::Unreachable { cause: Unreachable::of(&error, via_proxy), source: error }
        } else {
            Self::Interrupted(error)
        }
    }
}

/// An error that is not about the connection: of building a client, or of reading a body.
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        Self::sending(error, false)
    }
}

/// Whether the connection was closed before the request was written to it.
fn closed_before_write(error: &reqwest::Error) -> bool {
    unreachable::any_cause(error, |error| error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled))
}

/// The message of [`Error::RateLimited`].
fn rate_limited(wait: Duration, limit: Limit) -> String {
    let wait = seconds(wait);
    match limit {
        Limit::Burst => format!("rate limit reached for this location; it resets in {wait} s"),
        // The API does not report when its day ends, so the message does not promise a reset.
        Limit::Day => format!("daily rate limit reached for this location; no call is sent for the next {wait} s"),
    }
}

/// Whole seconds, rounded up, so that waiting this long is enough.
pub fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
