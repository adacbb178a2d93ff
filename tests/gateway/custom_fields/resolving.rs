//! Resolving keys and names to ids, and the problems with unknown and ambiguous names.

use serde_json::{Value, json};

use super::{FieldsUpstream, score_of, with, writes};

#[tokio::test]
async fn keys_and_names_are_sent_as_ids() {
    let fixture = FieldsUpstream::new().await;
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
                let result = fixture.gateway.call(tool, given).await;
                assert!(!result.is_error, "{tool} {fields}: {}", result.text);
                let written = fixture.written().await.pop().unwrap();
                assert_eq!(written["customFields"], json!([{ "id": score_of(tool), "field_value": 7 }]), "{fields}");
            }
        }
    }
}

#[tokio::test]
async fn values_and_order_are_kept() {
    let fixture = FieldsUpstream::new().await;
    let fields = json!([
        { "id": "x1", "field_value": "kept" },
        { "SCHUHGRÖßE": ["43", "44"], "lead_score": 1.50 },
        { "id": "x2", "key": "lead_score", "field_value": "kept too" },
    ]);
    let result = fixture.call("contacts_update-contact", &json!({ "contactId": "c1" }), fields).await;
    assert!(!result.is_error, "{}", result.text);
    let expected = json!([
        { "id": "x1", "field_value": "kept" },
        { "id": "c1Shoe", "field_value": ["43", "44"] },
        { "id": "c1Score", "field_value": 1.5 },
        { "id": "x2", "key": "lead_score", "field_value": "kept too" },
    ]);
    assert_eq!(fixture.written().await.pop().unwrap()["customFields"], expected);
}

#[tokio::test]
async fn an_unknown_name_is_rejected_before_any_write() {
    let fixture = FieldsUpstream::new().await;
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
            let result = fixture.call(tool, &arguments, fields.clone()).await;
            assert_eq!(result.kind(), "invalid_arguments", "{tool} {fields}");
            let problem = result.problem();
            assert!(problem.contains(&format!("names no {model} field")), "{tool} {fields}: {problem}");
            for name in named {
                assert!(problem.contains(name), "{tool} {fields}: {problem}");
            }
            let plain = json!({ "tool": tool, "input": with(&arguments, fields) });
            let plain = fixture.gateway.post(plain).send().await;
            assert_eq!((plain.status.as_u16(), plain.body), (400, result.text));
        }
    }
    assert!(fixture.written().await.is_empty());
    assert_eq!(fixture.lookups().await, 1, "an unknown name causes no further lookup");
}

#[tokio::test]
async fn all_unresolved_names_are_reported_at_once() {
    let fixture = FieldsUpstream::new().await;
    let fields = json!([{ "lead_scor": 1 }, { "twin": 2 }, { "key": "schuhgrosse", "field_value": 3 }]);
    let problem = fixture.call("contacts_create-contact", &json!({}), fields).await.problem();
    for named in ["`customFields[0]`", "`customFields[1]`", "is ambiguous", "c1TwinA, c1TwinB", "`customFields[2]`"] {
        assert!(problem.contains(named), "{named} is not in: {problem}");
    }
    assert!(fixture.written().await.is_empty());
}

#[tokio::test]
async fn a_field_of_the_other_model_is_unknown() {
    let fixture = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        let other = if tool.starts_with("opportunities") { "schuhgroesse" } else { "roof_area" };
        let result = fixture.call(tool, &arguments, json!({ other: 7 })).await;
        assert!(result.problem().contains(&format!("{other:?}")), "{tool}: {}", result.text);
    }
    assert!(fixture.written().await.is_empty());
}

/// A prefix selects that model's field, not a field of the other model with the same key.
#[tokio::test]
async fn the_other_models_prefix_is_not_ignored() {
    let fixture = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        let other = if tool.starts_with("opportunities") { "contact.lead_score" } else { "opportunity.lead_score" };
        for fields in [json!({ other: 7 }), json!([{ "key": other, "field_value": 7 }])] {
            let result = fixture.call(tool, &arguments, fields.clone()).await;
            assert!(result.is_error, "{tool} {fields}: {:?}", fixture.written().await.last());
        }
    }
    assert!(fixture.written().await.is_empty());
}

/// The schema allows `id` to be null, and some clients send every property.
#[tokio::test]
async fn a_null_id_is_ignored() {
    let fixture = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        let fields = json!([{ "id": null, "key": "lead_score", "field_value": 7 }]);
        let result = fixture.call(tool, &arguments, fields).await;
        assert!(!result.is_error, "{tool}: {}", result.text);
        let written: Value = fixture.written().await.pop().unwrap();
        assert_eq!(written["customFields"][0]["id"], score_of(tool));
    }
}
