//! The operator's `tools.locations`: which locations may be used at all.

use serde_json::{Value, json};

use super::{Gate, call, list};
use crate::support::{CallResult, LOCATION, minimal_calls, tool_count};

const SECOND: &str = "second-1";
const FOREIGN: &str = "foreign-1";
const SETTING: &str = "the operator's setting tools.locations";

async fn gate() -> Gate {
    Gate::with(|settings| settings.tools.locations = vec![LOCATION.to_owned(), SECOND.to_owned()]).await
}

/// Calls without a pinned location.
async fn unpinned(gate: &Gate, tool: &str, arguments: &Value) -> CallResult {
    gate.post(call(tool, arguments), "/mcp", &[]).unpinned().send().await.tool_result()
}

fn with(arguments: &Value, name: &str, value: &str) -> Value {
    let mut arguments = arguments.clone();
    arguments[name] = json!(value);
    arguments
}

#[tokio::test]
async fn a_pinned_location_that_is_not_allowed_is_forbidden() {
    let gate = gate().await;
    let plain = json!({ "tool": "locations_get-location", "input": {} });
    for message in [list(), call("locations_get-location", &json!({})), plain] {
        let by_header = gate.post(message.clone(), "/mcp", &[]).header("locationid", FOREIGN);
        let by_url = gate.post(message, &format!("/mcp/x/locations/?locationId={FOREIGN}"), &[]).unpinned();
        for post in [by_header, by_url] {
            let (status, code, message) = post.send().await.rpc_error();
            assert_eq!((status, code), (403, -32600));
            assert!(message.contains(SETTING), "{message}");
            assert!(!message.contains(SECOND), "whose locations these are is nobody else's: {message}");
        }
    }
    assert_eq!(gate.requests().await, 0);
}

#[tokio::test]
async fn another_location_among_the_arguments_is_refused() {
    let gate = gate().await;
    for minimal in minimal_calls() {
        for name in ["locationId", "query_altId", "body_locationId", "path_locationId", "location_id"] {
            let result = unpinned(&gate, minimal.tool, &with(&minimal.arguments, name, FOREIGN)).await;
            assert_eq!(result.kind(), "invalid_arguments", "{} {name}", minimal.tool);
            assert!(result.problem().contains(SETTING), "{} {name}: {}", minimal.tool, result.text);
        }
    }
    assert_eq!(gate.requests().await, 0);
}

/// Without it nobody knows whose record an id names.
#[tokio::test]
async fn no_known_location_is_refused() {
    let gate = gate().await;
    for minimal in minimal_calls() {
        let result = unpinned(&gate, minimal.tool, &minimal.arguments).await;
        assert_eq!(result.kind(), "invalid_arguments", "{}", minimal.tool);
        assert!(result.problem().contains("`locationId` is required"), "{}: {}", minimal.tool, result.text);
    }
    assert_eq!(gate.requests().await, 0);
}

#[tokio::test]
async fn an_allowed_one_works() {
    let gate = gate().await;
    for minimal in minimal_calls() {
        for location in [LOCATION, SECOND] {
            let by_argument = with(&minimal.arguments, "locationId", location);
            let argument = unpinned(&gate, minimal.tool, &by_argument).await;
            let post = gate.post(call(minimal.tool, &minimal.arguments), "/mcp", &[]);
            let header = post.header("locationid", location).send().await.tool_result();
            assert!(!argument.is_error && !header.is_error, "{}: {} {}", minimal.tool, argument.text, header.text);
            let sent = gate.upstream.received_requests().await.unwrap();
            for request in &sent[sent.len() - 2..] {
                assert_eq!(request.headers["locationid"], location, "{}", minimal.tool);
            }
        }
    }
}

/// A pinned location stays what it is, even for another that is allowed.
#[tokio::test]
async fn one_that_is_allowed_does_not_replace_the_pinned_one() {
    let gate = gate().await;
    let result = gate.gateway.call("contacts_get-contacts", json!({ "locationId": SECOND })).await;
    assert!(result.problem().contains("names another location"), "{}", result.text);
    assert_eq!(gate.requests().await, 0);
}

/// A model is told that it has to say which; the list itself needs none.
#[tokio::test]
async fn every_schema_requires_one() {
    let gate = gate().await;
    for pinned in [false, true] {
        let post = gate.post(list(), "/mcp", &[]);
        let result = if pinned { post } else { post.unpinned() }.send().await.result();
        let tools = result["tools"].as_array().unwrap();
        assert_eq!(tools.len(), tool_count());
        for tool in tools {
            let required = tool["inputSchema"]["required"].as_array().into_iter().flatten();
            assert_eq!(required.filter(|name| *name == "locationId").count(), usize::from(!pinned), "{}", tool["name"]);
        }
    }
}

/// Looking custom fields up is a request too.
#[tokio::test]
async fn custom_fields_of_another_location_are_not_looked_up() {
    let gate = gate().await;
    for location in [json!(FOREIGN), Value::Null] {
        let arguments = json!({ "contactId": "c1", "customFields": { "lead_score": 7 }, "locationId": location });
        let result = unpinned(&gate, "contacts_update-contact", &arguments).await;
        assert!(result.problem().contains("tools.locations"), "{}", result.text);
    }
    assert_eq!(gate.requests().await, 0);
}
