//! How many header fields a request may have, over both protocols.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::mcp::{INVALID_REQUEST, RpcError};

/// Refuses a request with more header fields than that, with 431.
pub async fn check(State(limit): State<usize>, request: Request, next: Next) -> Response {
    if request.headers().len() <= limit {
        return next.run(request).await;
    }
    let message = format!("the request has more than {limit} header fields");
    RpcError::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, INVALID_REQUEST, message).into_response()
}
