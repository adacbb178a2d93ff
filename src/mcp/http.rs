//! MCP over Streamable HTTP: rmcp's service, and its responses in the form that clients read.

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

/// rmcp's service in both forms of response. Neither keeps sessions: any replica answers any request.
pub struct Http {
    form: ResponseForm,
    json: Service,
    event_stream: Service,
}

impl Http {
    /// The service of these calls.
    pub fn new(calls: Arc<CallService>, settings: &ServerSettings) -> Self {
        let (form, max_request_bytes) = (settings.response, settings.max_request_bytes);
        let server = Arc::new(McpServer::new(calls, settings.structured_content));
        let service = |json_response| {
            let server = server.clone();
            let config = StreamableHttpServerConfig::default()
                .with_legacy_session_mode(false)
                .with_json_response(json_response)
                .with_max_request_body_bytes(max_request_bytes)
                // Host and Origin are checked before, for every route.
                .disable_allowed_hosts()
                .disable_allowed_origins();
            StreamableHttpService::new(move || Ok(server.clone()), Arc::default(), config)
        };
        Self { form, json: service(true), event_stream: service(false) }
    }

    /// Answers a JSON-RPC message of a caller. `id` is the message's own; `parts` have the scan of its arguments.
    pub async fn handle(&self, mut parts: Parts, caller: Caller, body: Bytes, id: Option<Box<RawValue>>) -> Response {
        let wants_event_stream = match self.form {
            ResponseForm::Json => accept::only_event_stream(&parts.headers),
            ResponseForm::EventStream => accept::event_stream(&parts.headers),
        };
        parts.extensions.insert(AcceptsSse(accept::event_stream(&parts.headers)));
        // rmcp answers 406 to a client that does not list both; which of them it gets is settled above.
        parts.headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        parts.extensions.insert(caller);
        let service = if wants_event_stream { &self.event_stream } else { &self.json };
        let response = service.handle(http::Request::from_parts(parts, Body::from(body))).await;
        if response.status().is_client_error() || response.status().is_server_error() {
            return as_rpc_error(response.map(Body::new), id).await;
        }
        // Also where JSON was wanted and there was progress to report before the response.
        if event_stream::is(&response) { event_stream::name_events(response) } else { response.map(Body::new) }
    }
}

/// Whether the content type is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Puts rmcp's errors in plain text into the form that MCP clients read.
async fn as_rpc_error(response: Response, id: Option<Box<RawValue>>) -> Response {
    if is_json(response.headers()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let (status, code, message) = match parts.status {
        // The body was JSON of the right type, so what rmcp could not read is its form.
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (StatusCode::BAD_REQUEST, INVALID_REQUEST, "the body is not a JSON-RPC request of MCP".to_owned())
        }
        status if status.is_server_error() => {
            (status, INTERNAL_ERROR, "an internal error; see the log for this request's id".to_owned())
        }
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
