//! What keeps a call from being made: its own faults, before any request; and a lookup that fails, before any write.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{FieldsUpstream, with, writes};
use crate::support::{CallResult, RawUpstream, TestGatewayBuilder};

fn score() -> Value {
    json!({ "lead_score": 7 })
}

#[tokio::test]
async fn other_faults_are_found_before_any_request() {
    let office = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        for (wrong, named) in [
            (json!({ "nonsense": 1 }), "`nonsense`"),
            (json!({ "name": ["a", "b"] }), "`name`"),
            (json!({ "locationId": "another" }), "names another location"),
            (json!({ "altType": "company" }), "`altType`"),
        ] {
            let mut given = with(&arguments, score());
            given.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
            let result = office.gateway.call(tool, given).await;
            assert_eq!(result.kind(), "invalid_arguments", "{tool} {wrong}");
            assert!(result.problem().contains(named), "{tool} {wrong}: {}", result.text);
        }
    }
    for tool in ["contacts_update-contact", "opportunities_update-opportunity"] {
        let result = office.call(tool, &json!({}), score()).await;
        assert!(result.problem().contains("is required"), "{tool}: {}", result.text);
    }
    assert!(office.requests().await.is_empty());
}

/// An id needs no location, but a name does.
#[tokio::test]
async fn without_a_location_there_is_nothing_to_look_up() {
    let office = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        let post = office.gateway.tool(tool, with(&arguments, score())).unpinned();
        let result = post.send().await.tool_result();
        assert!(result.problem().starts_with("`locationId` is required"), "{tool}: {}", result.text);
    }
    assert!(office.requests().await.is_empty());
    let by_id = with(&json!({ "contactId": "c1" }), json!([{ "id": "f1", "field_value": 7 }]));
    let result = office.gateway.tool("contacts_update-contact", by_id).unpinned().send().await.tool_result();
    assert!(!result.is_error, "{}", result.text);
}

fn assert_says_lookup(result: &CallResult, kind: &str) {
    assert_eq!(result.kind(), kind, "{}", result.text);
    let problem = result.problem();
    assert!(problem.contains("custom fields") && problem.contains("looking them up failed"), "{problem}");
    let hint = result.json()["error"]["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains("ids") && hint.contains("Nothing was written"), "{hint}");
}

#[tokio::test]
async fn a_lookup_that_fails_leaves_everything_unwritten() {
    let said = |message: &str| json!({ "message": message });
    for (status, body, kind) in [
        (401, said("The token is not authorized for this scope."), "scope_missing"),
        (401, said("Invalid Private Integration token"), "token_rejected"),
        (403, said("The token does not have access to this location."), "location_forbidden"),
        (404, said("Location not found"), "not_found"),
        (429, said("Too Many Requests"), "rate_limited"),
        (500, said("Internal server error"), "upstream_unavailable"),
        (503, said("Service unavailable"), "upstream_unavailable"),
    ] {
        let office = FieldsUpstream::answering(
            ResponseTemplate::new(status).insert_header("x-ratelimit-interval-milliseconds", "50").set_body_json(&body),
        )
        .await;
        for (tool, arguments) in writes() {
            let result = office.call(tool, &arguments, score()).await;
            assert_says_lookup(&result, kind);
            assert!(result.problem().contains(body["message"].as_str().unwrap()), "{}", result.text);
            assert_eq!(result.json()["status"], status);
            assert!(!result.problem().contains("unknown"), "nothing was written, and that is known: {}", result.text);
            let plain = json!({ "tool": tool, "input": with(&arguments, score()) });
            assert_eq!(office.gateway.post(plain).send().await.status, status);
        }
        assert!(office.written().await.is_empty(), "{status}");
    }
}

/// The scope that is missing is the lookup's, and not the write's.
#[tokio::test]
async fn the_missing_scope_is_named() {
    let refusal = json!({ "statusCode": 401, "message": "The token is not authorized for this scope." });
    let office = FieldsUpstream::answering(ResponseTemplate::new(401).set_body_json(refusal)).await;
    let result = office.call("contacts_update-contact", &json!({ "contactId": "c1" }), score()).await;
    assert!(result.problem().contains("locations/customFields.readonly"), "{}", result.text);
    assert!(!result.text.contains("contacts.write"), "{}", result.text);
}

#[tokio::test]
async fn answers_that_hold_no_definitions_are_failures() {
    for lookup in [
        ResponseTemplate::new(200).set_body_string("<html>"),
        ResponseTemplate::new(200).set_body_string(""),
        ResponseTemplate::new(200).set_body_json(json!({})),
        ResponseTemplate::new(200).set_body_json(json!({ "customFields": "none" })),
        ResponseTemplate::new(200).set_body_string("{\"customFields\":["),
    ] {
        let office = FieldsUpstream::answering(lookup).await;
        let result = office.call("contacts_update-contact", &json!({ "contactId": "c1" }), score()).await;
        assert_says_lookup(&result, "invalid_response");
        assert!(office.written().await.is_empty());
    }
    let closing = RawUpstream::answering(b"").await;
    let gateway = TestGatewayBuilder::on(&closing.url()).start().await;
    let result = gateway.call("contacts_update-contact", with(&json!({ "contactId": "c1" }), score())).await;
    assert_says_lookup(&result, "upstream_unavailable");
}

#[tokio::test]
async fn a_location_without_custom_fields_has_none_to_name() {
    let office =
        FieldsUpstream::answering(ResponseTemplate::new(200).set_body_json(json!({ "customFields": [] }))).await;
    let result = office.call("contacts_update-contact", &json!({ "contactId": "c1" }), score()).await;
    assert!(result.problem().contains("names no contact field"), "{}", result.text);
    assert!(office.written().await.is_empty());
}
