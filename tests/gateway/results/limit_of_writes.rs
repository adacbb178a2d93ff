//! The limit on the result of a write: the success is reported, however large the response is.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{CONTACT, SandboxGateway};
use crate::support::{TestGatewayBuilder, answering, minimal_calls};

const HEADER: &str = "X-MCP-Max-Result-Bytes";

#[tokio::test]
async fn a_write_over_the_limit_is_reported_as_successful() {
    let body = json!({ "contact": { "notes": "x".repeat(5000) } });
    let upstream = answering(ResponseTemplate::new(201).set_body_json(body)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let mut sent = 0;
    for minimal in minimal_calls().into_iter().filter(|call| !call.scope.ends_with(".readonly")) {
        let whole = gateway.call(minimal.tool, minimal.arguments.clone()).await;
        let post = gateway.tool(minimal.tool, minimal.arguments.clone()).header(HEADER, "1000");
        let result = post.send().await.tool_result();
        assert!(!result.is_error, "{}: {}", minimal.tool, result.text);
        let json = result.json();
        assert_eq!((&json["success"], &json["status"], &json["data"]), (&json!(true), &json!(201), &Value::Null));
        let note = json["note"].as_str().unwrap();
        for named in ["carried out", &whole.text.len().to_string(), "1000"] {
            assert!(note.contains(named), "{}: {note}", minimal.tool);
        }
        let plain = json!({ "tool": minimal.tool, "input": minimal.arguments });
        let plain = gateway.post(plain).header(HEADER, "1000").send().await;
        assert_eq!((plain.status.as_u16(), plain.body), (201, result.text), "{}", minimal.tool);
        sent += 3;
        assert_eq!(upstream.received_requests().await.unwrap().len(), sent, "each call is made once");
    }
    assert_eq!(sent, 3 * 7, "seven tools write");
}

/// The write was indeed carried out.
#[tokio::test]
async fn a_write_over_the_limit_can_be_read_back() {
    let gateway = SandboxGateway::new().await;
    let arguments = json!({ "contactId": CONTACT, "city": "Aarhus" });
    let result = gateway.post("contacts_update-contact", arguments).header(HEADER, "10").send().await.tool_result();
    assert!(!result.is_error && result.json()["note"].is_string(), "{}", result.text);
    let read = gateway.call("contacts_get-contact", json!({ "contactId": CONTACT, "fields": "contact.city" })).await;
    assert_eq!(read["data"]["contact"]["city"], "Aarhus");
}

/// A failed write is not reported as successful.
#[tokio::test]
async fn a_failed_write_over_the_limit_is_an_error() {
    for status in [400_u16, 401, 404, 422, 429, 500, 503] {
        let body = json!({ "message": "no", "details": "x".repeat(5000) });
        let upstream = answering(ResponseTemplate::new(status).set_body_json(body)).await;
        let gateway = TestGatewayBuilder::on(&upstream.uri()).without_retries().start().await;
        let arguments = json!({ "contactId": "c1", "tags": ["vip"] });
        let result = gateway.tool("contacts_add-tags", arguments).header(HEADER, "1000").send().await.tool_result();
        assert_ne!(result.kind(), "response_too_large", "{status}");
        let json = result.json();
        assert_eq!((&json["success"], &json["status"]), (&json!(false), &json!(status)));
        assert!(json.get("note").is_none(), "{status}: {json}");
    }
}
