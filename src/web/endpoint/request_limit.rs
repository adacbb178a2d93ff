//! Limits the MCP requests in flight: globally, per client IP and per token.

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
use crate::server::{ClientKey, ConcurrencyLimit, LimitExceeded, Limits, Permit, Reason};

/// The limit on requests in flight.
///
/// A request over the limit is rejected at once. The alternative is a queue, but clients give up on a queued request before
/// its turn comes, and it then costs a call all the same.
pub struct RequestLimit {
    limit: ConcurrencyLimit,
    hash_key: RandomState,
}

/// The permit of a request in flight. A write that goes on after its client has disconnected holds it too.
#[derive(Debug, Clone)]
pub struct RequestPermit(Arc<Permit>);

impl RequestLimit {
    pub fn new(settings: &ServerSettings) -> Self {
        let limit = ConcurrencyLimit::new(Limits {
            global: settings.max_requests,
            per_address: settings.max_requests_per_address,
            per_token: settings.max_requests_per_token,
        });
        Self { limit, hash_key: RandomState::new() }
    }

    /// Acquires a permit for a request.
    ///
    /// # Errors
    ///
    /// 429 if too many requests with the caller's own token are in flight. This is not a failure of the gateway, and a load
    /// balancer must not count it as one: it would take the gateway out of service for every client. 503 otherwise,
    /// because unrelated callers may share a client IP.
    pub fn try_acquire(&self, client_ip: IpAddr, credential: &UpstreamCredential) -> Result<RequestPermit, RpcError> {
        let client = ClientKey { address: Some(client_ip), token: Some(self.hash_key.hash_one(credential)) };
        self.limit.try_acquire(client).map(|permit| RequestPermit(Arc::new(permit))).map_err(|exceeded| {
            let (status, reason, message) = match exceeded {
                LimitExceeded::Global => {
                    (StatusCode::SERVICE_UNAVAILABLE, Reason::TooManyRequests, "too many requests are in flight")
                }
                LimitExceeded::PerAddress => (
                    StatusCode::SERVICE_UNAVAILABLE,
                    Reason::TooManyRequestsPerAddress,
                    "too many requests from this client IP are in flight",
                ),
                LimitExceeded::PerToken => (
                    StatusCode::TOO_MANY_REQUESTS,
                    Reason::TooManyRequestsPerToken,
                    "too many requests with this token are in flight",
                ),
            };
            RpcError::overloaded(status, message).with_reason(reason)
        })
    }
}

impl RequestPermit {
    /// Shares the permit with a write, which may outlive its request.
    pub fn share(&self) -> Arc<Permit> {
        self.0.clone()
    }

    /// Holds the permit until the response is sent or dropped: a client that reads slowly counts too.
    pub fn hold_until_sent(self, response: Response) -> Response {
        response.map(|body| Body::new(PermittedBody { body, _permit: self }))
    }
}

/// A response body that holds its request's permit.
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
