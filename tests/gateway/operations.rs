//! The operations of the catalogue: found, described, run by their kind, and listed as tools.

mod listed;
mod run;
mod search;

use leadconnector_mcp::catalogue::Catalogue;
use leadconnector_mcp::config::Settings;
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{TestGateway, TestGatewayBuilder, answering};

/// A contact's id.
const CONTACT: &str = "ocQHyuzHvysMo5N5VsXc";

/// A gateway in front of an API that accepts every request.
struct Gateway {
    gateway: TestGateway,
    upstream: MockServer,
}

impl Gateway {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Settings) + 'static) -> Self {
        let upstream =
            answering(ResponseTemplate::new(200).set_body_string(r#"{"notes":[{"id":"n1","body":"x"}]}"#)).await;
        Self { gateway: TestGatewayBuilder::on(&upstream.uri()).settings(change).start().await, upstream }
    }

    /// The text of a call's result, and whether it is an error.
    async fn call(&self, path: &str, tool: &str, arguments: Value) -> (String, bool) {
        let params = json!({ "name": tool, "arguments": arguments });
        let result = self.gateway.rpc("tools/call", params).path(path).send().await.tool_result();
        (result.text, result.is_error)
    }

    async fn answer(&self, tool: &str, arguments: Value) -> String {
        let (text, is_error) = self.call("/mcp", tool, arguments).await;
        assert!(!is_error, "{text}");
        text
    }

    /// The message of a call that is refused before anything is sent.
    async fn refused(&self, path: &str, tool: &str, arguments: Value) -> String {
        let before = self.requests().await;
        let (text, is_error) = self.call(path, tool, arguments).await;
        assert!(is_error, "{text}");
        assert_eq!(self.requests().await, before, "nothing is sent: {text}");
        let result: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(result["error"]["kind"], "invalid_arguments");
        result["error"]["message"].as_str().unwrap().to_owned()
    }

    async fn requests(&self) -> usize {
        self.upstream.received_requests().await.unwrap().len()
    }

    async fn listed(&self, path: &str) -> Vec<Value> {
        let result = self.gateway.rpc("tools/list", json!({})).path(path).send().await.result();
        result["tools"].as_array().unwrap().clone()
    }
}

/// The number of published operations.
fn operation_count() -> usize {
    Catalogue::published().operations().len()
}
