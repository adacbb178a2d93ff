//! The operator's `tools.locations`: the locations that may be used.

use serde_json::{Value, json};

use super::{SelectiveGateway, call, list};
use crate::support::{CallResult, LOCATION, listed_count, minimal_calls};

const SECOND: &str = "second-1";
const FOREIGN: &str = "foreign-1";
const SETTING: &str = "the operator's setting tools.locations";

async fn gateway() -> SelectiveGateway {
    SelectiveGateway::with(|settings| settings.tools.locations = vec![LOCATION.to_owned(), SECOND.to_owned()]).await
}

/// Makes a call without a pinned location.
async fn unpinned(gateway: &SelectiveGateway, tool: &str, arguments: &Value) -> CallResult {
    gateway.post(call(tool, arguments), "/mcp", &[]).unpinned().send().await.tool_result()
}

fn with(arguments: &Value, name: &str, value: &str) -> Value {
    let mut arguments = arguments.clone();
    arguments[name] = json!(value);
    arguments
}

#[tokio::test]
async fn a_pinned_location_that_is_not_allowed_is_forbidden() {
    let gateway = gateway().await;
    let plain = json!({ "tool": "locations_get-location", "input": {} });
    for message in [list(), call("locations_get-location", &json!({})), plain] {
        let by_header = gateway.post(message.clone(), "/mcp", &[]).header("locationid", FOREIGN);
        let by_url = gateway.post(message, &format!("/mcp/x/locations/?locationId={FOREIGN}"), &[]).unpinned();
        for post in [by_header, by_url] {
            let (status, code, message) = post.send().await.rpc_error();
            assert_eq!((status, code), (403, -32600));
            assert!(message.contains(SETTING), "{message}");
            assert!(!message.contains(SECOND), "the allowed locations are not disclosed: {message}");
        }
    }
    assert_eq!(gateway.requests().await, 0);
}

#[tokio::test]
async fn another_location_in_an_argument_is_rejected() {
    let gateway = gateway().await;
    for minimal in minimal_calls() {
        for name in ["locationId", "query_altId", "body_locationId", "path_locationId", "location_id"] {
            let result = unpinned(&gateway, minimal.tool, &with(&minimal.arguments, name, FOREIGN)).await;
            assert_eq!(result.kind(), "invalid_arguments", "{} {name}", minimal.tool);
            assert!(result.problem().contains(SETTING), "{} {name}: {}", minimal.tool, result.text);
        }
    }
    assert_eq!(gateway.requests().await, 0);
}

/// Without it the gateway cannot know to which location a record belongs.
#[tokio::test]
async fn a_call_without_a_location_is_rejected() {
    let gateway = gateway().await;
    for minimal in minimal_calls() {
        let result = unpinned(&gateway, minimal.tool, &minimal.arguments).await;
        assert_eq!(result.kind(), "invalid_arguments", "{}", minimal.tool);
        assert!(result.problem().contains("`locationId` is required"), "{}: {}", minimal.tool, result.text);
    }
    assert_eq!(gateway.requests().await, 0);
}

#[tokio::test]
async fn an_allowed_location_works() {
    let gateway = gateway().await;
    for minimal in minimal_calls() {
        for location in [LOCATION, SECOND] {
            let by_argument = with(&minimal.arguments, "locationId", location);
            let argument = unpinned(&gateway, minimal.tool, &by_argument).await;
            let post = gateway.post(call(minimal.tool, &minimal.arguments), "/mcp", &[]);
            let header = post.header("locationid", location).send().await.tool_result();
            assert!(!argument.is_error && !header.is_error, "{}: {} {}", minimal.tool, argument.text, header.text);
            let sent = gateway.upstream.received_requests().await.unwrap();
            for request in &sent[sent.len() - 2..] {
                assert_eq!(request.headers["locationid"], location, "{}", minimal.tool);
            }
        }
    }
}

/// An argument cannot change the pinned location, even to another allowed one.
#[tokio::test]
async fn an_allowed_location_does_not_replace_the_pinned_one() {
    let gateway = gateway().await;
    let result = gateway.gateway.call("contacts_get-contacts", json!({ "locationId": SECOND })).await;
    assert!(result.problem().contains("differs from the location"), "{}", result.text);
    assert_eq!(gateway.requests().await, 0);
}

/// The schemas tell the model to pass the location; `tools/list` itself needs none.
#[tokio::test]
async fn every_schema_requires_the_location() {
    let gateway = gateway().await;
    for pinned in [false, true] {
        let post = gateway.post(list(), "/mcp", &[]);
        let result = if pinned { post } else { post.unpinned() }.send().await.result();
        let tools = result["tools"].as_array().unwrap();
        assert_eq!(tools.len(), listed_count());
        for tool in tools {
            let required = tool["inputSchema"]["required"].as_array().into_iter().flatten();
            // These two send nothing.
            let sends = !["operations_search", "operations_describe"].iter().any(|name| tool["name"] == *name);
            let expected = usize::from(!pinned && sends);
            assert_eq!(required.filter(|name| *name == "locationId").count(), expected, "{}", tool["name"]);
        }
    }
}

/// The lookup of custom fields is a request too.
#[tokio::test]
async fn custom_fields_of_another_location_are_not_looked_up() {
    let gateway = gateway().await;
    for location in [json!(FOREIGN), Value::Null] {
        let arguments = json!({ "contactId": "c1", "customFields": { "lead_score": 7 }, "locationId": location });
        let result = unpinned(&gateway, "contacts_update-contact", &arguments).await;
        assert!(result.problem().contains("tools.locations"), "{}", result.text);
    }
    assert_eq!(gateway.requests().await, 0);
}
