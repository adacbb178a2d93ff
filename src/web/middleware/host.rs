//! Checks the host that a request is addressed to. This prevents DNS rebinding, in which a web page's own domain name
//! resolves to this machine, so that the browser treats the gateway as the page's own server.

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

/// Rejects a request to a host that is not allowed with 403.
pub async fn check(State(allowed): State<Arc<AllowedHosts>>, request: Request, next: Next) -> Response {
    if *allowed == AllowedHosts::Any || requested_host(&request).is_some_and(|host| allowed.allows(&host)) {
        return next.run(request).await;
    }
    let message = "the Host of this request is not allowed; the operator can allow it with --allowed-host";
    RpcError::new(StatusCode::FORBIDDEN, INVALID_REQUEST, message).with_reason(Reason::HostNotAllowed).into_response()
}

/// The host that a request is addressed to: the `Host` header, or over HTTP/2 the URL's (`:authority`).
pub fn requested_host(request: &Request) -> Option<AllowedHost> {
    let header = request.headers().get(HOST).map(|value| value.to_str().unwrap_or_default());
    header.or_else(|| request.uri().authority().map(Authority::as_str))?.parse().ok()
}

/// Whether the `Host` header names a different host than the URL. Over HTTP/2 the URL's host is `:authority`; over HTTP/1.1
/// only requests to a proxy have a host in the URL.
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
