//! How many requests of MCP may be in flight: in all, per client IP and per token.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::StatusCode;
use hyper::body::{Frame, SizeHint};

use crate::auth::UpstreamCredential;
use crate::config::ServerSettings;
use crate::mcp::RpcError;
use crate::server::{ConcurrencyLimit, Holder, LimitExceeded, Maxima, Permit};

/// The limit on requests in flight.
///
/// One more is rejected at once: one that waits in a queue is given up by its client before its turn comes, and costs a
/// call all the same.
pub struct RequestLimit {
    limit: ConcurrencyLimit,
    hash_key: RandomState,
}

/// A request in flight. A write that is carried out after its client left holds it too.
#[derive(Debug, Clone)]
pub struct RequestPermit(Arc<Permit>);

impl RequestLimit {
    pub fn new(settings: &ServerSettings) -> Self {
        let limit = ConcurrencyLimit::new(Maxima {
            global: settings.max_requests,
            per_address: settings.max_requests_per_address,
            per_token: settings.max_requests_per_token,
        });
        Self { limit, hash_key: RandomState::new() }
    }

    /// Takes a permit for a request.
    ///
    /// # Errors
    ///
    /// 429 when the caller's own token has too many requests in flight. That is no failure of the gateway, and must not
    /// be counted as one by a load balancer, which would take the gateway out of service for everybody. 503 otherwise:
    /// an address may be shared by callers that know nothing of each other.
    pub fn try_acquire(&self, address: IpAddr, credential: &UpstreamCredential) -> Result<RequestPermit, RpcError> {
        let holder = Holder { address: Some(address), token: Some(self.hash_key.hash_one(credential)) };
        self.limit.try_acquire(holder).map(|permit| RequestPermit(Arc::new(permit))).map_err(|exceeded| {
            let (status, message) = match exceeded {
                LimitExceeded::Global => (StatusCode::SERVICE_UNAVAILABLE, "too many requests are in flight"),
                LimitExceeded::PerAddress => {
                    (StatusCode::SERVICE_UNAVAILABLE, "too many requests of this address are in flight")
                }
                LimitExceeded::PerToken => {
                    (StatusCode::TOO_MANY_REQUESTS, "too many requests with this token are in flight")
                }
            };
            RpcError::overloaded(status, message)
        })
    }
}

impl RequestPermit {
    /// The permit itself, for a write that may outlive its request.
    pub fn share(&self) -> Arc<Permit> {
        self.0.clone()
    }

    /// Keeps the permit until the response is sent or dropped: a client that reads slowly takes one too.
    pub fn hold_until_sent(self, response: Response) -> Response {
        response.map(|body| Body::new(PermittedBody { body, _permit: self }))
    }
}

/// A response body with its request's permit.
struct PermittedBody {
    body: Body,
    _permit: RequestPermit,
}

impl hyper::body::Body for PermittedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        hyper::body::Body::size_hint(&self.body)
    }
}
