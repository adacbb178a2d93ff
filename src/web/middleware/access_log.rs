//! The access log: one line for each HTTP request.
//!
//! A rejected request is logged at `info`, but not more than once a second for each reason; a bug of this program at
//! `error`; the rest at `debug`, because a call has a line of its own. The query is never logged: people put tokens there.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode, Uri};
use hyper::body::{Body as _, Frame, SizeHint};
use percent_encoding::{CONTROLS, percent_decode_str, percent_encode};
use tracing::Level;

use super::request_id::token_start;
use crate::server::{ErrorDetail, LOG_TARGET, Reason, Rejections};
use crate::web::client_ip::client_ip;

/// How much of a path is logged, in bytes before they are percent-encoded. The gateway's own are shorter.
const MAX_PATH: usize = 200;

/// Marks a response whose call has its own line: the access log then says nothing at `info`.
#[derive(Debug, Clone, Copy)]
pub struct CallLogged;

/// Logs a request when its response is known, or at `debug` when its response is sent.
pub async fn log(State(rejections): State<Arc<Rejections>>, request: Request, next: Next) -> Response {
    let mut entry = LogLine::new(&request);
    let response = next.run(request).await;
    entry.status = Some(response.status());
    if let Some(reason) = rejected(&response)
        && let Some(suppressed) = rejections.count(reason)
    {
        entry.finished = true;
        entry.rejected(reason, suppressed, &response);
        return response;
    }
    // Also for a rejection without a line of its own: at `debug` every request has one.
    if !tracing::enabled!(target: LOG_TARGET, Level::DEBUG) {
        entry.finished = true;
        return response;
    }
    entry.request_id.push_str(request_id(response.headers()));
    response.map(|body| Body::new(Measured { body, entry }))
}

/// Why a request was rejected, if it was and no other line says so.
fn rejected(response: &Response) -> Option<Reason> {
    let status = response.status();
    if status.is_success() || response.extensions().get::<CallLogged>().is_some() {
        return None;
    }
    let named = response.extensions().get::<Reason>().copied();
    // A 503 that names no reason is that of `/readyz`: an answer, no rejection.
    let nameless = status.is_client_error() || status == StatusCode::INTERNAL_SERVER_ERROR;
    named.or_else(|| nameless.then(|| Reason::of_status(status)))
}

/// The id as the response has it: a middleware further in gives one to the request.
fn request_id(headers: &HeaderMap) -> &str {
    headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default()
}

/// A request that is to be logged. Copies of what hyper read: they share its memory.
struct LogLine {
    method: Method,
    uri: Uri,
    client: Option<IpAddr>,
    started: Instant,
    /// `None` until there is a response.
    status: Option<StatusCode>,
    /// Known with the response.
    request_id: String,
    /// Of the response's body, as far as it was taken.
    bytes: u64,
    /// Whether it was logged, or is not to be.
    finished: bool,
}

impl LogLine {
    fn new(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            client: client_ip(request.extensions()),
            started: Instant::now(),
            status: None,
            request_id: String::new(),
            bytes: 0,
            finished: false,
        }
    }

    fn rejected(&self, reason: Reason, suppressed: u64, response: &Response) {
        let (method, path) = (self.method(), path(&self.uri));
        let (status, client) = (response.status().as_u16(), self.client.map(tracing::field::display));
        let (elapsed_ms, bytes) = (self.elapsed_ms(), response.body().size_hint().lower());
        let (request_id, reason_name) = (request_id(response.headers()), reason.as_str());
        let suppressed = (suppressed > 0).then_some(suppressed);
        if reason == Reason::InternalError {
            let detail = response.extensions().get::<ErrorDetail>().map(|ErrorDetail(detail)| detail.as_str());
            tracing::error!(
                target: LOG_TARGET, method, path, status, reason = reason_name, client, elapsed_ms, bytes, request_id,
                detail, "request failed"
            );
        } else {
            tracing::info!(
                target: LOG_TARGET, method, path, status, reason = reason_name, client, elapsed_ms, bytes, request_id,
                suppressed, "request rejected"
            );
        }
    }

    /// A method that is not HTTP's own may be any word, a token too.
    fn method(&self) -> &str {
        match self.method.as_str() {
            known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "CONNECT" | "OPTIONS" | "TRACE" | "PATCH") => known,
            _ => "other",
        }
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The body was sent or given up, or the client left before there was a response.
impl Drop for LogLine {
    fn drop(&mut self) {
        if self.finished || !tracing::enabled!(target: LOG_TARGET, Level::DEBUG) {
            return;
        }
        let (method, path, request_id) = (self.method(), path(&self.uri), self.request_id.as_str());
        let (status, client) = (self.status.map(|status| status.as_u16()), self.client.map(tracing::field::display));
        let (elapsed_ms, bytes) = (self.elapsed_ms(), self.bytes);
        tracing::debug!(target: LOG_TARGET, method, path, status, client, elapsed_ms, bytes, request_id, "request");
    }
}

/// A path of bounded length without a query, a token, or anything that is not printable ASCII.
fn path(uri: &Uri) -> String {
    let path: Vec<u8> = percent_decode_str(uri.path()).collect();
    let end = token_start(&path).unwrap_or(path.len()).min(MAX_PATH);
    let (shown, rest) = path.split_at(end);
    let mut shown: String = percent_encode(shown, CONTROLS).collect();
    if !rest.is_empty() {
        shown.push('…');
    }
    shown
}

/// A body that is measured on its way.
struct Measured {
    body: Body,
    entry: LogLine,
}

impl hyper::body::Body for Measured {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            self.entry.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_short_and_printable() {
        let shown = |uri: &str| path(&uri.parse().unwrap());
        assert_eq!(shown("/mcp/contacts?locationId=LOC"), "/mcp/contacts");
        for hidden in ["/mcp/pit-canary/x", "/mcp/PIT-canary", "/mcp/p%69t%2Dcanary", "/mcp/eyJhbGciOi.canary.x"] {
            assert_eq!(shown(hidden), "/mcp/…", "{hidden}");
        }
        assert_eq!(shown("/%0a\u{85}ü\u{202e}"), "/%0A%C2%85%C3%BC%E2%80%AE");
        let long = shown(&format!("/{}ü{}", "x".repeat(MAX_PATH - 2), "y".repeat(500)));
        assert!(long.ends_with("x%C3…") && long.len() < MAX_PATH + 10, "{long}");
    }
}
