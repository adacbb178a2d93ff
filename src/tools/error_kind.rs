//! The kinds of errors, as reported to the model and in the log.

/// The kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "docs/results.md explains each kind")]
pub enum ErrorKind {
    InvalidArguments,
    TokenRejected,
    ScopeMissing,
    LocationForbidden,
    NotSupportedForToken,
    Duplicate,
    NotFound,
    InvalidRequest,
    RateLimited,
    UpstreamUnavailable,
    Timeout,
    ResponseTooLarge,
    InvalidResponse,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::InvalidArguments,
        Self::TokenRejected,
        Self::ScopeMissing,
        Self::LocationForbidden,
        Self::NotSupportedForToken,
        Self::Duplicate,
        Self::NotFound,
        Self::InvalidRequest,
        Self::RateLimited,
        Self::UpstreamUnavailable,
        Self::Timeout,
        Self::ResponseTooLarge,
        Self::InvalidResponse,
    ];

    /// The name in results and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArguments => "invalid_arguments",
            Self::TokenRejected => "token_rejected",
            Self::ScopeMissing => "scope_missing",
            Self::LocationForbidden => "location_forbidden",
            Self::NotSupportedForToken => "not_supported_for_token",
            Self::Duplicate => "duplicate",
            Self::NotFound => "not_found",
            Self::InvalidRequest => "invalid_request",
            Self::RateLimited => "rate_limited",
            Self::UpstreamUnavailable => "upstream_unavailable",
            Self::Timeout => "timeout",
            Self::ResponseTooLarge => "response_too_large",
            Self::InvalidResponse => "invalid_response",
        }
    }
}
