//! Progress notifications report why a call waits, if the client requested them.

use std::time::Duration;

use serde_json::{Value, json};

use super::sandbox_call;
use crate::support::{Answer, TestGateway, TestGatewayBuilder, strict_sandbox};

/// The messages of an event stream.
fn messages(response: &Answer) -> Vec<Value> {
    assert_eq!(response.header("content-type"), "text/event-stream", "{response:?}");
    let data = response.body.lines().filter_map(|line| line.strip_prefix("data:"));
    data.filter(|data| !data.trim().is_empty()).map(|data| serde_json::from_str(data).unwrap()).collect()
}

/// Makes a call that waits for the next interval, about two seconds.
async fn waiting_call(gateway: &TestGateway, meta: Value, accept: &str, version: &str) -> Answer {
    assert!(!sandbox_call(gateway).send().await.tool_result().is_error);
    let mut params = json!({ "name": "locations_get-location", "arguments": {} });
    params["_meta"] = meta;
    let post = gateway.rpc("tools/call", params).token(leadconnector_mcp::sandbox::TOKEN);
    let post = post.header("locationid", leadconnector_mcp::sandbox::LOCATION).header("accept", accept);
    post.header("mcp-protocol-version", version)
        .header("mcp-method", "tools/call")
        .header("mcp-name", "locations_get-location")
        .send()
        .await
}

const BOTH: &str = "application/json, text/event-stream";

fn meta(token: &Value, version: &str) -> Value {
    let mut meta = json!({ "progressToken": token });
    if version == "2026-07-28" {
        meta["io.modelcontextprotocol/protocolVersion"] = json!(version);
        meta["io.modelcontextprotocol/clientInfo"] = json!({ "name": "tests", "version": "1" });
        meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
    }
    meta
}

#[tokio::test]
async fn a_wait_of_more_than_a_second_is_reported() {
    for (version, token) in [("2025-06-18", json!("wait-1")), ("2026-07-28", json!(7))] {
        let upstream = strict_sandbox(1, Duration::from_millis(2_500)).await;
        let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
        let response = waiting_call(&gateway, meta(&token, version), BOTH, version).await;
        let messages = messages(&response);
        let (last, notifications) = messages.split_last().unwrap();
        assert_eq!(last["id"], 1, "{response:?}");
        assert_eq!(last["result"]["isError"], false, "{response:?}");
        assert!(!notifications.is_empty());
        for notification in notifications {
            assert_eq!(notification["method"], "notifications/progress");
            assert_eq!(notification["params"]["progressToken"], token);
            let message = notification["params"]["message"].as_str().unwrap();
            assert!(
                ["waiting for the rate limit, 3 s", "waiting for the rate limit, 2 s"].contains(&message),
                "{message}"
            );
            assert!(notification["params"]["progress"].is_number());
        }
    }
}

/// Notifications need an event stream.
#[tokio::test]
async fn a_client_that_accepts_only_json_gets_only_the_result() {
    let upstream = strict_sandbox(1, Duration::from_millis(1_500)).await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
    let response = waiting_call(&gateway, meta(&json!(1), ""), "application/json", "2025-06-18").await;
    assert!(!response.tool_result().is_error);
    assert_eq!(response.header("content-type"), "application/json");
}

#[tokio::test]
async fn a_client_without_a_progress_token_gets_no_notifications() {
    let upstream = strict_sandbox(1, Duration::from_millis(1_500)).await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
    let response = waiting_call(&gateway, json!({}), BOTH, "2025-06-18").await;
    assert!(!response.tool_result().is_error);
}
