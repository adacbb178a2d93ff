//! `POST /mcp`: reads the request and dispatches it to MCP or to the plain call.

mod request_limit;

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use super::caller::Callers;
use super::client_ip::client_ip;
use super::incoming_bodies::IncomingBodies;
use super::{Access, body, plain_call};
use crate::calls::{CallService, Caller};
use crate::config::ServerSettings;
use crate::mcp::{self, Envelope, INVALID_REQUEST, RpcError};
use crate::server::Reason;
use request_limit::RequestLimit;

/// The MCP endpoint.
pub struct McpEndpoint {
    calls: Arc<CallService>,
    callers: Callers,
    settings: ServerSettings,
    incoming_bodies: IncomingBodies,
    request_limit: RequestLimit,
    mcp: mcp::Http,
}

impl McpEndpoint {
    /// Creates the endpoint.
    pub fn new(calls: Arc<CallService>, settings: &ServerSettings, access: &Access) -> Self {
        Self {
            callers: Callers::new(&calls, settings, access),
            incoming_bodies: IncomingBodies::new(settings),
            request_limit: RequestLimit::new(settings),
            mcp: mcp::Http::new(calls.clone(), settings),
            settings: settings.clone(),
            calls,
        }
    }

    /// Checks the head, then reads the body. The permit is acquired only once the body is complete: otherwise clients that
    /// send slow bodies, which costs them nothing, could hold all permits.
    async fn handle(&self, request: Request) -> Result<Response, RpcError> {
        let (mut parts, body) = request.into_parts();
        let mut caller = match self.check_head(&mut parts) {
            Ok(caller) => caller,
            Err(error) => return Ok(body::respond_without_reading(&parts.headers, body, error.into_response()).await),
        };
        // Requests that came over no connection of the server count as one client.
        let client_ip = client_ip(&parts.extensions).unwrap_or(Ipv4Addr::UNSPECIFIED.into());
        let body = body::read(body, &self.settings, &self.incoming_bodies, client_ip).await?;
        let permit = self.request_limit.try_acquire(client_ip, &caller.credential)?;
        caller.permit = Some(permit.share());
        let response =
            match Envelope::read(&body, &self.settings).map_err(|error| error.with_reason(Reason::BadEnvelope))? {
                Envelope::Message { id, arguments } => {
                    parts.extensions.insert(arguments);
                    self.mcp.handle(parts, caller, body, id).await
                }
                Envelope::PlainCall(arguments) => {
                    plain_call::handle(&self.calls, &caller, &parts.extensions, &body, &arguments).await
                }
            };
        Ok(permit.hold_until_sent(response))
    }
}

impl McpEndpoint {
    /// Checks what can be checked before the body is there.
    fn check_head(&self, request: &mut Parts) -> Result<Caller, RpcError> {
        let caller = self.callers.take(request)?;
        if !mcp::is_json(&request.headers) {
            let message = "the Content-Type must be application/json";
            return Err(RpcError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, message));
        }
        Ok(caller)
    }
}

/// Handles a POST to the endpoint.
pub async fn post(State(endpoint): State<Arc<McpEndpoint>>, request: Request) -> Response {
    endpoint.handle(request).await.unwrap_or_else(IntoResponse::into_response)
}
