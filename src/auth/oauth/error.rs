//! Errors of the authorization server, as OAuth clients read them.

use std::borrow::Cow;

use http::StatusCode;

/// An error response (RFC 6749 section 5.2, RFC 7591 section 3.2.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {description}")]
pub struct OAuthError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The error code of the standard.
    pub code: &'static str,
    /// What to do. Of what a client sent it repeats at most a redirect URI, and it has neither quotation marks nor backslashes, which RFC 6749 does
    /// not allow.
    pub description: Cow<'static, str>,
}

impl OAuthError {
    /// An error with status 400.
    pub fn new(code: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, description: description.into() }
    }

    /// The same with another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The request is malformed.
    pub fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new("invalid_request", description)
    }

    /// The code or refresh token is not valid: the client must send the user through the consent again.
    pub fn invalid_grant(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new("invalid_grant", description)
    }

    /// The client is unknown: it registers again.
    pub fn invalid_client() -> Self {
        Self::new("invalid_client", "this gateway does not know the client_id: register the client again")
            .with_status(StatusCode::UNAUTHORIZED)
    }

    /// The resource is none of this gateway's.
    pub fn invalid_target() -> Self {
        Self::new(
            "invalid_target",
            "the resource must be the URL of this gateway's MCP endpoint, and the one of the consent",
        )
    }

    /// Something that will pass. Not `invalid_grant`, at which clients throw their tokens away.
    pub fn temporarily_unavailable(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new("temporarily_unavailable", description).with_status(StatusCode::SERVICE_UNAVAILABLE)
    }

    /// A bug.
    pub fn internal() -> Self {
        Self::new("server_error", "internal error; the log has details under the x-request-id of this response")
            .with_status(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
