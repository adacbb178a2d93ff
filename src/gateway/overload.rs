//! How many requests of MCP may be in flight.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use hyper::body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::rpc_error::{OVERLOADED, RpcError};

/// Answers 503 at once when too many requests are in flight: one that waits in a queue is given up by its client before
/// its turn comes, and costs a call all the same.
pub async fn check(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let Ok(place) = places.try_acquire_owned() else {
        tracing::debug!("too many requests are in flight");
        let message = "too many requests are in flight; try again in a second";
        return RpcError::new(StatusCode::SERVICE_UNAVAILABLE, OVERLOADED, message)
            .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
            .into_response();
    };
    next.run(request).await.map(|body| Body::new(Holding { body, _place: place }))
}

/// A body that holds its request's place until it is sent or dropped: a client that reads slowly takes one too.
struct Holding {
    body: Body,
    _place: OwnedSemaphorePermit,
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
