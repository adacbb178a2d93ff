//! How many requests of MCP may be in flight, in all and of one address.

use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use hyper::body::{Frame, SizeHint};

use super::places::{Full, Place, Places};
use super::rpc_error::{OVERLOADED, RpcError};
use super::server::Peer;

/// Answers 503 at once when too many requests are in flight: one that waits in a queue is given up by its client before
/// its turn comes, and costs a call all the same.
pub async fn check(
    State(places): State<Arc<Places>>,
    peer: Option<Extension<Peer>>,
    request: Request,
    next: Next,
) -> Response {
    // Those that come over no connection of the server count as one.
    let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |Extension(Peer(address))| address);
    let message = match places.enter(peer) {
        Ok(place) => return next.run(request).await.map(|body| Body::new(Holding { body, _place: place })),
        Err(Full::All) => "too many requests are in flight; try again in a second",
        Err(Full::Address) => "too many requests of this address are in flight; try again in a second",
    };
    RpcError::new(StatusCode::SERVICE_UNAVAILABLE, OVERLOADED, message)
        .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
        .into_response()
}

/// A body that holds its request's place until it is sent or dropped: a client that reads slowly takes one too.
struct Holding {
    body: Body,
    _place: Place,
}

impl hyper::body::Body for Holding {
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
