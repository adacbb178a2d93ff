//! Errors: of calls that are not sent, of calls that end in a bug of the gateway, and of the service's start.

use crate::config::ConfigError;
use crate::leadconnector::TlsError;
use crate::tools::{InvalidArguments, ToolResult};

/// Why the call service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting names something that does not exist.
    #[error(transparent)]
    Settings(#[from] ConfigError),
    /// The TLS library fails to initialize.
    #[error("the TLS library cannot be set up: {0}")]
    Tls(#[from] TlsError),
    /// The keys that seal tokens cannot be derived, or the client for documents of others cannot be built.
    #[error("OAuth cannot be set up: {0}")]
    OAuth(Box<dyn std::error::Error + Send + Sync>),
}

/// A call that ended in a bug of the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalError {
    /// Whether the call is a write that may have taken effect.
    outcome_unknown: bool,
    /// The text for the log; `None` after a panic, which the panic hook has logged.
    detail: Option<String>,
}

/// Why a call is not sent.
#[derive(Debug, Clone)]
pub enum NotSent {
    /// The call has its result already.
    Finished(ToolResult),
    /// A bug of the gateway.
    Internal(InternalError),
}

impl From<ToolResult> for NotSent {
    fn from(result: ToolResult) -> Self {
        Self::Finished(result)
    }
}

impl From<InvalidArguments> for NotSent {
    fn from(problems: InvalidArguments) -> Self {
        Self::Finished(ToolResult::invalid_arguments(&problems))
    }
}

impl InternalError {
    /// Creates the error of a request that cannot be sent. The texts of `error` hold nothing of the request's content.
    pub fn before_sending(error: &dyn std::error::Error) -> Self {
        let causes = std::iter::successors(error.source(), |error| error.source());
        let detail = causes.fold(error.to_string(), |detail, cause| format!("{detail}: {cause}"));
        Self { outcome_unknown: false, detail: Some(detail) }
    }

    /// Creates the error of a panic; `outcome_unknown` says whether a write was in flight.
    pub fn panicked(outcome_unknown: bool) -> Self {
        Self { outcome_unknown, detail: None }
    }

    /// Whether the call is a write that may have taken effect.
    pub fn outcome_unknown(&self) -> bool {
        self.outcome_unknown
    }

    /// The text for the log; `None` after a panic, which the panic hook has logged.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The message for the client.
    pub fn message(&self, request_id: &str) -> String {
        let outcome =
            if self.outcome_unknown { "; whether the write took effect is unknown: check before retrying" } else { "" };
        format!("internal error{outcome}; the log has details under request id {request_id}")
    }
}
