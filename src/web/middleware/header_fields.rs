//! Checks the header fields of every request: their number, and that `Host`, `Origin` and `Authorization`, which decide
//! about access, appear only once. Of two, a proxy might use the first and the gateway the second.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{AUTHORIZATION, HOST, ORIGIN};

use super::host;
use crate::mcp::{INVALID_REQUEST, RpcError};

/// Rejects a request with more header fields than the limit with 431, and one that names two hosts, origins or tokens
/// with 400 (RFC 9112 section 3.2, RFC 9113 section 8.3.1).
pub async fn check(State(limit): State<usize>, request: Request, next: Next) -> Response {
    match problem(&request, limit) {
        None => next.run(request).await,
        Some((status, message)) => RpcError::new(status, INVALID_REQUEST, message).into_response(),
    }
}

fn problem(request: &Request, limit: usize) -> Option<(StatusCode, String)> {
    let headers = request.headers();
    // The gateway has already added an `x-request-id` if the client sent none, so that field does not count.
    if headers.len() > limit + usize::from(headers.contains_key("x-request-id")) {
        let message = format!("the request has more than {limit} header fields");
        return Some((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message));
    }
    for (name, title) in [(HOST, "Host"), (ORIGIN, "Origin"), (AUTHORIZATION, "Authorization")] {
        if headers.get_all(name).iter().nth(1).is_some() {
            return Some((StatusCode::BAD_REQUEST, format!("the request has more than one {title} header: send one")));
        }
    }
    if host::differs_from_url(request) {
        let message = "the Host header names another host than the request's URL (over HTTP/2, :authority)";
        return Some((StatusCode::BAD_REQUEST, message.to_owned()));
    }
    None
}
