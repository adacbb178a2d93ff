//! Reads the body of a request, within limits on its size, its duration and its rate.

use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use bytes::BytesMut;
use futures_util::FutureExt;
use http::header::{CONNECTION, EXPECT};
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Frame;
use tokio::time::{Instant, sleep_until};

use super::incoming_bodies::{IncomingBodies, IncomingBody};
use crate::config::ServerSettings;
use crate::mcp::{INVALID_REQUEST, RpcError};
use crate::server::Reason;

/// The interval at which the transfer rate is checked. A packet that is lost twice is retransmitted within it.
const RATE_WINDOW: Duration = Duration::from_secs(5);

/// The bytes that must arrive in each window: 1 KiB/s. The slowest mobile networks are several times as fast.
const MIN_BYTES_PER_WINDOW: usize = 5 * 1024;

/// The maximum number of frames of a body: chunks of HTTP/1.1, DATA frames of HTTP/2. Each costs about 1 µs however small it
/// is, and a client may send a byte in each. Clients and proxies send 1 KiB or more at a time.
const MAX_FRAMES: usize = 10_000;

/// How much of a body that nobody needs is read, and for how long.
const DISCARDED: (usize, Duration) = (64 * 1024, Duration::from_millis(250));

/// The response to a request whose body was not read. Many clients send it in a packet of its own, and take a connection that is
/// closed meanwhile for an error; so what is still to come is read, within limits. Beyond them the response says that the
/// connection is closed.
pub async fn respond_without_reading(headers: &HeaderMap, body: Body, mut response: Response) -> Response {
    if !discard(headers, body).await {
        // hyper leaves it out over HTTP/2.
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Reads and forgets a body, within limits; returns whether it was complete. A client that asks first (`Expect`, RFC 9110 section
/// 10.1.1) is not told to send it: reading would send 100.
pub async fn discard(headers: &HeaderMap, mut body: Body) -> bool {
    if headers.contains_key(EXPECT) {
        return false;
    }
    let (max_bytes, max_time) = DISCARDED;
    let rest = async {
        let mut received = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            // At least one for each frame: it may be empty.
            received += frame.data_ref().map_or(0, Bytes::len).max(1);
            if received > max_bytes {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(max_time, rest).await.unwrap_or(false)
}

/// Reads a whole body.
///
/// Nearly every body arrives together with its head. Such a body is read without waiting, so it needs no timer and no
/// entry in `incoming_bodies`; only a body that is still incomplete gets both.
///
/// # Errors
///
/// 413 if the body is larger than `max_request_bytes`; 408 if it takes longer than `body_timeout` or its rate is below the
/// minimum; 503 if it is evicted to make room for a newer one; 400 if it ends early.
pub async fn read(
    mut body: Body,
    settings: &ServerSettings,
    incoming_bodies: &IncomingBodies,
    client_ip: IpAddr,
) -> Result<Bytes, RpcError> {
    let max_bytes = settings.max_request_bytes;
    if body.size_hint().lower() > max_bytes as u64 {
        return Err(too_large(max_bytes));
    }
    let mut received = Received { max_bytes, ..Received::default() };
    while let Some(frame) = body.frame().now_or_never() {
        if received.add(frame)? {
            return Ok(received.into_bytes());
        }
    }
    received.detach();
    let incoming = incoming_bodies.register(client_ip);
    incoming.set_received(received.len());
    read_rest(body, settings, received, incoming).await
}

/// Reads the rest of a body that is still arriving.
async fn read_rest(
    mut body: Body,
    settings: &ServerSettings,
    mut received: Received,
    mut incoming: IncomingBody,
) -> Result<Bytes, RpcError> {
    let deadline = Instant::now() + settings.body_timeout;
    let mut window_end = Instant::now() + RATE_WINDOW;
    let mut window_start_bytes = 0;
    let mut timer = pin!(sleep_until(deadline.min(window_end)));
    loop {
        tokio::select! {
            biased;
            frame = body.frame() => {
                if received.add(frame)? {
                    return Ok(received.into_bytes());
                }
                incoming.set_received(received.len());
            }
            () = incoming.evicted() => {
                let problem = "too many request bodies are arriving";
                return Err(RpcError::overloaded(StatusCode::SERVICE_UNAVAILABLE, problem).with_reason(Reason::BodyEvicted));
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

/// The bytes received so far. Most bodies arrive in one chunk, which is used without a copy. Several chunks are copied into
/// one buffer: each may keep a whole read buffer alive, and a client can send chunks of a single byte.
#[derive(Default)]
struct Received {
    max_bytes: usize,
    frames: usize,
    first: Bytes,
    joined: BytesMut,
}

impl Received {
    fn len(&self) -> usize {
        self.first.len() + self.joined.len()
    }

    /// Adds the next frame; `None` is the end of the body. Returns whether the body is complete.
    fn add(&mut self, frame: Option<Result<Frame<Bytes>, axum::Error>>) -> Result<bool, RpcError> {
        let Some(frame) = frame else { return Ok(true) };
        let Ok(frame) = frame else { return Err(ended_early()) };
        self.frames += 1;
        if self.frames > MAX_FRAMES {
            return Err(too_many_frames());
        }
        // Trailers are ignored: the gateway uses none.
        if let Ok(data) = frame.into_data() {
            if self.len() + data.len() > self.max_bytes {
                return Err(too_large(self.max_bytes));
            }
            self.push(data);
        }
        Ok(false)
    }

    /// Copies the first chunk: while the rest is awaited it must not keep a whole read buffer alive.
    fn detach(&mut self) {
        self.joined.extend_from_slice(&std::mem::take(&mut self.first));
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
    let message = format!("the body is larger than {limit} bytes: send less at a time");
    RpcError::new(StatusCode::PAYLOAD_TOO_LARGE, INVALID_REQUEST, message)
}

fn too_slow(limit: Duration) -> RpcError {
    let message = format!("the body was not complete within {} s; send the request again", limit.as_secs_f32());
    RpcError::new(StatusCode::REQUEST_TIMEOUT, INVALID_REQUEST, message)
}

fn stalled() -> RpcError {
    let (bytes, seconds) = (MIN_BYTES_PER_WINDOW, RATE_WINDOW.as_secs());
    let message =
        format!("the body arrived too slowly: less than {bytes} bytes in {seconds} s; send the request again");
    RpcError::new(StatusCode::REQUEST_TIMEOUT, INVALID_REQUEST, message)
}

fn too_many_frames() -> RpcError {
    let message = format!("the body arrived in more than {MAX_FRAMES} pieces: send it in larger ones");
    RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message)
}

fn ended_early() -> RpcError {
    RpcError::new(
        StatusCode::BAD_REQUEST,
        INVALID_REQUEST,
        "the body ended before it was complete; send the request again",
    )
}

#[cfg(test)]
mod tests;
