//! Requests that are rejected before a tool is called, and the paths other than the endpoint.

use http::Method;
use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{Post, TestGateway, TestGatewayBuilder, answering, listed_count};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

async fn start() -> (TestGateway, MockServer) {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    (TestGatewayBuilder::on(&upstream.uri()).start().await, upstream)
}

/// Asserts the status and code of a rejection and returns its message.
async fn rejection(post: Post<'_>, status: u16, code: i64) -> String {
    let (actual, actual_code, message) = post.send().await.rpc_error();
    assert_eq!((actual, actual_code), (status, code), "{message}");
    message
}

#[tokio::test]
async fn a_body_must_be_one_json_rpc_message() {
    let (gateway, _upstream) = start().await;
    for body in ["", "{", "nonsense", "{\"jsonrpc\":\"2.0\",}", "{\"jsonrpc\":\"2.0\"} {}", "\u{feff}{}"] {
        let message = rejection(gateway.post_bytes(body), 400, -32700).await;
        assert!(message.contains("not JSON"), "{message}");
    }
    let message = rejection(gateway.post_bytes(vec![b'"', 0xff, b'"']), 400, -32700).await;
    assert!(message.contains("not JSON"), "{message}");
    let message = rejection(gateway.post_bytes(format!("[{PING}]")), 400, -32600).await;
    assert!(message.contains("batches"), "{message}");
    for body in [
        "[]",
        "7",
        "null",
        "\"text\"",
        "{}",
        "{\"jsonrpc\":\"2.0\"}",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
    ] {
        rejection(gateway.post_bytes(body), 400, -32600).await;
    }
}

#[tokio::test]
async fn the_error_of_a_malformed_message_has_its_id() {
    let (gateway, _upstream) = start().await;
    let response = gateway.post_bytes(r#"{"jsonrpc":"1.0","id":"seven","method":"ping"}"#).send().await;
    assert_eq!(response.message()["id"], "seven");
}

#[tokio::test]
async fn a_body_must_be_declared_as_json() {
    let (gateway, _upstream) = start().await;
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"] {
        let message = rejection(gateway.post_bytes(PING).header("content-type", media_type), 415, -32600).await;
        assert!(message.contains("application/json"), "{message}");
    }
    rejection(gateway.post_bytes(PING).without("content-type"), 415, -32600).await;
    for media_type in ["application/json; charset=utf-8", "Application/JSON"] {
        assert_eq!(gateway.post_bytes(PING).header("content-type", media_type).send().await.result(), json!({}));
    }
}

#[tokio::test]
async fn the_size_of_a_body_is_limited() {
    let gateway =
        TestGatewayBuilder::on("http://127.0.0.1:9").settings(|s| s.server.max_request_bytes = 100).start().await;
    let padded = |bytes: usize| format!("{PING}{}", " ".repeat(bytes - PING.len()));
    assert_eq!(gateway.post_bytes(padded(100)).send().await.result(), json!({}));
    let message = rejection(gateway.post_bytes(padded(101)), 413, -32600).await;
    assert!(message.contains("100 bytes"), "{message}");
}

#[tokio::test]
async fn a_token_is_required() {
    let (gateway, upstream) = start().await;
    let call = || gateway.tool("contacts_get-contacts", json!({}));
    for post in [
        call().without("authorization"),
        call().header("authorization", ""),
        call().header("authorization", "pit-1"),
        call().header("authorization", "Bearer"),
        call().header("authorization", "Bearer "),
        call().header("authorization", "Basic cGl0LTE="),
        call().header("authorization", "Bearer two words"),
        gateway.post_bytes(PING).without("authorization"),
        gateway.post_bytes(r#"{"tool":"contacts_get-contacts"}"#).without("authorization"),
    ] {
        let response = post.send().await;
        let (status, code, message) = response.rpc_error();
        assert_eq!((status, code), (401, -32600), "{message}");
        assert!(response.header("www-authenticate").starts_with("Bearer"), "{response:?}");
        assert!(message.contains("Authorization: Bearer"), "the message says what to send: {message}");
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

/// Only the API validates a token.
#[tokio::test]
async fn any_token_may_list_the_tools() {
    let (gateway, upstream) = start().await;
    for header in ["Bearer x", "bearer   eyJhbGciOi.J9.sig", "BEARER pit-0~+/="] {
        let result = gateway.rpc("tools/list", json!({})).header("authorization", header).send().await.result();
        assert_eq!(result["tools"].as_array().unwrap().len(), listed_count());
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
    gateway.call("contacts_get-contacts", json!({})).await;
    let sent = upstream.received_requests().await.unwrap().pop().unwrap();
    assert_eq!(sent.headers["authorization"], "Bearer pit-test");
}

#[tokio::test]
async fn a_location_header_must_be_one_location() {
    let (gateway, upstream) = start().await;
    let call = || gateway.tool("contacts_get-contacts", json!({}));
    for invalid in ["", "..", "a/b", "a b", "a,b", "a?b=c"] {
        let message = rejection(call().header("locationid", invalid), 400, -32600).await;
        assert!(message.contains("locationId"), "{message}");
    }
    let message = rejection(call().second_header("locationid", "another"), 400, -32600).await;
    assert!(message.contains("twice"), "{message}");
    assert!(upstream.received_requests().await.unwrap().is_empty());
    let response = call().second_header("LocationID", crate::support::LOCATION).send().await;
    assert!(!response.tool_result().is_error, "two equal values are accepted");
}

#[tokio::test]
async fn both_paths_are_the_endpoint() {
    let (gateway, _upstream) = start().await;
    for path in ["/mcp", "/mcp/"] {
        assert_eq!(gateway.post_bytes(PING).path(path).send().await.result(), json!({}), "{path}");
    }
}

#[tokio::test]
async fn the_error_of_an_unknown_path_names_the_endpoint() {
    let (gateway, _upstream) = start().await;
    for path in ["/", "/MCP", "/sse", "/mcpx", "/mcp/nowhere"] {
        let message = rejection(gateway.post_bytes(PING).path(path), 404, -32600).await;
        assert!(message.contains("/mcp"), "{path}: {message}");
    }
}

#[tokio::test]
async fn the_health_check_needs_no_token() {
    let (gateway, _upstream) = start().await;
    let response = gateway.post_bytes("").method(Method::GET).path("/healthz").without("authorization").send().await;
    assert_eq!(response.status, 200);
    assert_eq!(response.json(), json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }));
}

/// It is the same id as in the log.
#[tokio::test]
async fn every_response_has_a_request_id() {
    let (gateway, _upstream) = start().await;
    let first = gateway.post_bytes(PING).send().await;
    let second = gateway.post_bytes("{").send().await;
    assert!(first.header("x-request-id").len() >= 32);
    assert!(second.header("x-request-id").len() >= 32);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}
