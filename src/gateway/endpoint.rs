//! `POST /mcp`: reads the request and hands it to MCP or to the plain call.

mod accept;
mod body;
mod event_stream;
mod incoming_bodies;
pub mod request_limit;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::value::RawValue;

use super::access_log::ErrorDetail;
use super::caller::Caller;
use super::envelope::Envelope;
use super::mcp::{McpServer, TakesEventStream};
use super::rejections::Reason;
use super::rpc_error::{INTERNAL_ERROR, INVALID_REQUEST, RpcError};
use super::trusted_proxies::ClientAddr;
use super::{Gateway, plain_call};
use crate::config::ResponseForm;
use incoming_bodies::IncomingBodies;
use request_limit::RequestLimit;

/// The endpoint: rmcp's service in both forms of answer. Neither keeps sessions: any replica answers any request.
pub struct Endpoint {
    gateway: Arc<Gateway>,
    incoming_bodies: IncomingBodies,
    request_limit: RequestLimit,
    json: StreamableHttpService<Arc<McpServer>, NeverSessionManager>,
    event_stream: StreamableHttpService<Arc<McpServer>, NeverSessionManager>,
}

impl Endpoint {
    /// The endpoint of a gateway.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        let server = Arc::new(McpServer::new(gateway.clone()));
        let service = |json_response| {
            let server = server.clone();
            let config = StreamableHttpServerConfig::default()
                .with_legacy_session_mode(false)
                .with_json_response(json_response)
                .with_max_request_body_bytes(gateway.settings.server.max_request_bytes)
                // Host and Origin are checked before, for every route.
                .disable_allowed_hosts()
                .disable_allowed_origins();
            StreamableHttpService::new(move || Ok(server.clone()), Arc::default(), config)
        };
        Self {
            json: service(true),
            event_stream: service(false),
            incoming_bodies: IncomingBodies::new(&gateway.settings.server),
            request_limit: RequestLimit::new(&gateway.settings.server),
            gateway,
        }
    }

    /// Checks the head, then reads the body. A permit is taken only once the body is complete: otherwise clients that send
    /// slow bodies, at no cost to them, could hold all permits.
    async fn answer(&self, request: Request) -> Result<Response, RpcError> {
        let (mut parts, body) = request.into_parts();
        let mut caller = Caller::take_from(&mut parts, &self.gateway)?;
        if !is_json(&parts.headers) {
            let message = "the Content-Type must be application/json";
            return Err(RpcError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, message));
        }
        let settings = &self.gateway.settings.server;
        let address = client_ip(&parts);
        let body = body::read(body, settings, self.incoming_bodies.begin(address)).await?;
        let permit = self.request_limit.try_acquire(address, &caller.token)?;
        caller.permit = Some(permit.clone());
        let response = match Envelope::read(&body, settings).map_err(|error| error.because(Reason::BadEnvelope))? {
            Envelope::Message { id, arguments } => {
                parts.extensions.insert(arguments);
                self.mcp(parts, caller, body, id).await
            }
            Envelope::PlainCall(arguments) => {
                plain_call::answer(&self.gateway, &caller, &parts.extensions, &body, &arguments).await
            }
        };
        Ok(permit.hold_until_sent(response))
    }

    async fn mcp(&self, mut parts: Parts, caller: Caller, body: Bytes, id: Option<Box<RawValue>>) -> Response {
        let wants_event_stream = match self.gateway.settings.server.response {
            ResponseForm::Json => accept::only_event_stream(&parts.headers),
            ResponseForm::EventStream => accept::event_stream(&parts.headers),
        };
        parts.extensions.insert(TakesEventStream(accept::event_stream(&parts.headers)));
        // rmcp answers 406 to a client that does not list both; which of them it gets is settled above.
        parts.headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        parts.extensions.insert(caller);
        let service = if wants_event_stream { &self.event_stream } else { &self.json };
        let response = service.handle(http::Request::from_parts(parts, Body::from(body))).await;
        if response.status().is_client_error() || response.status().is_server_error() {
            return as_rpc_error(response.map(Body::new), id).await;
        }
        // Also where JSON was wanted and there was progress to tell before the answer.
        if event_stream::is(&response) { event_stream::name_events(response) } else { response.map(Body::new) }
    }
}

/// Answers a POST to the endpoint.
pub async fn post(State(endpoint): State<Arc<Endpoint>>, request: Request) -> Response {
    endpoint.answer(request).await.unwrap_or_else(IntoResponse::into_response)
}

/// The client IP that a request is counted for. Requests that come over no connection of the server count as one.
fn client_ip(request: &Parts) -> IpAddr {
    request.extensions.get().map_or(Ipv4Addr::UNSPECIFIED.into(), |ClientAddr(address)| *address)
}

fn is_json(headers: &HeaderMap) -> bool {
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
    if let Some(allow) = parts.headers.get(http::header::ALLOW) {
        response.headers_mut().insert(http::header::ALLOW, allow.clone());
    }
    response
}
