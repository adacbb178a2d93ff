//! Why a request got no usable answer.

use std::error::Error as _;
use std::time::Duration;

use super::rate_limit_headers::Limit;

/// Why a request got no answer, or one that cannot be used. None of its texts names an address or a token.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection was made, or it was closed before the request went out: the request was certainly not carried out.
    #[error("the LeadConnector API could not be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The connection ended after the request may have been sent.
    #[error("the connection to the LeadConnector API ended before its answer was complete")]
    Interrupted(#[source] reqwest::Error),
    /// The deadline passed after the request may have been sent.
    #[error("the LeadConnector API did not answer within {} s", .0.as_secs_f32())]
    Timeout(Duration),
    /// The answer is larger than the limit, in bytes.
    #[error("the answer of the LeadConnector API is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The status that the answer came with.
        status: http::StatusCode,
        /// The limit.
        limit: usize,
    },
    /// The limit of requests is reached for longer than the call has time. Nothing was sent.
    #[error("{}", spent(*.wait, *.limit))]
    RateLimited {
        /// How long it is reached.
        wait: Duration,
        /// Which limit.
        limit: Limit,
    },
    /// As many calls of the location wait as may. Nothing was sent.
    #[error("as many calls of this location are waiting as may")]
    QueueFull,
    /// Other calls of the location took all the time that this one had. Nothing was sent.
    #[error("other calls of this location were before this one for {} s", .0.as_secs_f32())]
    QueueTimeout(Duration),
    /// Nobody waited for the call any more before it was sent.
    #[error("the call was given up before it was sent")]
    Cancelled,
    /// The request could not be written down: a defect of this program.
    #[error("the request could not be built")]
    Unsendable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Whether the request may have been carried out all the same.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Unreachable(_)
            | Self::RateLimited { .. }
            | Self::QueueFull
            | Self::QueueTimeout(_)
            | Self::Cancelled
            | Self::Unsendable(_) => false,
            Self::Interrupted(_) | Self::Timeout(_) | Self::TooLarge { .. } => true,
        }
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The URL holds ids and search texts: nothing for a log.
        let error = error.without_url();
        if error.is_builder() {
            Self::Unsendable(error.into())
        } else if error.is_connect() || was_not_sent(&error) {
            Self::Unreachable(error)
        } else {
            Self::Interrupted(error)
        }
    }
}

/// Whether the connection was closed before the request was written to it.
fn was_not_sent(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Says which limit is reached, and for how long.
fn spent(wait: Duration, limit: Limit) -> String {
    let requests = match limit {
        Limit::Burst => "the requests that the LeadConnector API allows this location at a time",
        Limit::Day => "the requests that the LeadConnector API allows this location in a day",
    };
    format!("{requests} are spent for the next {} s", seconds(wait))
}

/// Whole seconds, rounded up: waiting so long is enough.
pub fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
