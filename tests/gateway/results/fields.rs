//! `fields` picks parts of an answer. That nothing of it is sent is checked with each tool's requests.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{TestDesk, reads, text};
use crate::support::minimal_calls;

/// All dotted paths into a value; lists are walked through. `leaves` are those with nothing below.
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

/// What one path picks, written down anew: the same shape, and elements of lists keep their places.
fn picked(value: &Value, path: &[&str]) -> Option<Value> {
    let [name, rest @ ..] = path else { return Some(value.clone()) };
    match value {
        Value::Object(entries) => {
            let below = picked(entries.get(*name)?, rest)?;
            Some(Map::from_iter([((*name).to_owned(), below)]).into())
        }
        Value::Array(elements) => {
            let parts: Vec<_> = elements.iter().map(|element| picked(element, path)).collect();
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
fn these_are_all_tools_that_read() {
    let reading: Vec<&str> =
        minimal_calls().iter().filter(|call| call.scope.ends_with(".readonly")).map(|call| call.tool).collect();
    assert_eq!(reads().map(|(tool, _)| tool).to_vec(), reading);
}

#[tokio::test]
async fn every_path_of_every_answer_picks_what_it_names() {
    let desk = TestDesk::new().await;
    for (tool, arguments) in reads() {
        let full = desk.ask(tool, arguments.clone()).await;
        let (mut all, mut leaves) = Default::default();
        paths(&full["data"], "", &mut all, &mut leaves);
        assert!(all.len() > 3, "{tool}: the answer is worth picking from: {full}");
        for path in all {
            let mut arguments = arguments.clone();
            arguments["fields"] = json!([path]);
            let result = desk.ask(tool, arguments).await;
            let segments: Vec<&str> = path.split('.').collect();
            assert_eq!(result["data"], picked(&full["data"], &segments).unwrap(), "{tool} {path}");
            assert!(result.get("unmatched").is_none(), "{tool} {path}: {result}");
            assert_eq!((&result["success"], &result["status"]), (&json!(true), &json!(200)));
            assert_eq!(result.get("next"), full.get("next"), "the next page is named all the same: {tool} {path}");
        }
        // All leaves together are the whole answer.
        assert!(leaves.len() <= 100, "{tool}: {}", leaves.len());
        let mut arguments = arguments.clone();
        arguments["fields"] = json!(leaves);
        assert_eq!(desk.ask(tool, arguments).await, full, "{tool}");
    }
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_named() {
    let desk = TestDesk::new().await;
    for (tool, arguments) in reads() {
        let full = desk.ask(tool, arguments.clone()).await;
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
            let result = desk.ask(tool, arguments).await;
            assert_eq!((&result["data"], &result["unmatched"]), (&data, &json!(unmatched)), "{tool}");
        }
    }
}

#[tokio::test]
async fn it_is_given_as_a_list_or_as_text() {
    let desk = TestDesk::new().await;
    let expected = json!({ "contacts": [{ "id": super::CONTACT, "email": "rosa@example.com" }] });
    for fields in [
        json!(["contacts.id", "contacts.email"]),
        json!("contacts.id,contacts.email"),
        json!("[\"contacts.id\", \"contacts.email\"]"),
    ] {
        let result = desk.ask("contacts_get-contacts", json!({ "query": "rosa", "fields": fields })).await;
        assert_eq!(result["data"], expected, "{fields}");
    }
    let null = desk.ask("contacts_get-contacts", json!({ "query": "rosa", "fields": null })).await;
    assert!(null["data"]["meta"].is_object());
    for fields in [json!([]), json!(["contacts..id"]), json!([""]), json!([["a"]]), json!({ "contacts": "id" })] {
        let post = desk.post("contacts_get-contacts", json!({ "fields": fields }));
        let problem = post.send().await.tool_result().problem();
        assert!(problem.starts_with("`fields`"), "{fields}: {problem}");
    }
}

/// Each in the form that its client reads; the part is the same.
#[tokio::test]
async fn every_form_of_an_answer_has_it() {
    let desk = TestDesk::new().await;
    let arguments = json!({ "contactId": super::CONTACT, "fields": ["contact.email", "nowhere"] });
    let expected =
        r#"{"success":true,"status":200,"data":{"contact":{"email":"rosa@example.com"}},"unmatched":["nowhere"]}"#;
    let json = desk.post("contacts_get-contact", arguments.clone()).send().await;
    assert_eq!(text(&json), expected);
    let stream =
        desk.post("contacts_get-contact", arguments.clone()).header("accept", "text/event-stream").send().await;
    assert_eq!(stream.header("content-type"), "text/event-stream");
    assert_eq!(text(&stream), expected);
    let plain = desk.gateway.post(json!({ "tool": "contacts_get-contact", "input": arguments }));
    let plain = plain.token(super::TOKEN).header("locationid", super::LOCATION).send().await;
    assert_eq!((plain.status.as_u16(), plain.body.as_str()), (200, expected));
}

/// A failure is told whole: it is small, and what is wrong stands in it.
#[tokio::test]
async fn a_failure_is_not_picked_from() {
    let desk = TestDesk::new().await;
    let whole = desk.post("contacts_get-contact", json!({ "contactId": "nobody" })).send().await.tool_result();
    let arguments = json!({ "contactId": "nobody", "fields": ["contact.email"] });
    let picked = desk.post("contacts_get-contact", arguments).send().await.tool_result();
    assert_eq!(picked.kind(), "not_found");
    let without_trace = |mut result: Value| {
        result["data"]["traceId"] = Value::Null; // counted by the sandbox
        result
    };
    assert_eq!(without_trace(picked.json()), without_trace(whole.json()));
}

#[tokio::test]
async fn a_tool_that_writes_has_none() {
    let desk = TestDesk::new().await;
    let before = desk.ask("contacts_get-contact", json!({ "contactId": super::CONTACT })).await;
    let arguments = json!({ "contactId": super::CONTACT, "firstName": "Rose", "fields": ["contact.id"] });
    let result = desk.post("contacts_update-contact", arguments).send().await.tool_result();
    assert_eq!(result.kind(), "invalid_arguments");
    assert!(result.problem().contains("`fields`"), "{}", result.text);
    assert_eq!(desk.ask("contacts_get-contact", json!({ "contactId": super::CONTACT })).await, before);
}
