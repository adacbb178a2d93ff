//! Why a request got no usable answer.

use std::time::Duration;

/// Why a request got no answer, or one that cannot be used. None of its texts names an address or a token.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection was made: the request was certainly not carried out.
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
    /// The request could not be written down: a defect of this program.
    #[error("the request could not be built")]
    Unsendable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Whether the request may have been carried out all the same.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Unsendable(_) => false,
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
        } else if error.is_connect() {
            Self::Unreachable(error)
        } else {
            Self::Interrupted(error)
        }
    }
}
