//! `fields` selects parts of a response. The tests of each tool's requests check that it is not sent to the API.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{SandboxGateway, reads, text};
use crate::support::minimal_calls;

/// All dotted paths into a value, through lists. `leaves` are the paths with nothing below.
fn paths(value: &Value, prefix: &str, all: &mut BTreeSet<String>, leaves: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (name, value) in entries {
                let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                all.insert(path.clone());
                paths(value, &path, all, leaves);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for element in elements {
                paths(element, prefix, all, leaves);
            }
        }
        _ => _ = leaves.insert(prefix.to_owned()),
    }
}

/// An independent implementation of a path's selection: the shape and the positions in lists are kept.
fn select(value: &Value, path: &[&str]) -> Option<Value> {
    let [name, rest @ ..] = path else { return Some(value.clone()) };
    match value {
        Value::Object(entries) => {
            let below = select(entries.get(*name)?, rest)?;
            Some(Map::from_iter([((*name).to_owned(), below)]).into())
        }
        Value::Array(elements) => {
            let parts: Vec<_> = elements.iter().map(|element| select(element, path)).collect();
            let any = parts.is_empty() || parts.iter().any(Option::is_some);
            let parts = parts.into_iter().zip(elements);
            let parts =
                parts.map(|(part, element)| part.unwrap_or(if element.is_object() { json!({}) } else { Value::Null }));
            any.then(|| parts.collect())
        }
        _ => None,
    }
}

#[test]
fn reads_covers_all_read_tools() {
    let reading: Vec<&str> =
        minimal_calls().iter().filter(|call| call.scope.ends_with(".readonly")).map(|call| call.tool).collect();
    assert_eq!(reads().map(|(tool, _)| tool).to_vec(), reading);
}

#[tokio::test]
async fn every_path_of_every_response_selects_its_value() {
    let gateway = SandboxGateway::new().await;
    for (tool, arguments) in reads() {
        let full = gateway.call(tool, arguments.clone()).await;
        let (mut all, mut leaves) = Default::default();
        paths(&full["data"], "", &mut all, &mut leaves);
        assert!(all.len() > 3, "{tool}: the response has several paths: {full}");
        for path in all {
            let mut arguments = arguments.clone();
            arguments["fields"] = json!([path]);
            let result = gateway.call(tool, arguments).await;
            let segments: Vec<&str> = path.split('.').collect();
            assert_eq!(result["data"], select(&full["data"], &segments).unwrap(), "{tool} {path}");
            assert!(result.get("unmatched").is_none(), "{tool} {path}: {result}");
            assert_eq!((&result["success"], &result["status"]), (&json!(true), &json!(200)));
            assert_eq!(result.get("next"), full.get("next"), "`next` does not depend on `fields`: {tool} {path}");
        }
        // All leaves together are the whole response.
        assert!(leaves.len() <= 100, "{tool}: {}", leaves.len());
        let mut arguments = arguments.clone();
        arguments["fields"] = json!(leaves);
        assert_eq!(gateway.call(tool, arguments).await, full, "{tool}");
    }
}

#[tokio::test]
async fn an_unmatched_path_is_reported() {
    let gateway = SandboxGateway::new().await;
    for (tool, arguments) in reads() {
        let full = gateway.call(tool, arguments.clone()).await;
        let name = full["data"].as_object().unwrap().keys().next().unwrap().clone();
        for (fields, data, unmatched) in [
            (
                json!([name, "nowhere", "no.where"]),
                json!({ name.clone(): full["data"][&name] }),
                vec!["nowhere", "no.where"],
            ),
            (json!(["nowhere"]), json!({}), vec!["nowhere"]),
        ] {
            let mut arguments = arguments.clone();
            arguments["fields"] = fields;
            let result = gateway.call(tool, arguments).await;
            assert_eq!((&result["data"], &result["unmatched"]), (&data, &json!(unmatched)), "{tool}");
        }
    }
}

#[tokio::test]
async fn fields_may_be_a_list_or_text() {
    let gateway = SandboxGateway::new().await;
    let expected = json!({ "contacts": [{ "id": super::CONTACT, "email": "rosa@example.com" }] });
    for fields in [
        json!(["contacts.id", "contacts.email"]),
        json!("contacts.id,contacts.email"),
        json!("[\"contacts.id\", \"contacts.email\"]"),
    ] {
        let result = gateway.call("contacts_get-contacts", json!({ "query": "rosa", "fields": fields })).await;
        assert_eq!(result["data"], expected, "{fields}");
    }
    let null = gateway.call("contacts_get-contacts", json!({ "query": "rosa", "fields": null })).await;
    assert!(null["data"]["meta"].is_object());
    for fields in [json!([]), json!(["contacts..id"]), json!([""]), json!([["a"]]), json!({ "contacts": "id" })] {
        let post = gateway.post("contacts_get-contacts", json!({ "fields": fields }));
        let problem = post.send().await.tool_result().problem();
        assert!(problem.starts_with("`fields`"), "{fields}: {problem}");
    }
}

/// JSON, event stream and plain call.
#[tokio::test]
async fn fields_work_in_every_form_of_a_response() {
    let gateway = SandboxGateway::new().await;
    let arguments = json!({ "contactId": super::CONTACT, "fields": ["contact.email", "nowhere"] });
    let expected =
        r#"{"success":true,"status":200,"data":{"contact":{"email":"rosa@example.com"}},"unmatched":["nowhere"]}"#;
    let json = gateway.post("contacts_get-contact", arguments.clone()).send().await;
    assert_eq!(text(&json), expected);
    let stream =
        gateway.post("contacts_get-contact", arguments.clone()).header("accept", "text/event-stream").send().await;
    assert_eq!(stream.header("content-type"), "text/event-stream");
    assert_eq!(text(&stream), expected);
    let plain = gateway.gateway.post(json!({ "tool": "contacts_get-contact", "input": arguments }));
    let plain = plain.token(super::TOKEN).header("locationid", super::LOCATION).send().await;
    assert_eq!((plain.status.as_u16(), plain.body.as_str()), (200, expected));
}

/// An error is returned in full: it is small, and contains the reason.
#[tokio::test]
async fn fields_do_not_apply_to_errors() {
    let gateway = SandboxGateway::new().await;
    let whole = gateway.post("contacts_get-contact", json!({ "contactId": "nobody0" })).send().await.tool_result();
    let arguments = json!({ "contactId": "nobody0", "fields": ["contact.email"] });
    let masked = gateway.post("contacts_get-contact", arguments).send().await.tool_result();
    assert_eq!(masked.kind(), "not_found");
    let without_trace = |mut result: Value| {
        result["data"]["traceId"] = Value::Null; // counted by the sandbox
        result
    };
    assert_eq!(without_trace(masked.json()), without_trace(whole.json()));
}

#[tokio::test]
async fn a_write_tool_has_no_fields() {
    let gateway = SandboxGateway::new().await;
    let before = gateway.call("contacts_get-contact", json!({ "contactId": super::CONTACT })).await;
    let arguments = json!({ "contactId": super::CONTACT, "firstName": "Rose", "fields": ["contact.id"] });
    let result = gateway.post("contacts_update-contact", arguments).send().await.tool_result();
    assert_eq!(result.kind(), "invalid_arguments");
    assert!(result.problem().contains("`fields`"), "{}", result.text);
    assert_eq!(gateway.call("contacts_get-contact", json!({ "contactId": super::CONTACT })).await, before);
}
