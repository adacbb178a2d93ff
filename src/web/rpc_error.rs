//! JSON-RPC errors as HTTP responses.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

use crate::mcp::{OVERLOADED, RpcError};

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

/// The response to a connection over the limit: the server sends it and closes the connection.
pub fn too_many_connections() -> Response {
    let message = "too many connections; try again later, or on a connection that is open";
    RpcError::new(StatusCode::SERVICE_UNAVAILABLE, OVERLOADED, message)
        .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
        .into_response()
}
