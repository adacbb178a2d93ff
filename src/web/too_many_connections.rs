//! The response to a connection over the limit.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::mcp::RpcError;

/// The response to a connection over the limit; the server sends it and closes the connection.
pub fn too_many_connections() -> Response {
    let problem = "too many connections are open (reuse an open one if you can)";
    RpcError::overloaded(StatusCode::SERVICE_UNAVAILABLE, problem).into_response()
}
