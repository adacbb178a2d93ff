//! MCP over Streamable HTTP: runs rmcp's service and adapts its responses to clients.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, ALLOW, CONTENT_TYPE, HeaderMap};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::value::RawValue;

use super::handler::{AcceptsSse, McpServer};
use super::rpc_error::{INTERNAL_ERROR, INVALID_REQUEST, RpcError};
use super::{accept, event_stream};
use crate::calls::{CallService, Caller};
use crate::config::{ResponseForm, ServerSettings};
use crate::server::ErrorDetail;

type Service = StreamableHttpService<Arc<McpServer>, NeverSessionManager>;

/// rmcp's service, once for each form of response. Neither has sessions, so any replica can handle any request.
pub struct Http {
    form: ResponseForm,
    json: Service,
    event_stream: Service,
}

impl Http {
    /// Creates the service, whose tool calls go to `calls`.
    pub fn new(calls: Arc<CallService>, settings: &ServerSettings) -> Self {
        let (form, max_request_bytes) = (settings.response, settings.max_request_bytes);
        let server = Arc::new(McpServer::new(calls, settings.structured_content));
        let service = |json_response| {
            let server = server.clone();
            let config = StreamableHttpServerConfig::default()
                .with_legacy_session_mode(false)
                .with_json_response(json_response)
                .with_max_request_body_bytes(max_request_bytes)
                // `web` has already checked Host and Origin, for every route.
                .disable_allowed_hosts()
                .disable_allowed_origins();
            StreamableHttpService::new(move || Ok(server.clone()), Arc::default(), config)
        };
        Self { form, json: service(true), event_stream: service(false) }
    }

    /// Handles a JSON-RPC message of a caller. `id` is the message's own; the extensions of `parts` hold the scan of its
    /// arguments.
    pub async fn handle(&self, mut parts: Parts, caller: Caller, body: Bytes, id: Option<Box<RawValue>>) -> Response {
        let use_event_stream = match self.form {
            ResponseForm::Json => accept::accepts_only_event_stream(&parts.headers),
            ResponseForm::EventStream => accept::accepts_event_stream(&parts.headers),
        };
        parts.extensions.insert(AcceptsSse(accept::accepts_event_stream(&parts.headers)));
        // rmcp responds with 406 to a client that does not list both; the form of the response is chosen above.
        parts.headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        parts.extensions.insert(caller);
        let service = if use_event_stream { &self.event_stream } else { &self.json };
        let response = service.handle(http::Request::from_parts(parts, Body::from(body))).await;
        if response.status().is_client_error() || response.status().is_server_error() {
            return into_rpc_error(response.map(Body::new), id).await;
        }
        // Also possible where JSON was chosen: rmcp switches to an event stream to send progress before the response.
        if event_stream::is_event_stream(&response) {
            event_stream::add_event_fields(response)
        } else {
            response.map(Body::new)
        }
    }
}

/// Whether the content type is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

/// Converts rmcp's plain-text errors to JSON-RPC errors, which MCP clients can parse.
async fn into_rpc_error(response: Response, id: Option<Box<RawValue>>) -> Response {
    if is_json(response.headers()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let (status, code, message) = match parts.status {
        // The content type was checked before, so rmcp could not parse the JSON as a request.
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (StatusCode::BAD_REQUEST, INVALID_REQUEST, "the body is not a valid MCP request".to_owned())
        }
        status if status.is_server_error() => (
            status,
            INTERNAL_ERROR,
            "internal error; the log has details under the x-request-id of this response".to_owned(),
        ),
        status => (status, INVALID_REQUEST, String::from_utf8_lossy(&text).into_owned()),
    };
    let mut response = RpcError::new(status, code, message).with_id(id).into_response();
    if status.is_server_error() {
        response.extensions_mut().insert(ErrorDetail(String::from_utf8_lossy(&text).into_owned()));
    }
    if let Some(allow) = parts.headers.get(ALLOW) {
        response.headers_mut().insert(ALLOW, allow.clone());
    }
    response
}
