//! `GET /healthz` and `GET /readyz`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};

use crate::server::Shutdown;

/// Liveness: reports that the process responds, and its version.
pub async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

/// Readiness: 503 once shutdown has begun, so that a load balancer sends no more requests.
pub async fn readyz(State(shutdown): State<Shutdown>) -> (StatusCode, Json<Value>) {
    if shutdown.has_begun() {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "stopping" })))
    } else {
        (StatusCode::OK, Json(json!({ "status": "ready" })))
    }
}
