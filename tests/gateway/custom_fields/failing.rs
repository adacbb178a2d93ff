//! Failures: invalid arguments are reported before any request, and a failed lookup before any write.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{FieldsUpstream, with, writes};
use crate::support::{CallResult, RawUpstream, TestGatewayBuilder};

fn score() -> Value {
    json!({ "lead_score": 7 })
}

#[tokio::test]
async fn other_invalid_arguments_are_reported_before_any_request() {
    let fixture = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        for (wrong, named) in [
            (json!({ "nonsense": 1 }), "`nonsense`"),
            (json!({ "name": ["a", "b"] }), "`name`"),
            (json!({ "locationId": "another" }), "differs from the location"),
            (json!({ "altType": "company" }), "`altType`"),
        ] {
            let mut given = with(&arguments, score());
            given.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
            let result = fixture.gateway.call(tool, given).await;
            assert_eq!(result.kind(), "invalid_arguments", "{tool} {wrong}");
            assert!(result.problem().contains(named), "{tool} {wrong}: {}", result.text);
        }
    }
    for tool in ["contacts_update-contact", "opportunities_update-opportunity"] {
        let result = fixture.call(tool, &json!({}), score()).await;
        assert!(result.problem().contains("is required"), "{tool}: {}", result.text);
    }
    assert!(fixture.requests().await.is_empty());
}

/// An id needs no location, but a name does.
#[tokio::test]
async fn a_lookup_requires_the_location() {
    let fixture = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        let post = fixture.gateway.tool(tool, with(&arguments, score())).unpinned();
        let result = post.send().await.tool_result();
        assert!(result.problem().starts_with("`locationId` is required"), "{tool}: {}", result.text);
    }
    assert!(fixture.requests().await.is_empty());
    let by_id = with(&json!({ "contactId": "c1" }), json!([{ "id": "f1", "field_value": 7 }]));
    let result = fixture.gateway.tool("contacts_update-contact", by_id).unpinned().send().await.tool_result();
    assert!(!result.is_error, "{}", result.text);
}

fn assert_lookup_failed(result: &CallResult, kind: &str) {
    assert_eq!(result.kind(), kind, "{}", result.text);
    let problem = result.problem();
    assert!(problem.contains("looking up custom fields by key or name failed"), "{problem}");
    let hint = result.json()["error"]["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains("ids") && hint.contains("Nothing was written"), "{hint}");
}

#[tokio::test]
async fn nothing_is_written_after_a_failed_lookup() {
    let message = |message: &str| json!({ "message": message });
    for (status, body, kind) in [
        (401, message("The token is not authorized for this scope."), "scope_missing"),
        (401, message("Invalid Private Integration token"), "token_rejected"),
        (403, message("The token does not have access to this location."), "location_forbidden"),
        (404, message("Location not found"), "not_found"),
        (429, message("Too Many Requests"), "rate_limited"),
        (500, message("Internal server error"), "upstream_unavailable"),
        (503, message("Service unavailable"), "upstream_unavailable"),
    ] {
        let fixture = FieldsUpstream::answering(
            ResponseTemplate::new(status).insert_header("x-ratelimit-interval-milliseconds", "50").set_body_json(&body),
        )
        .await;
        for (tool, arguments) in writes() {
            let result = fixture.call(tool, &arguments, score()).await;
            assert_lookup_failed(&result, kind);
            assert!(result.problem().contains(body["message"].as_str().unwrap()), "{}", result.text);
            assert_eq!(result.json()["status"], status);
            assert!(!result.problem().contains("unknown"), "it is certain that nothing was written: {}", result.text);
            let plain = json!({ "tool": tool, "input": with(&arguments, score()) });
            assert_eq!(fixture.gateway.post(plain).send().await.status, status);
        }
        assert!(fixture.written().await.is_empty(), "{status}");
    }
}

/// The scope of the lookup is missing, not the scope of the write.
#[tokio::test]
async fn the_missing_scope_of_the_lookup_is_reported() {
    let body = json!({ "statusCode": 401, "message": "The token is not authorized for this scope." });
    let fixture = FieldsUpstream::answering(ResponseTemplate::new(401).set_body_json(body)).await;
    let result = fixture.call("contacts_update-contact", &json!({ "contactId": "c1" }), score()).await;
    assert!(result.problem().contains("locations/customFields.readonly"), "{}", result.text);
    assert!(!result.text.contains("contacts.write"), "{}", result.text);
}

#[tokio::test]
async fn responses_without_definitions_are_errors() {
    for lookup in [
        ResponseTemplate::new(200).set_body_string("<html>"),
        ResponseTemplate::new(200).set_body_string(""),
        ResponseTemplate::new(200).set_body_json(json!({})),
        ResponseTemplate::new(200).set_body_json(json!({ "customFields": "none" })),
        ResponseTemplate::new(200).set_body_string("{\"customFields\":["),
    ] {
        let fixture = FieldsUpstream::answering(lookup).await;
        let result = fixture.call("contacts_update-contact", &json!({ "contactId": "c1" }), score()).await;
        assert_lookup_failed(&result, "invalid_response");
        assert!(fixture.written().await.is_empty());
    }
    let closing = RawUpstream::answering(b"").await;
    let gateway = TestGatewayBuilder::on(&closing.url()).start().await;
    let result = gateway.call("contacts_update-contact", with(&json!({ "contactId": "c1" }), score())).await;
    assert_lookup_failed(&result, "upstream_unavailable");
}

#[tokio::test]
async fn in_a_location_without_custom_fields_every_name_is_unknown() {
    let fixture =
        FieldsUpstream::answering(ResponseTemplate::new(200).set_body_json(json!({ "customFields": [] }))).await;
    let result = fixture.call("contacts_update-contact", &json!({ "contactId": "c1" }), score()).await;
    assert!(result.problem().contains("names no contact field"), "{}", result.text);
    assert!(fixture.written().await.is_empty());
}
