//! The API's error responses: status and message determine the kind; the hint names the next step.

use std::fmt::Write;

use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{CallResult, TestGatewayBuilder, answering, minimal_calls, tool_count};

const READ: &str = "contacts_get-contact";
const WRITE: &str = "contacts_create-contact";

const HTML: &str = "<!DOCTYPE html><html><title>Attention Required! | Cloudflare</title></html>";

async fn call(tool: &str, response: ResponseTemplate) -> CallResult {
    let upstream = answering(response).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).without_retries().start().await;
    let arguments = if tool == READ { json!({ "contactId": "c1" }) } else { json!({ "email": "a@example.com" }) };
    gateway.call(tool, arguments).await
}

fn with_message(status: u16, message: &str) -> (u16, String) {
    (status, json!({ "statusCode": status, "message": message }).to_string())
}

#[tokio::test]
async fn status_and_message_determine_the_kind() {
    let duplicate = json!({
        "statusCode": 400,
        "message": "This location does not allow duplicated contacts.",
        "meta": { "contactId": "ocQHyuzHvysMo5N5VsXc", "contactName": "Rosa Deo", "matchingField": "email" }
    });
    let validation = json!({ "statusCode": 422, "message": ["email must be an email", "tags must be an array"] });
    let cases: Vec<(&str, (u16, String), &str)> = vec![
        (READ, with_message(401, "Invalid Private Integration token"), "token_rejected"),
        (READ, with_message(401, "Invalid JWT"), "token_rejected"),
        (READ, with_message(401, "The token is not authorized for this scope."), "scope_missing"),
        (WRITE, with_message(401, "The token is not authorized for this scope."), "scope_missing"),
        (READ, with_message(401, "This route is not yet supported by the IAM Service"), "not_supported_for_token"),
        (READ, with_message(401, "version header was not found"), "invalid_request"),
        (READ, with_message(401, ""), "token_rejected"),
        (READ, with_message(403, "The token does not have access to this location."), "location_forbidden"),
        (READ, (403, String::new()), "location_forbidden"),
        (READ, (403, HTML.to_owned()), "invalid_response"),
        (WRITE, (400, duplicate.to_string()), "duplicate"),
        (WRITE, with_message(400, "email is invalid"), "invalid_request"),
        (READ, with_message(400, "Contact not found for id: c1"), "not_found"),
        (READ, with_message(404, "Not Found"), "not_found"),
        (READ, (422, validation.to_string()), "invalid_request"),
        (WRITE, (422, validation.to_string()), "invalid_request"),
        (READ, (400, json!({ "error": "bad", "msg": "limit must be a number" }).to_string()), "invalid_request"),
        (READ, with_message(429, "Too Many Requests"), "rate_limited"),
        (WRITE, (429, String::new()), "rate_limited"),
        (READ, with_message(500, "Internal server error"), "upstream_unavailable"),
        (WRITE, with_message(500, "Internal server error"), "upstream_unavailable"),
        (READ, (502, HTML.to_owned()), "upstream_unavailable"),
        (WRITE, (502, HTML.to_owned()), "upstream_unavailable"),
        (READ, (503, String::new()), "upstream_unavailable"),
        (READ, (200, HTML.to_owned()), "invalid_response"),
        (WRITE, (201, HTML.to_owned()), "invalid_response"),
        (READ, (200, "{\"contact\":{\"id\":".to_owned()), "invalid_response"),
        (READ, (200, "{} {}".to_owned()), "invalid_response"),
        (READ, (400, "no such route".to_owned()), "invalid_request"),
    ];
    let mut report = String::new();
    for (tool, (status, body), kind) in cases {
        let result = call(tool, ResponseTemplate::new(status).set_body_string(&body)).await;
        assert_eq!(result.kind(), kind, "{status} {body}: {}", result.text);
        // A failure that the API's status does not report becomes a 502.
        assert_eq!(result.json()["status"], if status < 300 { 502 } else { status });
        let data = serde_json::from_str::<Value>(&body).unwrap_or_default();
        assert_eq!(result.json()["data"], data, "the response is passed on if it is JSON");
        writeln!(report, "{status} {body} to {tool}\n{}\n", result.text).unwrap();
    }
    insta::assert_snapshot!("answers", report);
}

/// After a server error it is unknown whether a write took effect.
#[tokio::test]
async fn only_a_write_can_have_an_unknown_outcome() {
    for status in [500, 502, 503, 504] {
        for body in [HTML, "{}", ""] {
            let response = || ResponseTemplate::new(status).set_body_string(body);
            let problem = call(WRITE, response()).await.problem();
            assert!(problem.contains("whether the write was carried out is unknown"), "{status} {body}: {problem}");
            let problem = call(READ, response()).await.problem();
            assert!(!problem.contains("unknown"), "{status} {body}: {problem}");
        }
    }
    for status in [400, 401, 403, 404, 422, 429] {
        let problem = call(WRITE, ResponseTemplate::new(status).set_body_string("{}")).await.problem();
        assert!(!problem.contains("unknown"), "{status}: {problem}");
    }
}

#[tokio::test]
async fn the_missing_scope_is_reported_for_each_tool() {
    let body = json!({ "statusCode": 401, "message": "The token is not authorized for this scope." });
    let upstream = answering(ResponseTemplate::new(401).set_body_json(&body)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    for call in minimal_calls() {
        let result = gateway.call(call.tool, call.arguments).await;
        assert_eq!(result.kind(), "scope_missing", "{}", call.tool);
        let error = &result.json()["error"];
        for part in ["message", "hint"] {
            let words: Vec<&str> = error[part].as_str().unwrap().split([' ', ':']).collect();
            assert!(words.contains(&call.scope), "{}: {error}", call.tool);
        }
        assert_eq!(result.json()["data"], body);
    }
    assert_eq!(upstream.received_requests().await.unwrap().len(), tool_count());
}

#[tokio::test]
async fn a_duplicate_error_contains_the_existing_contacts_id() {
    let body = json!({ "statusCode": 400, "message": "no duplicates", "meta": { "contactId": "existing-1" } });
    let result = call(WRITE, ResponseTemplate::new(400).set_body_json(body)).await;
    assert_eq!(result.kind(), "duplicate");
    assert!(result.json()["error"]["hint"].as_str().unwrap().contains("existing-1"), "{}", result.text);
}

#[tokio::test]
async fn an_empty_body_is_null() {
    for status in [200, 201, 204] {
        let result = call(READ, ResponseTemplate::new(status)).await;
        assert!(!result.is_error);
        assert_eq!(result.text, format!(r#"{{"success":true,"status":{status},"data":null}}"#));
    }
}

/// Following a redirect would send the caller's token to another host.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    for (tool, status) in [(READ, 301), (READ, 302), (WRITE, 303), (WRITE, 307), (READ, 308)] {
        let elsewhere: MockServer = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
        let location = format!("{}/contacts/c1", elsewhere.uri());
        let result = call(tool, ResponseTemplate::new(status).insert_header("location", location.as_str())).await;
        assert_eq!(result.kind(), "invalid_response", "{status}");
        assert!(!result.text.contains(&elsewhere.uri()), "an internal address: {}", result.text);
        assert!(elsewhere.received_requests().await.unwrap().is_empty(), "{status} was followed");
    }
}
