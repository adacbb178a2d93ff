//! An answer's body on its way to the client.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Body as _, Frame, SizeHint};

use super::activity::InFlight;
use super::stall_timer::StallTimer;

/// The largest part that is handed over at once, in bytes: the request is in flight until the client has room for the
/// last part.
const CHUNK: usize = 64 * 1024;

/// The same over HTTP/2. The last part is taken whole as soon as its first byte may go, and what the client then leaves
/// is bound by nothing but the connection's idle time: there must be little of it.
const STREAM_CHUNK: usize = 4 * 1024;

/// An answer's body. The request is in flight until it is sent or dropped.
pub struct ResponseBody {
    body: Body,
    /// What is left of a frame that was larger than a part.
    rest: Bytes,
    /// Of the stream that it is sent on; `None` over HTTP/1.1.
    progress: Option<Arc<StallTimer>>,
    _in_flight: InFlight,
}

impl ResponseBody {
    pub fn new(body: Body, in_flight: InFlight) -> Self {
        Self { body, rest: Bytes::new(), progress: StallTimer::current(), _in_flight: in_flight }
    }

    fn poll_part(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            let frame = match std::task::ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                end => return Poll::Ready(end),
            };
            match frame.into_data() {
                Ok(data) => self.rest = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        let largest = if self.progress.is_some() { STREAM_CHUNK } else { CHUNK };
        let part = self.rest.split_to(self.rest.len().min(largest));
        Poll::Ready(Some(Ok(Frame::data(part))))
    }
}

impl hyper::body::Body for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let part = this.poll_part(context);
        if let Some(progress) = &this.progress {
            if matches!(part, Poll::Ready(Some(_))) {
                progress.handed_over();
            } else {
                progress.taken();
            }
        }
        part
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let rest = self.rest.len() as u64;
        let (lower, upper) = (hint.lower() + rest, hint.upper().map(|upper| upper + rest));
        if let Some(upper) = upper {
            hint.set_upper(upper);
        }
        hint.set_lower(lower);
        hint
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        if let Some(progress) = &self.progress {
            progress.taken();
        }
    }
}
