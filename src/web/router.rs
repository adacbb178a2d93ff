//! Every route, and the middleware around them in order.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use tower::ServiceBuilder;
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};

use super::endpoint::{self, McpEndpoint};
use super::health;
use super::middleware::{access_log, header_fields, host, origin, request_id};
use crate::calls::Gateway;
use crate::mcp::{INTERNAL_ERROR, INVALID_REQUEST, RpcError};
use crate::server::{Rejections, Shutdown};

/// The gateway's routes. `shutdown` is that of the server they are for.
pub fn router(gateway: Arc<Gateway>, shutdown: &Shutdown) -> Router {
    let server = &gateway.settings.server;
    let (longest_id, max_headers) = (server.max_id_bytes, server.connections.max_headers);
    let origins = &server.allowed_origins;
    let cors = option_layer((!origins.is_empty()).then(|| origin::cors(origins)));
    let mcp = Router::new()
        .route("/mcp", post(endpoint::post))
        .route("/mcp/", post(endpoint::post))
        .route("/mcp/{*selection}", post(endpoint::post))
        .with_state(Arc::new(McpEndpoint::new(gateway.clone())))
        // From the outside in.
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(gateway.clone(), host::check))
                .layer(from_fn_with_state(gateway, origin::check))
                .layer(cors),
        );
    let health = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .with_state(shutdown.clone());
    health.merge(mcp).fallback(unknown_path).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(Rejections::new(), access_log::log))
            .map_request(move |request: Request| request_id::sanitize(request, longest_id))
            .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
            .layer(PropagateRequestIdLayer::x_request_id())
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn_with_state(max_headers, header_fields::check)),
    )
}

async fn unknown_path() -> RpcError {
    let message = "there is nothing at this path: MCP is at /mcp, the health check at /healthz";
    RpcError::new(StatusCode::NOT_FOUND, INVALID_REQUEST, message)
}

/// The answer to a request in which this program panicked. What it panicked with may hold anything, so it stays here.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    RpcError::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL_ERROR, "an internal error").into_response()
}
