//! Checks the host that a request names. This prevents DNS rebinding, where a web page makes a browser call this machine
//! by the page's own name.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::HOST;
use http::uri::{Authority, Scheme};

use crate::config::{AllowedHost, AllowedHosts};
use crate::mcp::{INVALID_REQUEST, RpcError};
use crate::server::Reason;

/// Rejects a request with 403 if it names a host that is not allowed.
pub async fn check(State(allowed): State<Arc<AllowedHosts>>, request: Request, next: Next) -> Response {
    if *allowed == AllowedHosts::Any || named(&request).is_some_and(|host| allowed.allows(&host)) {
        return next.run(request).await;
    }
    let message = "the Host of this request is not allowed here; the operator allows it with --allowed-host";
    RpcError::new(StatusCode::FORBIDDEN, INVALID_REQUEST, message).because(Reason::HostNotAllowed).into_response()
}

/// The host that a request names: in the `Host` header, or over HTTP/2 in the URL.
pub fn named(request: &Request) -> Option<AllowedHost> {
    let header = request.headers().get(HOST).map(|value| value.to_str().unwrap_or_default());
    header.or_else(|| request.uri().authority().map(Authority::as_str))?.parse().ok()
}

/// Whether the `Host` header names another host than the URL does. Over HTTP/2 that is `:authority`; over HTTP/1.1 only
/// requests to a proxy have a host in the URL.
pub fn differs_from_url(request: &Request) -> bool {
    let (Some(header), Some(authority)) = (request.headers().get(HOST), request.uri().authority()) else {
        return false;
    };
    if header.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes()) {
        return false;
    }
    let default_port = if request.uri().scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
    let host = |text: &str| text.parse().ok().map(|host: AllowedHost| host.with_default_port(default_port));
    let header = header.to_str().ok().and_then(host);
    header.is_none() || header != host(authority.as_str())
}
