//! Calls that are not sent, or end in a bug of this program; and why there can be no calls at all.

use crate::config::ConfigError;
use crate::leadconnector::TlsError;
use crate::tools::ToolResult;

/// Why there can be no calls.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting that names what there cannot be.
    #[error(transparent)]
    Settings(#[from] ConfigError),
    /// The TLS library.
    #[error("the TLS library cannot be set up: {0}")]
    Tls(#[from] TlsError),
}

/// A call that ended in a bug of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalError {
    /// Whether it is a write that may have been carried out.
    outcome_unknown: bool,
    /// What to log; `None` after a panic, which was logged where it happened.
    detail: Option<String>,
}

/// Why a call is not sent.
#[derive(Debug, Clone)]
pub enum NotSent {
    /// It has its result.
    Finished(ToolResult),
    /// A bug of this program.
    Internal(InternalError),
}

impl From<ToolResult> for NotSent {
    fn from(result: ToolResult) -> Self {
        Self::Finished(result)
    }
}

impl InternalError {
    /// A request that cannot be sent. Nothing of its content is in the error's texts.
    pub fn before_sending(error: &dyn std::error::Error) -> Self {
        let causes = std::iter::successors(error.source(), |error| error.source());
        let detail = causes.fold(error.to_string(), |detail, cause| format!("{detail}: {cause}"));
        Self { outcome_unknown: false, detail: Some(detail) }
    }

    /// A panic; `outcome_unknown` says whether it came with a write under way.
    pub fn panicked(outcome_unknown: bool) -> Self {
        Self { outcome_unknown, detail: None }
    }

    /// Whether it is a write that may have been carried out.
    pub fn outcome_unknown(&self) -> bool {
        self.outcome_unknown
    }

    /// What to log; `None` after a panic, which was logged where it happened.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// What to say to the caller.
    pub fn message(&self, request_id: &str) -> String {
        let doubt = if self.outcome_unknown { "whether the write was carried out is unknown; " } else { "" };
        format!("an internal error; {doubt}the log has more under the request id {request_id}")
    }
}
