//! Reading a request's body within its bounds.

use std::pin::pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use bytes::BytesMut;
use http::StatusCode;
use http_body_util::BodyExt;
use tokio::time::{Instant, sleep_until};

use super::incoming_bodies::IncomingBody;
use crate::config::ServerSettings;
use crate::mcp::{INVALID_REQUEST, RpcError};

/// How often it is checked that a body is arriving. A packet that is lost twice is back by then.
const RATE_WINDOW: Duration = Duration::from_secs(5);

/// How much of it must arrive in that time, in bytes: 1 KiB/s. The slowest mobile networks bring several times as much.
const MIN_BYTES_PER_WINDOW: usize = 5 * 1024;

/// Reads a body whole.
///
/// # Errors
///
/// 413 if it is larger than `max_request_bytes`; 408 if it takes longer than `body_timeout` or hardly arrives at all;
/// 503 if it is evicted for a newer one; 400 if it ends early.
pub async fn read(mut body: Body, settings: &ServerSettings, mut incoming: IncomingBody) -> Result<Bytes, RpcError> {
    let max_bytes = settings.max_request_bytes;
    if body.size_hint().lower() > max_bytes as u64 {
        return Err(too_large(max_bytes));
    }
    let mut received = Received::default();
    let deadline = Instant::now() + settings.body_timeout;
    let mut window_end = Instant::now() + RATE_WINDOW;
    let mut window_start_bytes = 0;
    let mut timer = pin!(sleep_until(deadline.min(window_end)));
    loop {
        tokio::select! {
            biased;
            frame = body.frame() => {
                let Some(frame) = frame else { return Ok(received.into_bytes()) };
                let Ok(frame) = frame else { return Err(ended_early()) };
                // Trailers say nothing that is read here.
                if let Ok(data) = frame.into_data() {
                    if received.len() + data.len() > max_bytes {
                        return Err(too_large(max_bytes));
                    }
                    received.push(data);
                    incoming.set_received(received.len());
                }
            }
            () = incoming.evicted() => {
                let problem = "too many bodies are arriving, and this one took the longest";
                return Err(RpcError::overloaded(StatusCode::SERVICE_UNAVAILABLE, problem));
            }
            () = timer.as_mut() => {
                if Instant::now() >= deadline {
                    return Err(too_slow(settings.body_timeout));
                }
                if received.len() < window_start_bytes + MIN_BYTES_PER_WINDOW {
                    return Err(stalled());
                }
                window_start_bytes = received.len();
                window_end += RATE_WINDOW;
                timer.as_mut().reset(deadline.min(window_end));
            }
        }
    }
}

/// What has arrived. Most bodies come in one piece, which is taken as it is. Of several the bytes are copied: each piece
/// may hold a whole buffer, and a client can make each as small as a byte.
#[derive(Default)]
struct Received {
    first: Bytes,
    joined: BytesMut,
}

impl Received {
    fn len(&self) -> usize {
        self.first.len() + self.joined.len()
    }

    fn push(&mut self, data: Bytes) {
        if self.len() == 0 {
            self.first = data;
            return;
        }
        self.joined.extend_from_slice(&std::mem::take(&mut self.first));
        self.joined.extend_from_slice(&data);
    }

    fn into_bytes(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.freeze() }
    }
}

fn too_large(limit: usize) -> RpcError {
    let message = format!("the body is larger than {limit} bytes");
    RpcError::new(StatusCode::PAYLOAD_TOO_LARGE, INVALID_REQUEST, message)
}

fn too_slow(limit: Duration) -> RpcError {
    let message = format!("the body did not arrive within {} s", limit.as_secs_f32());
    RpcError::new(StatusCode::REQUEST_TIMEOUT, INVALID_REQUEST, message)
}

fn stalled() -> RpcError {
    let (bytes, seconds) = (MIN_BYTES_PER_WINDOW, RATE_WINDOW.as_secs());
    let message = format!("the body arrived too slowly: less than {bytes} bytes in {seconds} s; send it again");
    RpcError::new(StatusCode::REQUEST_TIMEOUT, INVALID_REQUEST, message)
}

fn ended_early() -> RpcError {
    RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, "the body ended before it was complete")
}

#[cfg(test)]
mod tests;
