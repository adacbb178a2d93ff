//! The JSON answers of the endpoints.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, HeaderName, HeaderValue, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use serde::Serialize;
use serde_json::json;

use crate::auth::oauth::OAuthError;
use crate::mcp::RpcError;

/// An answer in JSON. None is cached: it may hold tokens (RFC 6749 section 5.1), and metadata follows the settings at once.
pub enum OAuthResponse<T: Serialize = ()> {
    /// The value.
    Ok(T),
    /// A value that was created.
    Created(T),
    /// An error.
    Error(OAuthError),
}

impl<T: Serialize> IntoResponse for OAuthResponse<T> {
    fn into_response(self) -> Response {
        let header = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
        let headers =
            [header(CACHE_CONTROL, "no-store"), header(PRAGMA, "no-cache"), header(X_CONTENT_TYPE_OPTIONS, "nosniff")];
        match self {
            Self::Ok(value) => (StatusCode::OK, headers, Json(value)).into_response(),
            Self::Created(value) => (StatusCode::CREATED, headers, Json(value)).into_response(),
            Self::Error(error) => {
                let body = json!({ "error": error.code, "error_description": error.description });
                let mut response = (error.status, headers, Json(body)).into_response();
                let extra = match error.status {
                    // RFC 9110 section 15.5.2. Not `Basic`, at which a browser would ask for a password.
                    StatusCode::UNAUTHORIZED => Some((WWW_AUTHENTICATE, r#"Bearer error="invalid_client""#)),
                    StatusCode::SERVICE_UNAVAILABLE => Some((RETRY_AFTER, "1")),
                    _ => None,
                };
                if let Some((name, value)) = extra {
                    response.headers_mut().insert(name, HeaderValue::from_static(value));
                }
                response
            }
        }
    }
}

/// The error of a body that could not be read.
pub fn body_error(error: &RpcError) -> OAuthError {
    if error.status == StatusCode::SERVICE_UNAVAILABLE {
        return OAuthError::temporarily_unavailable("too many requests are arriving; retry in 1 s");
    }
    let description = match error.status {
        StatusCode::PAYLOAD_TOO_LARGE => "the body is too large",
        StatusCode::REQUEST_TIMEOUT => "the body did not arrive in time",
        _ => "the body could not be read",
    };
    OAuthError::invalid_request(description).with_status(error.status)
}
