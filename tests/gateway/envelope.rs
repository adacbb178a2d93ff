//! What is refused before any tool is looked at, and the paths beside the endpoint.

use http::Method;
use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{Post, TestGateway, TestGatewayBuilder, answering, tool_count};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

async fn start() -> (TestGateway, MockServer) {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    (TestGatewayBuilder::on(&upstream.uri()).start().await, upstream)
}

/// What a refused request is told.
async fn refused(post: Post<'_>, status: u16, code: i64) -> String {
    let (found, found_code, message) = post.send().await.rpc_error();
    assert_eq!((found, found_code), (status, code), "{message}");
    message
}

#[tokio::test]
async fn a_body_must_be_one_json_rpc_message() {
    let (gateway, _upstream) = start().await;
    for body in ["", "{", "nonsense", "{\"jsonrpc\":\"2.0\",}", "{\"jsonrpc\":\"2.0\"} {}", "\u{feff}{}"] {
        let message = refused(gateway.post_bytes(body), 400, -32700).await;
        assert!(message.contains("not JSON"), "{message}");
    }
    let message = refused(gateway.post_bytes(vec![b'"', 0xff, b'"']), 400, -32700).await;
    assert!(message.contains("not JSON"), "{message}");
    let message = refused(gateway.post_bytes(format!("[{PING}]")), 400, -32600).await;
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
        refused(gateway.post_bytes(body), 400, -32600).await;
    }
}

#[tokio::test]
async fn a_malformed_message_is_answered_with_its_id() {
    let (gateway, _upstream) = start().await;
    let answer = gateway.post_bytes(r#"{"jsonrpc":"1.0","id":"seven","method":"ping"}"#).send().await;
    assert_eq!(answer.message()["id"], "seven");
}

#[tokio::test]
async fn a_body_must_be_declared_as_json() {
    let (gateway, _upstream) = start().await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"] {
        let message = refused(gateway.post_bytes(PING).header("content-type", kind), 415, -32600).await;
        assert!(message.contains("application/json"), "{message}");
    }
    refused(gateway.post_bytes(PING).without("content-type"), 415, -32600).await;
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        assert_eq!(gateway.post_bytes(PING).header("content-type", kind).send().await.result(), json!({}));
    }
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let gateway =
        TestGatewayBuilder::on("http://127.0.0.1:9").settings(|s| s.server.max_request_bytes = 100).start().await;
    let padded = |bytes: usize| format!("{PING}{}", " ".repeat(bytes - PING.len()));
    assert_eq!(gateway.post_bytes(padded(100)).send().await.result(), json!({}));
    let message = refused(gateway.post_bytes(padded(101)), 413, -32600).await;
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
        let answer = post.send().await;
        let (status, code, message) = answer.rpc_error();
        assert_eq!((status, code), (401, -32600), "{message}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
        assert!(message.contains("Authorization: Bearer"), "it says what to send: {message}");
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

/// It is judged by the upstream.
#[tokio::test]
async fn any_token_may_list_the_tools() {
    let (gateway, upstream) = start().await;
    for header in ["Bearer x", "bearer   eyJhbGciOi.J9.sig", "BEARER pit-0~+/="] {
        let result = gateway.rpc("tools/list", json!({})).header("authorization", header).send().await.result();
        assert_eq!(result["tools"].as_array().unwrap().len(), tool_count());
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
    for bad in ["", "..", "a/b", "a b", "a,b", "a?b=c"] {
        let message = refused(call().header("locationid", bad), 400, -32600).await;
        assert!(message.contains("locationId"), "{message}");
    }
    let message = refused(call().second_header("locationid", "another"), 400, -32600).await;
    assert!(message.contains("twice"), "{message}");
    assert!(upstream.received_requests().await.unwrap().is_empty());
    let answer = call().second_header("LocationID", crate::support::LOCATION).send().await;
    assert!(!answer.tool_result().is_error, "the same twice says the same");
}

#[tokio::test]
async fn both_paths_are_the_endpoint() {
    let (gateway, _upstream) = start().await;
    for path in ["/mcp", "/mcp/"] {
        assert_eq!(gateway.post_bytes(PING).path(path).send().await.result(), json!({}), "{path}");
    }
}

#[tokio::test]
async fn other_paths_say_where_the_endpoint_is() {
    let (gateway, _upstream) = start().await;
    for path in ["/", "/MCP", "/sse", "/mcpx", "/mcp/nowhere"] {
        let message = refused(gateway.post_bytes(PING).path(path), 404, -32600).await;
        assert!(message.contains("/mcp"), "{path}: {message}");
    }
}

#[tokio::test]
async fn health_is_told_to_anybody() {
    let (gateway, _upstream) = start().await;
    let answer = gateway.post_bytes("").method(Method::GET).path("/healthz").without("authorization").send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }));
}

/// The id that the log has too.
#[tokio::test]
async fn every_answer_has_a_request_id() {
    let (gateway, _upstream) = start().await;
    let first = gateway.post_bytes(PING).send().await;
    let second = gateway.post_bytes("{").send().await;
    assert!(first.header("x-request-id").len() >= 32);
    assert!(second.header("x-request-id").len() >= 32);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}
