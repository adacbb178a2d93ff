//! The limit on a result's size: a larger result is not truncated, but replaced by advice on how to make it smaller.

use http::HeaderValue;
use leadconnector_mcp::config::Settings;
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use super::{SandboxGateway, text};
use crate::support::{TestGateway, TestGatewayBuilder, answering};

const HEADER: &str = "X-MCP-Max-Result-Bytes";

/// A gateway in front of an API that returns a contact with notes of this size.
async fn with_large_contact(bytes: usize, change: impl FnOnce(&mut Settings) + 'static) -> (TestGateway, MockServer) {
    let body = json!({ "contact": { "id": "c1", "notes": "x".repeat(bytes) } });
    let upstream = answering(ResponseTemplate::new(200).set_body_json(body)).await;
    (TestGatewayBuilder::on(&upstream.uri()).settings(change).start().await, upstream)
}

fn read() -> Value {
    json!({ "contactId": "c1" })
}

#[tokio::test]
async fn the_limit_is_exact() {
    let (gateway, _upstream) = with_large_contact(1000, |_| {}).await;
    let whole = gateway.call("contacts_get-contact", read()).await.text;
    for (limit, is_error) in [(whole.len(), false), (whole.len() + 1, false), (whole.len() - 1, true), (1, true)] {
        let (by_setting, _upstream) =
            with_large_contact(1000, move |settings| settings.server.max_result_bytes = limit).await;
        let by_setting = by_setting.call("contacts_get-contact", read()).await;
        let by_header = gateway.tool("contacts_get-contact", read()).header(HEADER, &limit.to_string());
        let by_header = by_header.send().await.tool_result();
        assert_eq!((by_setting.is_error, by_header.is_error), (is_error, is_error), "{limit} of {}", whole.len());
        assert_eq!(by_setting.text, by_header.text);
        assert_eq!(by_setting.text == whole, !is_error);
    }
}

#[tokio::test]
async fn a_header_only_lowers_the_setting() {
    for (setting, header, limit) in [
        (1000, None, Some("limit of 1000")),
        (1000, Some("0"), Some("limit of 1000")),
        (1000, Some("10000"), Some("limit of 1000")),
        (1000, Some(" 900 "), Some("limit of 900")),
        (0, None, None),
        (0, Some("0"), None),
        (0, Some("900"), Some("limit of 900")),
    ] {
        let (gateway, _upstream) =
            with_large_contact(5000, move |settings| settings.server.max_result_bytes = setting).await;
        let post = gateway.tool("contacts_get-contact", read());
        let post = if let Some(value) = header { post.header(HEADER, value) } else { post };
        let result = post.send().await.tool_result();
        match limit {
            Some(limit) => assert!(result.problem().contains(limit), "{setting}, {header:?}: {}", result.text),
            None => assert!(!result.is_error, "{header:?}"),
        }
    }
    let (gateway, _upstream) = with_large_contact(5000, |_| {}).await;
    let twice = gateway.tool("contacts_get-contact", read()).header(HEADER, "0").second_header(HEADER, "900");
    assert!(twice.send().await.tool_result().is_error);
}

#[tokio::test]
async fn an_invalid_header_is_rejected_by_name() {
    let (gateway, upstream) = with_large_contact(10, |_| {}).await;
    for value in ["", "much", "-1", "1.5", "1e3", "10kB", "99999999999999999999999"] {
        for message in [
            json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }),
            json!({ "tool": "contacts_get-contact", "input": read() }),
        ] {
            let (status, code, message) = gateway.post(message).header(HEADER, value).send().await.rpc_error();
            assert_eq!((status, code), (400, -32600), "{value:?}");
            assert!(message.contains(HEADER), "{value:?}: {message}");
        }
    }
    let bytes = HeaderValue::from_bytes(b"\xff").unwrap();
    let answer = gateway.tool("contacts_get-contact", read()).header_value(HEADER, bytes).send().await;
    assert_eq!(answer.status, 400);
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_advice_contains_size_shape_and_arguments() {
    let gateway = SandboxGateway::new().await;
    let arguments = json!({ "limit": 50 });
    let whole = text(&gateway.post("contacts_get-contacts", arguments.clone()).send().await);
    let result = gateway.post("contacts_get-contacts", arguments).header(HEADER, "2000").send().await.tool_result();
    assert_eq!(result.kind(), "response_too_large");
    assert!(result.text.len() < 2000, "the advice itself is small: {}", result.text);
    let (advice, whole_json): (Value, Value) = (result.json(), serde_json::from_str(&whole).unwrap());
    assert_eq!((&advice["success"], &advice["status"], &advice["data"]), (&json!(false), &json!(413), &Value::Null));
    assert_eq!(advice["size"], whole.len());
    let problem = result.problem();
    assert!(problem.contains(&whole.len().to_string()) && problem.contains("2000"), "{problem}");

    let shape = advice["shape"].as_object().unwrap();
    let names: Vec<&String> = whole_json["data"].as_object().unwrap().keys().collect();
    assert_eq!(shape.keys().collect::<Vec<_>>(), names);
    assert!(shape["contacts"].as_str().unwrap().starts_with("list of 50, "), "{}", shape["contacts"]);
    assert!(shape["meta"].as_str().unwrap().starts_with("object, "), "{}", shape["meta"]);
    assert_eq!(advice["next"], whole_json["next"]);
    let hint = advice["error"]["hint"].as_str().unwrap();
    for named in ["`fields`", "contacts.id", "`limit`"] {
        assert!(hint.contains(named), "{hint}");
    }
}

/// Following the advice works.
#[tokio::test]
async fn the_advice_makes_the_result_smaller() {
    let gateway = SandboxGateway::new().await;
    for arguments in [json!({ "limit": 50, "fields": ["contacts.id"] }), json!({ "limit": 1 })] {
        let post = gateway.post("contacts_get-contacts", arguments).header(HEADER, "2000");
        let result = post.send().await.tool_result();
        assert!(!result.is_error && result.text.len() <= 2000, "{}", result.text);
    }
}

/// The advice mentions `limit` only if the tool has it, and `next` only if there is a next page.
#[tokio::test]
async fn the_advice_fits_the_tool() {
    let gateway = SandboxGateway::new().await;
    for (tool, arguments) in super::reads() {
        let whole = text(&gateway.post(tool, arguments.clone()).send().await);
        let result = gateway.post(tool, arguments.clone()).header(HEADER, "1").send().await.tool_result();
        assert_eq!(result.kind(), "response_too_large", "{tool}");
        let (advice, whole): (Value, Value) = (result.json(), serde_json::from_str(&whole).unwrap());
        let hint = advice["error"]["hint"].as_str().unwrap();
        assert_eq!(hint.contains("`limit`"), arguments.get("limit").is_some(), "{tool}: {hint}");
        assert_eq!(advice.get("next"), whole.get("next"), "{tool}");
        for (name, value) in whole["data"].as_object().unwrap() {
            let shape = advice["shape"][name].as_str().unwrap();
            let expected = match value {
                Value::Array(elements) => format!("list of {}, ", elements.len()),
                Value::Object(_) => "object, ".to_owned(),
                Value::String(_) => "text".to_owned(),
                Value::Bool(_) => "boolean".to_owned(),
                Value::Number(_) => "number".to_owned(),
                Value::Null => "null".to_owned(),
            };
            assert!(shape.starts_with(&expected), "{tool} {name}: {shape}");
        }
    }
}

#[tokio::test]
async fn the_limit_applies_to_every_form_of_a_response() {
    let (gateway, _upstream) = with_large_contact(5000, |settings| {
        settings.server.max_result_bytes = 1000;
        settings.server.structured_content = true;
    })
    .await;
    let json = gateway.tool("contacts_get-contact", read()).send().await;
    assert_eq!(json.result()["structuredContent"], json.tool_result().json());
    let stream = gateway.tool("contacts_get-contact", read()).header("accept", "text/event-stream").send().await;
    assert_eq!(stream.tool_result().text, json.tool_result().text);
    let plain = gateway.post(json!({ "tool": "contacts_get-contact", "input": read() })).send().await;
    assert_eq!((plain.status.as_u16(), plain.body), (413, json.tool_result().text));
}

/// The client's limit applies to errors as well.
#[tokio::test]
async fn errors_are_limited_too() {
    let body = json!({ "message": "no", "details": "x".repeat(50_000) });
    let upstream = answering(ResponseTemplate::new(422).set_body_json(body)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let post = gateway.tool("contacts_get-contact", read()).header(HEADER, "2000");
    let result = post.send().await.tool_result();
    assert_eq!(result.kind(), "invalid_request", "the reason is kept");
    assert!(result.text.len() <= 2000, "{} bytes", result.text.len());
}
