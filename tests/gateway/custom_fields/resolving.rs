//! Which field a key or a name means, and what is said where none is meant.

use serde_json::{Value, json};

use super::{FieldsUpstream, score_of, with, writes};

#[tokio::test]
async fn keys_and_names_are_sent_as_ids() {
    let office = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        let prefixed = if tool.starts_with("opportunities") { "opportunity.lead_score" } else { "contact.lead_score" };
        for fields in [
            json!([{ "key": "lead_score", "field_value": 7 }]),
            json!([{ "key": prefixed, "field_value": 7 }]),
            json!([{ "key": "Lead score", "field_value": 7 }]),
            json!([{ "name": "LEAD SCORE", "field_value": 7 }]),
            json!([{ "lead_score": 7 }]),
            json!({ "lead_score": 7 }),
            json!({ prefixed: 7 }),
            json!({ "Lead score": 7 }),
            json!("{\"lead_score\": 7}"),
            json!("[{\"key\": \"lead_score\", \"field_value\": 7}]"),
            json!(["{\"lead_score\": 7}"]),
        ] {
            for name in ["customFields", "body_customFields"] {
                let mut given = arguments.clone();
                given[name] = fields.clone();
                let result = office.gateway.call(tool, given).await;
                assert!(!result.is_error, "{tool} {fields}: {}", result.text);
                let written = office.written().await.pop().unwrap();
                assert_eq!(written["customFields"], json!([{ "id": score_of(tool), "field_value": 7 }]), "{fields}");
            }
        }
    }
}

#[tokio::test]
async fn values_and_the_order_stay_as_they_are() {
    let office = FieldsUpstream::new().await;
    let fields = json!([
        { "id": "x1", "field_value": "kept" },
        { "SCHUHGRÖßE": ["43", "44"], "lead_score": 1.50 },
        { "id": "x2", "key": "lead_score", "field_value": "kept too" },
    ]);
    let result = office.call("contacts_update-contact", &json!({ "contactId": "c1" }), fields).await;
    assert!(!result.is_error, "{}", result.text);
    let expected = json!([
        { "id": "x1", "field_value": "kept" },
        { "id": "cShoe", "field_value": ["43", "44"] },
        { "id": "cScore", "field_value": 1.5 },
        { "id": "x2", "key": "lead_score", "field_value": "kept too" },
    ]);
    assert_eq!(office.written().await.pop().unwrap()["customFields"], expected);
}

#[tokio::test]
async fn what_names_no_field_is_refused_before_any_write() {
    let office = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        let model = if tool.starts_with("opportunities") { "opportunity" } else { "contact" };
        for (fields, named) in [
            (json!({ "lead_scor": 7 }), ["\"lead_scor\"", "nearest: lead_score"]),
            (json!([{ "key": "leadscore", "field_value": 7 }]), ["\"leadscore\"", "nearest: lead_score"]),
            (json!([{ "name": "Lead scores", "field_value": 7 }]), ["\"Lead scores\"", "nearest: lead_score"]),
            (json!({ "qqq": 7 }), ["\"qqq\"", "locations_get-custom-fields"]),
            (json!([{ "id": "x", "field_value": 1 }, { "lead_scor": 7 }]), ["`customFields[1]`", "lead_score"]),
            (json!({ "lead_score": 7, "lead_skore": 7 }), ["\"lead_skore\"", "nearest: lead_score"]),
        ] {
            let result = office.call(tool, &arguments, fields.clone()).await;
            assert_eq!(result.kind(), "invalid_arguments", "{tool} {fields}");
            let problem = result.problem();
            assert!(problem.contains(&format!("names no {model} field")), "{tool} {fields}: {problem}");
            for name in named {
                assert!(problem.contains(name), "{tool} {fields}: {problem}");
            }
            let plain = json!({ "tool": tool, "input": with(&arguments, fields) });
            let plain = office.gateway.post(plain).send().await;
            assert_eq!((plain.status.as_u16(), plain.body), (400, result.text));
        }
    }
    assert!(office.written().await.is_empty());
    assert_eq!(office.lookups().await, 1, "a wrong name does not ask again");
}

#[tokio::test]
async fn all_that_cannot_be_resolved_is_said_at_once() {
    let office = FieldsUpstream::new().await;
    let fields = json!([{ "lead_scor": 1 }, { "twin": 2 }, { "key": "schuhgrosse", "field_value": 3 }]);
    let problem = office.call("contacts_create-contact", &json!({}), fields).await.problem();
    for named in ["`customFields[0]`", "`customFields[1]`", "several fields", "cTwinA, cTwinB", "`customFields[2]`"] {
        assert!(problem.contains(named), "{named} is not in: {problem}");
    }
    assert!(office.written().await.is_empty());
}

#[tokio::test]
async fn a_field_of_the_other_model_is_none() {
    let office = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        let other = if tool.starts_with("opportunities") { "schuhgroesse" } else { "roof_area" };
        let result = office.call(tool, &arguments, json!({ other: 7 })).await;
        assert!(result.problem().contains(&format!("{other:?}")), "{tool}: {}", result.text);
    }
    assert!(office.written().await.is_empty());
}

/// Whoever writes the prefix means that model's field, and not one that happens to have the same key.
#[tokio::test]
async fn the_other_models_prefix_is_not_dropped() {
    let office = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        let other = if tool.starts_with("opportunities") { "contact.lead_score" } else { "opportunity.lead_score" };
        for fields in [json!({ other: 7 }), json!([{ "key": other, "field_value": 7 }])] {
            let result = office.call(tool, &arguments, fields.clone()).await;
            assert!(result.is_error, "{tool} {fields}: {:?}", office.written().await.last());
        }
    }
    assert!(office.written().await.is_empty());
}

/// The schema lets `id` be null, and some clients send every property.
#[tokio::test]
async fn a_null_is_no_id() {
    let office = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        let fields = json!([{ "id": null, "key": "lead_score", "field_value": 7 }]);
        let result = office.call(tool, &arguments, fields).await;
        assert!(!result.is_error, "{tool}: {}", result.text);
        let written: Value = office.written().await.pop().unwrap();
        assert_eq!(written["customFields"][0]["id"], score_of(tool));
    }
}
