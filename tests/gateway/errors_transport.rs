//! Calls whose API response is missing or incomplete: silence, resets, truncated and huge bodies.

use std::fmt::Write;
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use crate::support::{CallResult, RawUpstream, TestGateway, TestGatewayBuilder, answering};

const READ: &str = "contacts_get-contact";
const WRITE: &str = "contacts_create-contact";

/// 100,000 spaces between quotes, in 160 bytes.
const SPACES: &[u8] = include_bytes!("fixtures/spaces_100_kb.json.gz");

async fn call(gateway: &TestGateway, tool: &str) -> CallResult {
    let read = json!({ "contactId": "c1" });
    gateway.call(tool, if tool == READ { read } else { json!({ "email": "a@example.com" }) }).await
}

async fn in_front_of(upstream: &RawUpstream) -> TestGateway {
    TestGatewayBuilder::on(&upstream.url()).start().await
}

/// A gateway that accepts API responses of up to 1000 bytes.
async fn limited(upstream: &str) -> TestGateway {
    TestGatewayBuilder::on(upstream).settings(|settings| settings.upstream.max_response_bytes = 1000).start().await
}

#[tokio::test]
async fn the_error_says_why_there_is_no_response() {
    let mut report = String::new();
    for tool in [READ, WRITE] {
        let silent = RawUpstream::silent().await;
        let impatient = TestGatewayBuilder::on(&silent.url())
            .settings(|settings| settings.upstream.call_deadline = Duration::from_millis(250))
            .start()
            .await;
        let closing = RawUpstream::answering(b"").await;
        let cut = RawUpstream::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"contact\":").await;
        let huge = answering(ResponseTemplate::new(200).set_body_json("x".repeat(2000))).await;
        let huge_error = answering(ResponseTemplate::new(400).set_body_json("x".repeat(2000))).await;
        for (what, gateway, kind) in [
            ("connection refused", TestGatewayBuilder::on(&closed_port().await).start().await, "upstream_unavailable"),
            ("silence", impatient, "timeout"),
            ("closed after the request", in_front_of(&closing).await, "upstream_unavailable"),
            ("cut off", in_front_of(&cut).await, "upstream_unavailable"),
            ("too large", limited(&huge.uri()).await, "response_too_large"),
            ("too large, with an error status", limited(&huge_error.uri()).await, "response_too_large"),
        ] {
            let result = call(&gateway, tool).await;
            assert_eq!(result.kind(), kind, "{what} to {tool}: {}", result.text);
            assert_eq!(result.json()["data"], json!(null));
            assert!(!result.text.contains("127.0.0.1"), "reveals an internal address: {}", result.text);
            writeln!(report, "{what}, {tool}\n{}\n", result.text).unwrap();
        }
    }
    insta::assert_snapshot!("transport", report);
}

/// The URL of a port that no process listens on.
async fn closed_port() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn the_outcome_of_an_unsent_write_is_known() {
    let gateway = TestGatewayBuilder::on(&closed_port().await).start().await;
    let result = call(&gateway, WRITE).await;
    assert!(!result.text.contains("unknown"), "{}", result.text);
    assert!(result.text.contains("Nothing was sent"), "{}", result.text);
}

#[tokio::test]
async fn a_write_is_not_retried_when_its_connection_ends() {
    let upstream = RawUpstream::answering(b"").await;
    let gateway = in_front_of(&upstream).await;
    for calls in 1..=3 {
        let result = call(&gateway, WRITE).await;
        assert!(result.problem().ends_with("whether the write was carried out is unknown"), "{}", result.text);
        assert_eq!(upstream.requests(), calls, "each call is sent once");
    }
}

#[tokio::test]
async fn a_truncated_body_is_never_a_success() {
    for answer in [
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}".as_slice(),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"nonsense\r\n\r\n",
    ] {
        let upstream = RawUpstream::answering(answer).await;
        let result = call(&in_front_of(&upstream).await, READ).await;
        let text = String::from_utf8_lossy(answer);
        assert_eq!(result.kind(), "upstream_unavailable", "{text}: {}", result.text);
    }
}

#[tokio::test]
async fn the_size_limit_is_exact() {
    let body = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    for (bytes, fits) in [(999, true), (1000, true), (1001, false)] {
        let upstream = answering(ResponseTemplate::new(200).set_body_string(body(bytes))).await;
        let result = call(&limited(&upstream.uri()).await, READ).await;
        assert_eq!(!result.is_error, fits, "{bytes}: {}", result.text);
    }
}

/// Without a `Content-Length`, the bytes are counted as they arrive.
#[tokio::test]
async fn a_body_without_a_length_is_limited_too() {
    let chunk = |bytes: usize| format!("{bytes:x}\r\n\"{}\"\r\n0\r\n\r\n", "x".repeat(bytes - 2));
    for (bytes, fits) in [(1000, true), (1001, false)] {
        let answer = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}", chunk(bytes));
        let upstream = RawUpstream::answering(answer.leak().as_bytes()).await;
        let result = call(&limited(&upstream.url()).await, READ).await;
        assert_eq!(!result.is_error, fits, "{bytes}: {}", result.text);
    }
}

/// Otherwise 160 bytes could fill the memory.
#[tokio::test]
async fn a_compressed_body_is_limited_by_its_decompressed_size() {
    let compressed = ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_bytes(SPACES);
    let upstream = answering(compressed).await;
    assert!(SPACES.len() < 1000);
    let result = call(&limited(&upstream.uri()).await, READ).await;
    assert_eq!(result.kind(), "response_too_large");

    let result = call(&TestGatewayBuilder::on(&upstream.uri()).start().await, READ).await;
    assert_eq!(result.data().as_str().unwrap().len(), 100_000);
}
