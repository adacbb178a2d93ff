//! Errors of the HTTP and JSON-RPC envelope.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::server::Reason;

/// JSON-RPC 2.0 section 5.1: the body is not JSON.
pub const PARSE_ERROR: i32 = -32700;
/// JSON-RPC 2.0 section 5.1: the body is JSON, but not a valid request.
pub const INVALID_REQUEST: i32 = -32600;
/// JSON-RPC 2.0 section 5.1: the parameters of a request are invalid.
pub const INVALID_PARAMS: i32 = -32602;
/// JSON-RPC 2.0 section 5.1: a bug of the gateway.
pub const INTERNAL_ERROR: i32 = -32603;
/// A server error of JSON-RPC 2.0 section 5.1, whose meaning the server defines: overloaded, retry later.
const OVERLOADED: i32 = -32000;

/// A JSON-RPC error with the HTTP status it is sent with.
#[derive(Debug)]
pub struct RpcError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The message for the client.
    pub message: String,
    code: i32,
    id: Option<Box<RawValue>>,
    header: Option<(HeaderName, HeaderValue)>,
    reason: Reason,
}

impl RpcError {
    /// Creates an error without a request id.
    pub fn new(status: StatusCode, code: i32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), id: None, header: None, reason: Reason::from_status(status) }
    }

    /// Creates the error for a limit that is reached, with `Retry-After: 1`. `problem` names the limit; `status` is 429 if
    /// only this caller is over it, and 503 otherwise.
    pub fn overloaded(status: StatusCode, problem: &str) -> Self {
        Self::new(status, OVERLOADED, format!("{problem}; retry in 1 s"))
            .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// Sets the id of the request.
    pub fn with_id(self, id: Option<Box<RawValue>>) -> Self {
        Self { id, ..self }
    }

    /// Sets the reason for the log, where the status does not imply it. The access log reads it from the response.
    pub fn with_reason(self, reason: Reason) -> Self {
        Self { reason, ..self }
    }

    /// Sets a header of the response.
    pub fn with_header(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    /// The JSON-RPC message.
    pub fn body(&self) -> String {
        let id = self.id.as_deref().map_or("null", RawValue::get);
        let error: Value = json!({ "code": self.code, "message": self.message });
        format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{error}}}"#)
    }
}

impl IntoResponse for RpcError {
    fn into_response(self) -> Response {
        let mut response = (self.status, [(CONTENT_TYPE, "application/json")], self.body()).into_response();
        response.extensions_mut().insert(self.reason);
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
