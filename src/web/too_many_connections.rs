//! The response to a connection over the limit.

use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use crate::mcp::{OVERLOADED, RpcError};

/// The response to a connection over the limit: the server sends it and closes the connection.
pub fn too_many_connections() -> Response {
    let message = "too many connections; try again later, or on a connection that is open";
    RpcError::new(StatusCode::SERVICE_UNAVAILABLE, OVERLOADED, message)
        .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
        .into_response()
}
