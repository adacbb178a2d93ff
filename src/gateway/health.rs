//! `GET /healthz`.

use axum::Json;
use serde_json::{Value, json};

/// Says that the process answers, and its version.
pub async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}
