//! The plain call of HighLevel's help article.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{Answer, RawUpstream, TestGateway, TestGatewayBuilder, answering};

async fn call(gateway: &TestGateway, body: Value) -> Answer {
    gateway.post(body).path("/mcp/").send().await
}

/// The request of the article, verbatim.
fn article() -> Value {
    json!({ "tool": "contacts_get-contact", "input": { "contactId": "abc123" } })
}

#[tokio::test]
async fn the_call_of_the_article_works() {
    let body = r#"{"contact": {"id":"abc123",  "n":1.0}}"#;
    let upstream = answering(ResponseTemplate::new(200).set_body_string(body)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    for path in ["/mcp/", "/mcp"] {
        // Python's requests sends this Accept.
        let response = gateway.post(article()).path(path).header("accept", "*/*").send().await;
        assert_eq!(response.status, 200);
        assert_eq!(response.header("content-type"), "application/json");
        assert_eq!(response.body, format!(r#"{{"success":true,"status":200,"data":{body}}}"#));
        let sent = upstream.received_requests().await.unwrap().pop().unwrap();
        assert_eq!((sent.method.as_str(), sent.url.path()), ("GET", "/contacts/abc123"));
        assert_eq!(sent.headers["authorization"], "Bearer pit-test");
    }
}

#[tokio::test]
async fn the_response_has_the_upstreams_status() {
    for status in [200_u16, 201, 400, 401, 403, 404, 422, 429, 500, 503] {
        let upstream = answering(ResponseTemplate::new(status).set_body_json(json!({ "message": "so" }))).await;
        let gateway = TestGatewayBuilder::on(&upstream.uri()).without_retries().start().await;
        let response = call(&gateway, article()).await;
        assert_eq!(response.status, status);
        let result = response.json();
        assert_eq!(result["success"], status < 400);
        assert_eq!((&result["status"], &result["data"]), (&json!(status), &json!({ "message": "so" })));
        assert_eq!(result.get("error").is_some(), status >= 400);
    }
}

/// Required by RFC 9110 section 15.5.2; generic HTTP clients rely on it.
#[tokio::test]
async fn a_401_has_a_challenge() {
    for (status, message, challenge) in [
        (401_u16, "Invalid JWT", r#"Bearer error="invalid_token""#),
        (401, "The token is not authorized for this scope.", r#"Bearer error="insufficient_scope""#),
        (403, "Forbidden", ""),
    ] {
        let upstream = answering(ResponseTemplate::new(status).set_body_json(json!({ "message": message }))).await;
        let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
        let response = call(&gateway, article()).await;
        assert_eq!(
            (response.status.as_u16(), response.header("www-authenticate")),
            (status, challenge),
            "{response:?}"
        );
    }
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    for (authorization, challenge) in
        [(None, "Bearer"), (Some("Basic eDp5"), "Bearer"), (Some("Bearer a b"), r#"Bearer error="invalid_token""#)]
    {
        let post = gateway.post(article()).without("authorization");
        let post = if let Some(value) = authorization { post.header("authorization", value) } else { post };
        let response = post.send().await;
        assert_eq!((response.status.as_u16(), response.header("www-authenticate")), (401, challenge));
    }
}

/// The result would be lost with a status that cannot have a body.
#[tokio::test]
async fn a_status_without_a_body_is_replaced() {
    for (status, replacement, success) in [(204, 200, true), (304, 502, false)] {
        let head = format!("HTTP/1.1 {status} \r\n\r\n");
        let upstream = RawUpstream::answering(head.leak().as_bytes()).await;
        let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
        let response = call(&gateway, article()).await;
        assert_eq!(response.status, replacement);
        let result = response.json();
        assert_eq!((&result["status"], &result["success"]), (&json!(status), &json!(success)));
    }
}

/// Only the envelope differs.
#[tokio::test]
async fn the_result_is_the_same_as_over_mcp() {
    let error = json!({ "statusCode": 401, "message": "Invalid JWT" });
    let upstream = answering(ResponseTemplate::new(401).set_body_json(error)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let mcp = gateway.call("contacts_get-contact", json!({ "contactId": "abc123" })).await;
    assert_eq!(call(&gateway, article()).await.body, mcp.text);
}

#[tokio::test]
async fn an_invalid_call_gets_an_explanation() {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    for (body, named) in [
        (json!({ "tool": "contacts_get_contact", "input": {} }), "the nearest is contacts_get-contact"),
        (json!({ "tool": "weather" }), "tools/list"),
        (json!({ "tool": 7 }), "`tool` cannot be read: invalid type: integer `7`"),
        (json!({ "tool": "contacts_get-contact", "input": "abc123" }), "`input` cannot be read: invalid type"),
        (json!({ "tool": "contacts_get-contact", "input": ["abc123"] }), "`input` cannot be read: invalid type"),
        (json!({ "tool": "contacts_get-contacts", "params": {} }), "unknown field `params`"),
        (json!({ "tool": "contacts_get-contact", "input": { "contact": "abc123" } }), "`contactId`"),
        (json!({ "tool": "contacts_get-contact" }), "`contactId` is required"),
        (json!({ "tool": "contacts_get-contact", "input": null }), "`contactId` is required"),
        (json!({ "tool": "contacts_get-contacts", "input": { "locationId": "another" } }), "differs from the location"),
    ] {
        let response = call(&gateway, body.clone()).await;
        assert_eq!(response.status, 400, "{body}");
        let error = &response.json()["error"];
        assert_eq!(error["kind"], "invalid_arguments");
        assert!(error["message"].as_str().unwrap().contains(named), "{body}: {error}");
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_failing_upstream_is_a_bad_gateway() {
    let closing = RawUpstream::answering(b"").await;
    let response = call(&TestGatewayBuilder::on(&closing.url()).start().await, article()).await;
    assert_eq!((response.status.as_u16(), &response.json()["status"]), (502, &json!(502)));

    let silent = RawUpstream::silent().await;
    let impatient = TestGatewayBuilder::on(&silent.url())
        .settings(|settings| settings.upstream.call_deadline = std::time::Duration::from_millis(250))
        .start()
        .await;
    let response = call(&impatient, article()).await;
    assert_eq!((response.status.as_u16(), &response.json()["error"]["kind"]), (504, &json!("timeout")));
}

#[tokio::test]
async fn a_message_with_jsonrpc_is_not_a_plain_call() {
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping", "tool": "contacts_get-contact" });
    assert_eq!(call(&gateway, message).await.result(), json!({}));
}
