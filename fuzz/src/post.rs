//! Requests to a gateway in this process.

use std::cell::RefCell;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::BodyExt;
use leadconnector_mcp::cli::compose;
use leadconnector_mcp::config::{CliOverrides, Settings};
use leadconnector_mcp::server::Shutdown;
use leadconnector_mcp::web::{Access, router};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// A response with its complete body.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

thread_local! {
    static RUNTIME: RefCell<Runtime> =
        RefCell::new(Builder::new_current_thread().enable_all().build().expect("the runtime starts"));
}

/// A gateway's routes. The deadline of every tool call has passed already, so nothing is sent and no call waits.
pub fn gateway(change: impl FnOnce(&mut Settings)) -> Router {
    let flags = CliOverrides { upstream: Some("http://127.0.0.1:9".to_owned()), ..CliOverrides::default() };
    let mut settings = Settings::load(&flags, |_| None).expect("the settings are valid");
    settings.upstream.call_deadline = Duration::ZERO;
    change(&mut settings);
    let calls = compose::call_service(&settings).expect("TLS is set up");
    router(calls, &settings.server, &Access::default(), &Shutdown::default())
}

/// The headers of a well-formed request.
pub fn headers() -> HeaderMap {
    HeaderMap::from_iter([
        (HOST, HeaderValue::from_static("127.0.0.1")),
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (AUTHORIZATION, HeaderValue::from_static("Bearer pit-1")),
        (HeaderName::from_static("accept"), HeaderValue::from_static("application/json, text/event-stream")),
    ])
}

/// Sends a POST and reads the response.
pub fn post(router: &Router, uri: Uri, headers: HeaderMap, body: Vec<u8>) -> Answer {
    send(router, Method::POST, uri, headers, body)
}

/// Runs a future of the gateway.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.with_borrow(|runtime| runtime.block_on(future))
}

/// Sends a request and reads the response.
pub fn send(router: &Router, method: Method, uri: Uri, headers: HeaderMap, body: Vec<u8>) -> Answer {
    let mut request = Request::builder().method(method).uri(uri).body(Body::from(body)).expect("its parts are valid");
    *request.headers_mut() = headers;
    block_on(async {
        let (parts, body) = match router.clone().oneshot(request).await {
            Ok(response) => response.into_parts(),
            Err(never) => match never {},
        };
        let body = body.collect().await.expect("the body is read").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    })
}

impl Answer {
    /// Its only JSON document, as body or as event; `None` for a 202, whose body must be empty.
    pub fn document(&self) -> Option<Vec<u8>> {
        if self.status == StatusCode::ACCEPTED {
            assert!(self.body.is_empty());
            return None;
        }
        let kind = self.headers.get(CONTENT_TYPE).expect("the response has a content type").as_bytes();
        if kind != b"text/event-stream" {
            assert_eq!(kind, b"application/json");
            return Some(self.body.clone());
        }
        let events = self.body.split(|byte| *byte == b'\n').filter_map(|line| line.strip_prefix(b"data:"));
        let mut events = events.map(<[u8]>::trim_ascii).filter(|event| !event.is_empty());
        let event = events.next().expect("the stream has a message").to_vec();
        assert!(events.next().is_none(), "it has only one message");
        Some(event)
    }
}
