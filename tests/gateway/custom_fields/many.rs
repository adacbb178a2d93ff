//! More fields than a call may have: refused before any other work on them, which costs time for each.

use serde_json::{Value, json};

use super::{FieldsUpstream, with, writes};

/// What took a worker for half a second and for two.
fn dearest() -> [(&'static str, Value); 4] {
    let by_id = (0..6_000).map(|index| json!({ "id": format!("x{index}"), "field_value": 1 }));
    let one_by_name = std::iter::once(json!({ "lead_score": 7 })).chain(by_id.clone()).collect();
    let names = |count: usize| -> Value { (0..count).map(|index| (format!("lead_skore_{index}"), json!(1))).collect() };
    [
        ("6000", by_id.collect()),
        ("6001", one_by_name),
        ("15000", names(15_000)),
        ("5001", json!([{ "key": "lead_score", "field_value": 7 }, names(5_000).to_string()])),
    ]
}

#[tokio::test]
async fn are_refused_in_every_form_before_any_request() {
    let office = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        for (count, fields) in dearest() {
            let result = office.call(tool, &arguments, fields.clone()).await;
            assert_eq!(result.kind(), "invalid_arguments", "{tool} {count}");
            let said = format!("`customFields` has {count} fields, and a call may have 500");
            assert!(result.problem().contains(&said), "{tool} {count}: {}", result.text);
            let plain = json!({ "tool": tool, "input": with(&arguments, fields) });
            let plain = office.gateway.post(plain).send().await;
            assert_eq!((plain.status.as_u16(), plain.body), (400, result.text));
        }
    }
    assert!(office.requests().await.is_empty(), "neither looked up nor written");
}

#[tokio::test]
async fn as_many_as_there_may_be_are_written() {
    let office = FieldsUpstream::new().await;
    let by_id: Vec<Value> = (0..499).map(|index| json!({ "id": format!("x{index}"), "field_value": 1 })).collect();
    let fields: Value = std::iter::once(json!({ "lead_score": 7 })).chain(by_id).collect();
    let result = office.call("contacts_update-contact", &json!({ "contactId": "c1" }), fields).await;
    assert!(!result.is_error, "{}", result.text);
    assert_eq!(office.written().await[0]["customFields"].as_array().unwrap().len(), 500);
}

#[tokio::test]
async fn an_api_with_very_many_definitions_is_not_believed() {
    let definition = |index: usize| json!({ "id": format!("f{index}"), "name": "A", "model": "contact" });
    let definitions = json!({ "customFields": (0..10_001).map(definition).collect::<Value>() });
    let office = FieldsUpstream::answering(wiremock::ResponseTemplate::new(200).set_body_json(definitions)).await;
    let result = office.call("contacts_update-contact", &json!({ "contactId": "c1" }), json!({ "b": 1 })).await;
    assert_eq!(result.kind(), "invalid_response", "{}", result.text);
    assert!(office.written().await.is_empty());
}
