//! `POST /mcp`: reads the request and hands it to MCP or to the plain call.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{caller, plain_call};
use crate::calls::Gateway;
use crate::mcp::{self, Envelope, INVALID_REQUEST, RpcError};

/// The endpoint.
pub struct Endpoint {
    gateway: Arc<Gateway>,
    mcp: mcp::Http,
}

impl Endpoint {
    /// The endpoint of a gateway.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { mcp: mcp::Http::new(gateway.clone()), gateway }
    }

    async fn answer(&self, request: Request) -> Result<Response, RpcError> {
        let (mut parts, body) = request.into_parts();
        let caller = caller::take_caller(&mut parts, &self.gateway)?;
        if !mcp::is_json(&parts.headers) {
            let message = "the Content-Type must be application/json";
            return Err(RpcError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, message));
        }
        let settings = &self.gateway.settings.server;
        let body = tokio::time::timeout(settings.body_timeout, read(body, settings.max_request_bytes));
        let body = body.await.unwrap_or_else(|_| Err(too_slow(settings.body_timeout)))?;
        match Envelope::read(&body, settings)? {
            Envelope::Message(id) => Ok(self.mcp.handle(parts, caller, body, id).await),
            Envelope::PlainCall => Ok(plain_call::answer(&self.gateway, &caller, &parts.extensions, &body).await),
        }
    }
}

/// Answers a POST to the endpoint.
pub async fn post(State(endpoint): State<Arc<Endpoint>>, request: Request) -> Response {
    endpoint.answer(request).await.unwrap_or_else(IntoResponse::into_response)
}

fn too_slow(limit: Duration) -> RpcError {
    let message = format!("the body did not arrive within {} s", limit.as_secs_f32());
    RpcError::new(StatusCode::REQUEST_TIMEOUT, INVALID_REQUEST, message)
}

/// Reads a body up to the limit, in bytes.
async fn read(body: Body, limit: usize) -> Result<Bytes, RpcError> {
    let too_large = || {
        let message = format!("the body is larger than {limit} bytes");
        RpcError::new(StatusCode::PAYLOAD_TOO_LARGE, INVALID_REQUEST, message)
    };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, "the body ended before it was complete")),
    }
}
