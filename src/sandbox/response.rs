//! Responses: a body, or an error in the real API's shape.

use std::sync::atomic::Ordering;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::Sandbox;

/// What a route's function returns.
pub type ApiResult = Result<ApiResponse, ApiError>;

/// A success.
#[derive(Debug)]
pub struct ApiResponse {
    status: StatusCode,
    body: Value,
}

impl ApiResponse {
    pub fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body }
    }

    pub fn created(body: Value) -> Self {
        Self { status: StatusCode::CREATED, body }
    }
}

/// An error response: `{"statusCode", "message", "error"?, "error_description"?, "meta"?, "traceId"}`.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    /// All but the `traceId`.
    body: Value,
}

impl ApiError {
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, body: json!({ "statusCode": status.as_u16(), "message": message.into() }) }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// Every problem found in the request's fields, in one response.
    pub fn unprocessable(problems: Vec<String>) -> Self {
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "");
        error.body["message"] = problems.into();
        error.body["error"] = "Unprocessable Entity".into();
        error
    }

    /// Adds the properties of an OAuth error (RFC 6749, section 5.2).
    pub fn with_oauth_error(mut self, error: &str, description: &str) -> Self {
        self.body["error"] = error.into();
        self.body["error_description"] = description.into();
        self
    }

    /// Adds facts that a program can act on.
    pub fn with_meta(mut self, meta: Value) -> Self {
        self.body["meta"] = meta;
        self
    }
}

impl Sandbox {
    /// Writes a result as the response.
    pub fn respond(&self, result: ApiResult) -> Response {
        match result {
            Ok(ApiResponse { status, body }) => (status, Json(body)).into_response(),
            Err(ApiError { status, mut body }) => {
                // A counter in the form of a UUID: the same calls give the same ids.
                let number = self.errors.fetch_add(1, Ordering::Relaxed);
                body["traceId"] = format!("00000000-0000-4000-8000-{number:012x}").into();
                (status, Json(body)).into_response()
            }
        }
    }
}
