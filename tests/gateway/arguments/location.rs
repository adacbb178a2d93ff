//! The location as an argument.

use serde_json::{Value, json};

use super::Reader;
use crate::support::{LOCATION, minimal_calls};

/// Every name of the location in the API's documents and at the hosted endpoint.
const SPELLINGS: [&str; 11] = [
    "locationId",
    "path_locationId",
    "query_locationId",
    "body_locationId",
    "location_id",
    "query_location_id",
    "body_location_id",
    "altId",
    "query_altId",
    "body_altId",
    "path_altId",
];

fn with(arguments: &Value, name: &str, value: &Value) -> Value {
    let mut arguments = arguments.clone();
    arguments[name] = value.clone();
    arguments
}

#[tokio::test]
async fn a_pinned_location_cannot_be_changed() {
    let reader = Reader::new().await;
    for call in minimal_calls() {
        for name in SPELLINGS {
            let problem = reader.rejected(call.tool, with(&call.arguments, name, &json!("another"))).await;
            assert!(
                problem.starts_with(&format!("`{name}` differs from the location that this connection is pinned to")),
                "{}: {problem}",
                call.tool
            );
        }
        let both = with(&with(&call.arguments, "locationId", &json!(LOCATION)), "query_altId", &json!("another"));
        assert!(reader.rejected(call.tool, both).await.contains("query_altId"));
    }
}

#[tokio::test]
async fn a_similar_location_differs_from_the_pinned_one() {
    let reader = Reader::new().await;
    for other in [json!(LOCATION.to_lowercase()), json!(""), json!("a/b"), json!(7), json!([LOCATION]), json!({})] {
        let problem = reader.rejected("contacts_get-contacts", json!({ "query_locationId": other })).await;
        assert!(problem.starts_with("`query_locationId` "), "{other}: {problem}");
    }
}

#[tokio::test]
async fn the_pinned_location_may_be_repeated() {
    let reader = Reader::new().await;
    for call in minimal_calls() {
        for name in SPELLINGS {
            for same in [json!(LOCATION), json!(null)] {
                let request = reader.sent(call.tool, with(&call.arguments, name, &same)).await;
                assert_eq!(request.headers["locationid"], LOCATION, "{} {name}", call.tool);
            }
        }
    }
}

#[tokio::test]
async fn without_a_pinned_location_the_argument_is_used() {
    let reader = Reader::new().await;
    for call in minimal_calls() {
        for name in SPELLINGS {
            let arguments = with(&call.arguments, name, &json!("free-1"));
            let result = reader.gateway.tool(call.tool, arguments).unpinned().send().await.tool_result();
            assert!(!result.is_error, "{} {name}: {}", call.tool, result.text);
            let request = reader.upstream.received_requests().await.unwrap().pop().unwrap();
            assert_eq!(request.headers["locationid"], "free-1", "{} {name}", call.tool);
        }
    }
}

#[tokio::test]
async fn without_a_pinned_location_the_argument_is_required() {
    let reader = Reader::new().await;
    let schemas = reader.gateway.rpc("tools/list", json!({})).unpinned().send().await.result();
    for call in minimal_calls() {
        let schema = schemas["tools"].as_array().unwrap().iter().find(|tool| tool["name"] == call.tool).unwrap();
        let declared = schema["inputSchema"]["properties"].get("locationId").is_some();
        let required =
            schema["inputSchema"]["required"].as_array().is_some_and(|names| names.contains(&json!("locationId")));
        assert_eq!(declared, required, "{}", call.tool);

        let result = reader.gateway.tool(call.tool, call.arguments.clone()).unpinned().send().await.tool_result();
        assert_eq!(result.is_error, required, "{}: {}", call.tool, result.text);
        if required {
            assert!(result.problem().starts_with("`locationId` is required"), "{}", result.text);
        }
    }
}

#[tokio::test]
async fn with_a_pinned_location_no_schema_contains_it() {
    let reader = Reader::new().await;
    let schemas = reader.gateway.rpc("tools/list", json!({})).send().await.result();
    for tool in schemas["tools"].as_array().unwrap() {
        let properties = tool["inputSchema"]["properties"].as_object().unwrap();
        for name in SPELLINGS.into_iter().chain(["altType"]) {
            assert!(!properties.contains_key(name), "{}: {name}", tool["name"]);
        }
    }
}

#[tokio::test]
async fn arguments_must_agree_on_one_location() {
    let reader = Reader::new().await;
    for (arguments, named) in [
        (json!({ "locationId": "one", "query_locationId": "two" }), "differs from the location in another argument"),
        (json!({ "locationId": "" }), "is not a location id"),
        (json!({ "locationId": "a/../b" }), "is not a location id"),
        (json!({ "locationId": "LOC", "altType": "company" }), "only \"location\" is supported"),
    ] {
        let result =
            reader.gateway.tool("contacts_get-contacts", arguments.clone()).unpinned().send().await.tool_result();
        let problem = reader.problem_of(&result).await;
        assert!(problem.contains(named), "{arguments}: {problem}");
    }
}
