//! All routes, and the middleware around them, in order.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;
use http::header::{ALLOW, HeaderValue};
use tower::ServiceBuilder;
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};

use super::endpoint::{self, McpEndpoint};
use super::middleware::origin::OriginPolicy;
use super::middleware::{access_log, header_fields, host, origin, request_id};
use super::{Access, body, health, no_oauth, oauth, page};
use crate::calls::CallService;
use crate::config::ServerSettings;
use crate::mcp::{INTERNAL_ERROR, INVALID_REQUEST, RpcError};
use crate::server::{Rejections, Shutdown};

/// The gateway's routes. `shutdown` is the signal of the server that serves them.
pub fn router(calls: Arc<CallService>, settings: &ServerSettings, access: &Access, shutdown: &Shutdown) -> Router {
    let (max_id_bytes, max_headers) = (settings.max_id_bytes, settings.connections.max_headers);
    let origins = &settings.allowed_origins;
    let cors = option_layer((!origins.is_empty()).then(|| origin::cors(origins)));
    let allowed_hosts = Arc::new(settings.allowed_hosts.clone());
    let allowed_origins = Arc::new(OriginPolicy::new(settings));
    let oauth_is_on = access.oauth.is_some();
    let mcp = Router::new()
        .route("/mcp", mcp_methods(oauth_is_on))
        .route("/mcp/", mcp_methods(oauth_is_on))
        .route("/mcp/{*selection}", mcp_methods(oauth_is_on))
        .with_state(Arc::new(McpEndpoint::new(calls, settings, access)))
        // From the outermost layer to the innermost.
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(allowed_hosts.clone(), host::check))
                .layer(from_fn_with_state(allowed_origins, origin::check))
                .layer(cors),
        );
    let health = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .with_state(shutdown.clone());
    // No check of the origin: pages of other origins read the metadata and exchange codes, and the consent form has a check of
    // its own.
    let oauth =
        access.oauth.clone().map(|oauth| oauth::routes(oauth).layer(from_fn_with_state(allowed_hosts, host::check)));
    let unknown_path = async move |request: Request| {
        let response = unknown_path(&request, oauth_is_on);
        let (parts, body) = request.into_parts();
        body::respond_without_reading(&parts.headers, body, response).await
    };
    health.merge(mcp).merge(oauth.unwrap_or_default()).fallback(unknown_path).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(Rejections::new(), access_log::log))
            .map_request(move |request: Request| request_id::sanitize(request, max_id_bytes))
            .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
            .layer(PropagateRequestIdLayer::x_request_id())
            .layer(CatchPanicLayer::custom(panic_response))
            .layer(from_fn_with_state(max_headers, header_fields::check)),
    )
}

/// The methods of the endpoint: POST only. GET would open a stream and DELETE end a session; the gateway has neither.
fn mcp_methods(oauth_is_on: bool) -> MethodRouter<Arc<McpEndpoint>> {
    post(endpoint::post).fallback(async move |request: Request| {
        let body = if page::is_for_browser(&request) { page::page(oauth_is_on) } else { ().into_response() };
        (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, HeaderValue::from_static("POST"))], body).into_response()
    })
}

fn unknown_path(request: &Request, oauth_is_on: bool) -> Response {
    let path = request.uri().path();
    if path == "/" && page::is_for_browser(request) {
        return page::page(oauth_is_on);
    }
    if no_oauth::is_oauth_path(path) {
        return no_oauth::response(oauth_is_on);
    }
    let message = "unknown path: MCP is at /mcp, the health checks at /healthz and /readyz";
    RpcError::new(StatusCode::NOT_FOUND, INVALID_REQUEST, message).into_response()
}

/// The response to a request whose handling panicked. The panic's payload may hold anything, so it is dropped.
fn panic_response(_: Box<dyn std::any::Any + Send>) -> Response {
    RpcError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        INTERNAL_ERROR,
        "internal error; the log has details under the x-request-id of this response",
    )
    .into_response()
}
