//! `GET /healthz` and `GET /readyz`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};

use crate::server::Shutdown;

/// Says that the process answers, and its version.
pub async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

/// Says whether to send requests here: not once the process was asked to stop.
pub async fn readyz(State(shutdown): State<Shutdown>) -> (StatusCode, Json<Value>) {
    if shutdown.has_begun() {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "stopping" })))
    } else {
        (StatusCode::OK, Json(json!({ "status": "ready" })))
    }
}
