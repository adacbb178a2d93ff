//! A response body that is sent to the client.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Body as _, Frame, SizeHint};

use super::activity::ActiveRequest;
use super::stall_timer::StallTimer;

/// The largest chunk that is passed to hyper at once, in bytes: the request counts as in flight until the client has room
/// for the last chunk.
const CHUNK: usize = 64 * 1024;

/// The same over HTTP/2. h2 takes the last chunk whole as soon as its first byte may be sent, and what the client then does
/// not read is bounded by nothing but the connection's idle timeout: the chunk must be small.
const STREAM_CHUNK: usize = 4 * 1024;

/// A response body. The request is in flight until the body is sent or dropped.
pub struct ResponseBody {
    body: Body,
    /// The remainder of a frame that was larger than a chunk.
    remaining: Bytes,
    /// The timer of the HTTP/2 stream; `None` over HTTP/1.1.
    stall_timer: Option<Arc<StallTimer>>,
    _request: ActiveRequest,
}

impl ResponseBody {
    pub fn new(body: Body, request: ActiveRequest) -> Self {
        Self { body, remaining: Bytes::new(), stall_timer: StallTimer::current(), _request: request }
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.remaining.is_empty() {
            let frame = match std::task::ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                end => return Poll::Ready(end),
            };
            match frame.into_data() {
                Ok(data) => self.remaining = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        let max = if self.stall_timer.is_some() { STREAM_CHUNK } else { CHUNK };
        let chunk = self.remaining.split_to(self.remaining.len().min(max));
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }
}

impl hyper::body::Body for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let chunk = this.poll_chunk(context);
        if let Some(stall_timer) = &this.stall_timer {
            if matches!(chunk, Poll::Ready(Some(_))) {
                stall_timer.start();
            } else {
                stall_timer.stop();
            }
        }
        chunk
    }

    fn is_end_stream(&self) -> bool {
        self.remaining.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let remaining = self.remaining.len() as u64;
        let (lower, upper) = (hint.lower() + remaining, hint.upper().map(|upper| upper + remaining));
        if let Some(upper) = upper {
            hint.set_upper(upper);
        }
        hint.set_lower(lower);
        hint
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        if let Some(stall_timer) = &self.stall_timer {
            stall_timer.stop();
        }
    }
}
