//! The maximum number of fields: more are rejected before any other work, which takes time for each of them.

use serde_json::{Value, json};

use super::{FieldsUpstream, with, writes};

/// Calls that would occupy a worker for half a second to two seconds.
fn expensive_fields() -> [(&'static str, Value); 4] {
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
async fn too_many_fields_are_rejected_in_every_form_before_any_request() {
    let fixture = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        for (count, fields) in expensive_fields() {
            let result = fixture.call(tool, &arguments, fields.clone()).await;
            assert_eq!(result.kind(), "invalid_arguments", "{tool} {count}");
            let problem = format!("`customFields` has {count} fields; the maximum is 500");
            assert!(result.problem().contains(&problem), "{tool} {count}: {}", result.text);
            let plain = json!({ "tool": tool, "input": with(&arguments, fields) });
            let plain = fixture.gateway.post(plain).send().await;
            assert_eq!((plain.status.as_u16(), plain.body), (400, result.text));
        }
    }
    assert!(fixture.requests().await.is_empty(), "neither looked up nor written");
}

#[tokio::test]
async fn the_maximum_number_of_fields_is_written() {
    let fixture = FieldsUpstream::new().await;
    let by_id: Vec<Value> = (0..499).map(|index| json!({ "id": format!("x{index}"), "field_value": 1 })).collect();
    let fields: Value = std::iter::once(json!({ "lead_score": 7 })).chain(by_id).collect();
    let result = fixture.call("contacts_update-contact", &json!({ "contactId": "c1" }), fields).await;
    assert!(!result.is_error, "{}", result.text);
    assert_eq!(fixture.written().await[0]["customFields"].as_array().unwrap().len(), 500);
}

#[tokio::test]
async fn too_many_definitions_are_an_invalid_response() {
    let definition = |index: usize| json!({ "id": format!("f{index}"), "name": "A", "model": "contact" });
    let definitions = json!({ "customFields": (0..10_001).map(definition).collect::<Value>() });
    let fixture = FieldsUpstream::answering(wiremock::ResponseTemplate::new(200).set_body_json(definitions)).await;
    let result = fixture.call("contacts_update-contact", &json!({ "contactId": "c1" }), json!({ "b": 1 })).await;
    assert_eq!(result.kind(), "invalid_response", "{}", result.text);
    assert!(fixture.written().await.is_empty());
}
