//! The selection of tools by URL, headers and the operator's settings, and the locations that a request may use.

mod headers;
mod locations;
mod operator;
mod pinned_by_url;
mod urls;

use leadconnector_mcp::config::Settings;
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{Post, TestGateway, TestGatewayBuilder, answering, minimal_calls};

/// All services.
const SERVICES: [&str; 6] = ["calendars", "contacts", "conversations", "locations", "opportunities", "payments"];

/// The headers that a request has besides those of every client.
type Headers<'h> = [(&'h str, &'h str)];

/// A gateway in front of an API that accepts every request.
struct SelectiveGateway {
    gateway: TestGateway,
    upstream: MockServer,
}

impl SelectiveGateway {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Settings) + 'static) -> Self {
        let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
        Self { gateway: TestGatewayBuilder::on(&upstream.uri()).settings(change).start().await, upstream }
    }

    fn post(&self, message: Value, path: &str, headers: &Headers) -> Post<'_> {
        let post = self.gateway.post(message).path(path);
        headers.iter().fold(post, |post, (name, value)| post.second_header(name, value))
    }

    /// The number of requests that have reached the API.
    async fn requests(&self) -> usize {
        self.upstream.received_requests().await.unwrap().len()
    }

    async fn listed(&self, path: &str, headers: &Headers<'_>) -> Vec<String> {
        let result = self.post(list(), path, headers).send().await.result();
        let tools = result["tools"].as_array().unwrap();
        tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
    }

    /// Asserts that the `expected` hand-written tools are listed and work, over MCP and as a plain call, and that every other is
    /// neither listed nor callable, with an error that names `hidden_by`.
    async fn assert_selects(&self, path: &str, headers: &Headers<'_>, expected: &[&str], hidden_by: &str) {
        let request = format!("{path} {headers:?}");
        let mut listed = self.listed(path, headers).await;
        let mut expected = expected.to_vec();
        // The operations of the catalogue are selected in the same way: tests/gateway/operations.rs.
        listed.retain(|name| minimal_calls().iter().any(|call| call.tool == name));
        listed.sort();
        expected.sort_unstable();
        assert_eq!(listed, expected, "{request}");
        for minimal in minimal_calls() {
            let (tool, before) = (minimal.tool, self.requests().await);
            let mcp = self.post(call(tool, &minimal.arguments), path, headers).send().await;
            let plain = json!({ "tool": tool, "input": minimal.arguments });
            let plain = self.post(plain, path, headers).send().await;
            if expected.contains(&tool) {
                assert!(!mcp.tool_result().is_error, "{request} {tool}: {mcp:?}");
                assert_eq!(plain.status, 200, "{request} {tool}: {plain:?}");
                assert_eq!(self.requests().await, before + 2, "{request} {tool}");
                continue;
            }
            let problem = format!("{tool:?} is hidden by {hidden_by}");
            let (status, code, message) = mcp.rpc_error();
            assert_eq!((status, code), (200, -32602), "{request} {tool}");
            assert!(message.contains(&problem), "{request} {tool}: {message}");
            assert_eq!(plain.status, 400, "{request} {tool}");
            let error = &plain.json()["error"];
            assert_eq!(error["kind"], "invalid_arguments", "{request} {tool}");
            assert!(error["message"].as_str().unwrap().contains(&problem), "{request} {tool}: {error}");
            assert_eq!(self.requests().await, before, "a call of a hidden tool is not sent: {request} {tool}");
        }
    }

    /// Asserts that every request is rejected with this status and an error that contains all of `named`.
    async fn assert_rejected(&self, path: &str, headers: &Headers<'_>, status: u16, named: &[&str]) {
        let (read, before) = (json!({ "contactId": "c1" }), self.requests().await);
        let plain = json!({ "tool": "contacts_get-contact", "input": read });
        for message in [list(), call("contacts_get-contact", &read), plain] {
            let response = self.post(message, path, headers).send().await;
            assert_eq!(response.status.as_u16(), status, "{path} {headers:?}: {response:?}");
            // A request that is rejected as a whole gets a JSON-RPC error, also for a plain call.
            let (_, code, message) = response.rpc_error();
            assert_eq!(code, -32600, "{path} {headers:?}: {message}");
            for name in named {
                assert!(message.contains(name), "{name} is not in: {message} ({path} {headers:?})");
            }
        }
        assert_eq!(self.requests().await, before, "{path} {headers:?}");
    }
}

fn list() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })
}

fn call(tool: &str, arguments: &Value) -> Value {
    let params = json!({ "name": tool, "arguments": arguments });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })
}

/// The names of these services' tools: all, or only those that read, according to their scopes.
fn tools_of(services: &[&str], read_only: bool) -> Vec<&'static str> {
    let calls = minimal_calls().into_iter();
    let calls = calls.filter(|call| services.contains(&call.tool.split('_').next().unwrap()));
    calls.filter(|call| !read_only || call.scope.ends_with(".readonly")).map(|call| call.tool).collect()
}
