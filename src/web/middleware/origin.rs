//! Checks the `Origin` of a request: the web page that it comes from.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::host;
use crate::config::{AllowedHost, AllowedHosts, AllowedOrigin, ServerSettings};
use crate::mcp::{INVALID_REQUEST, RpcError};
use crate::server::Reason;
use crate::web::switches;

/// Which web pages may call the gateway.
#[derive(Debug)]
pub struct OriginPolicy {
    allowed: Vec<AllowedOrigin>,
    /// Whether the `Host` of requests is checked.
    hosts_are_checked: bool,
}

impl OriginPolicy {
    /// Creates the operator's policy.
    pub fn new(settings: &ServerSettings) -> Self {
        Self {
            allowed: settings.allowed_origins.clone(),
            hosts_are_checked: settings.allowed_hosts != AllowedHosts::Any,
        }
    }

    /// Whether a request comes from a page of the gateway's own host. This is safe only where hosts are checked: otherwise a
    /// page that uses DNS rebinding has the same host too.
    fn is_same_host(&self, origin: &HeaderValue, request: &Request) -> bool {
        let origin = origin.to_str().unwrap_or_default();
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        let page: Option<AllowedHost> = authority.and_then(|authority| authority.parse().ok());
        self.hosts_are_checked && page.is_some() && page == host::requested_host(request)
    }
}

/// Rejects a request from a page that may not call the gateway with 403. Clients other than browsers send no `Origin`.
pub async fn check(State(policy): State<Arc<OriginPolicy>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(ORIGIN) else {
        return next.run(request).await;
    };
    if is_listed(&policy.allowed, origin) || policy.is_same_host(origin, &request) {
        return next.run(request).await;
    }
    let message = "the Origin of this request is not allowed; the operator can allow it with --allowed-origin";
    RpcError::new(StatusCode::FORBIDDEN, INVALID_REQUEST, message).with_reason(Reason::OriginNotAllowed).into_response()
}

/// The CORS headers for pages that may call the gateway.
pub fn cors(allowed: &[AllowedOrigin]) -> CorsLayer {
    let allowed = allowed.to_vec();
    let names = ["last-event-id", "mcp-method", "mcp-name", "mcp-protocol-version", "mcp-session-id"];
    let names = names.into_iter().chain(switches::HEADERS).map(HeaderName::from_static);
    let headers = names.chain([AUTHORIZATION, CONTENT_TYPE]);
    let exposed = ["mcp-protocol-version", "retry-after", "www-authenticate", "x-request-id"];
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| is_listed(&allowed, origin)))
        // GET is not listed: it is a CORS-safelisted method (Fetch standard), so a page may send it anyway and gets 405.
        .allow_methods([Method::POST])
        .allow_headers(headers.collect::<Vec<_>>())
        .expose_headers(exposed.map(HeaderName::from_static))
        .max_age(Duration::from_hours(1))
}

fn is_listed(allowed: &[AllowedOrigin], origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok().and_then(AllowedOrigin::parse);
    origin.is_some_and(|origin| allowed.contains(&origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_as_browsers_write_them() {
        let allowed = [AllowedOrigin::parse("https://App.example.com:443").unwrap()];
        let is_listed = |origin: &'static str| super::is_listed(&allowed, &HeaderValue::from_static(origin));
        assert!(is_listed("https://app.example.com"));
        for other in ["http://app.example.com", "https://app.example.com:8443", "https://evil.example", "null", ""] {
            assert!(!is_listed(other), "{other}");
        }
    }
}
