//! The access log: one line for each HTTP request.
//!
//! A rejected request is logged at `info`, at most once a second for each reason; a bug of the gateway at `error`; all
//! others at `debug`, because a call has its own line. The query is never logged, because users put tokens in it.

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

use crate::server::{ErrorDetail, LOG_TARGET, Reason, Rejections};
use crate::text::tokens::token_start;
use crate::web::client_ip::client_ip;

/// The most of a path that is logged, in bytes before percent-encoding. The gateway's own paths are shorter.
const MAX_PATH: usize = 200;

/// Marks a response whose call has its own log line: the access log then writes none at `info`.
#[derive(Debug, Clone, Copy)]
pub struct CallLogged;

/// Logs a rejected request as soon as its response is known, and every other request, at `debug`, once its response is sent.
pub async fn log(State(rejections): State<Arc<Rejections>>, request: Request, next: Next) -> Response {
    let mut entry = LogLine::new(&request);
    let response = next.run(request).await;
    entry.status = Some(response.status());
    if let Some(reason) = rejection_reason(&response)
        && let Some(suppressed) = rejections.record(reason)
    {
        entry.finished = true;
        entry.log_rejection(reason, suppressed, &response);
        return response;
    }
    // A rejection that was suppressed is logged here too: at `debug` every request has a line.
    if !tracing::enabled!(target: LOG_TARGET, Level::DEBUG) {
        entry.finished = true;
        return response;
    }
    entry.request_id.push_str(request_id(response.headers()));
    response.map(|body| Body::new(MeasuredBody { body, entry }))
}

/// The reason of a rejection; `None` if the request was not rejected, or another log line reports it.
fn rejection_reason(response: &Response) -> Option<Reason> {
    let status = response.status();
    if status.is_success() || response.extensions().get::<CallLogged>().is_some() {
        return None;
    }
    let reason = response.extensions().get::<Reason>().copied();
    // A 503 without a reason comes from `/readyz` and is not a rejection.
    let is_rejection = status.is_client_error() || status == StatusCode::INTERNAL_SERVER_ERROR;
    reason.or_else(|| is_rejection.then(|| Reason::from_status(status)))
}

/// The request id, from the response: an inner middleware sets it on the request, which this one no longer has.
fn request_id(headers: &HeaderMap) -> &str {
    headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default()
}

/// The log line of a request.
struct LogLine {
    method: Method,
    /// A cheap copy: it shares the memory that hyper read the head into.
    uri: Uri,
    client: Option<IpAddr>,
    started: Instant,
    /// `None` until there is a response.
    status: Option<StatusCode>,
    /// Set with the response.
    request_id: String,
    /// The bytes of the response body that were sent.
    bytes: u64,
    /// Whether the line was logged already, or is not to be logged.
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

    fn log_rejection(&self, reason: Reason, suppressed: u64, response: &Response) {
        let (method, path) = (self.method(), loggable_path(&self.uri));
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

    /// The method, if HTTP defines it: any other is text of the client's choice, which may be a token.
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

/// The body was sent or dropped, or the client disconnected before there was a response.
impl Drop for LogLine {
    fn drop(&mut self) {
        if self.finished || !tracing::enabled!(target: LOG_TARGET, Level::DEBUG) {
            return;
        }
        let (method, path, request_id) = (self.method(), loggable_path(&self.uri), self.request_id.as_str());
        let (status, client) = (self.status.map(|status| status.as_u16()), self.client.map(tracing::field::display));
        let (elapsed_ms, bytes) = (self.elapsed_ms(), self.bytes);
        tracing::debug!(target: LOG_TARGET, method, path, status, client, elapsed_ms, bytes, request_id, "request");
    }
}

/// The path of a URI, of bounded length, without a query, a token, or anything but printable ASCII.
fn loggable_path(uri: &Uri) -> String {
    let path: Vec<u8> = percent_decode_str(uri.path()).collect();
    let end = token_start(&path).unwrap_or(path.len()).min(MAX_PATH);
    let (shown, rest) = path.split_at(end);
    let mut shown: String = percent_encode(shown, CONTROLS).collect();
    if !rest.is_empty() {
        shown.push('…');
    }
    shown
}

/// A response body that counts its bytes as they are sent.
struct MeasuredBody {
    body: Body,
    entry: LogLine,
}

impl hyper::body::Body for MeasuredBody {
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
    fn a_logged_path_is_short_and_printable() {
        let shown = |uri: &str| loggable_path(&uri.parse().unwrap());
        assert_eq!(shown("/mcp/contacts?locationId=LOC"), "/mcp/contacts");
        for hidden in ["/mcp/pit-canary/x", "/mcp/PIT-canary", "/mcp/p%69t%2Dcanary", "/mcp/eyJhbGciOi.canary.x"] {
            assert_eq!(shown(hidden), "/mcp/…", "{hidden}");
        }
        assert_eq!(shown("/%0a\u{85}ü\u{202e}"), "/%0A%C2%85%C3%BC%E2%80%AE");
        let long = shown(&format!("/{}ü{}", "x".repeat(MAX_PATH - 2), "y".repeat(500)));
        assert!(long.ends_with("x%C3…") && long.len() < MAX_PATH + 10, "{long}");
    }
}
