//! The accepted forms of a value.

use serde_json::{Value, json};

use super::Reader;

async fn body(tool: &str, arguments: Value) -> Value {
    Reader::new().await.sent(tool, arguments).await.body_json().unwrap()
}

async fn query(tool: &str, arguments: Value, name: &str) -> Option<String> {
    let request = Reader::new().await.sent(tool, arguments).await;
    request.url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn numbers_and_booleans_may_be_text() {
    let tool = "opportunities_update-opportunity";
    for (given, sent) in
        [(json!("220.5"), json!(220.5)), (json!(" 7 "), json!(7)), (json!(-1), json!(-1)), (json!("0"), json!(0))]
    {
        assert_eq!(body(tool, json!({ "id": "o1", "monetaryValue": given })).await, json!({ "monetaryValue": sent }));
    }
    for (given, sent) in [(json!("true"), true), (json!("False"), false), (json!(true), true)] {
        let arguments = json!({ "contactId": "c1", "dnd": given });
        assert_eq!(body("contacts_update-contact", arguments).await, json!({ "dnd": sent }));
    }
    // Some clients have only floats.
    assert_eq!(query("contacts_get-contacts", json!({ "limit": 50.0 }), "limit").await.unwrap(), "50");
    // A model sends digits as a number.
    let arguments = json!({ "contactId": "c1", "postalCode": 35061, "phone": 18_885_550_101_i64 });
    let sent = json!({ "postalCode": "35061", "phone": "18885550101" });
    assert_eq!(body("contacts_update-contact", arguments).await, sent);
}

#[tokio::test]
async fn other_values_for_numbers_and_booleans_are_rejected() {
    let reader = Reader::new().await;
    for (tool, name, value) in [
        ("contacts_get-contacts", "limit", json!("all")),
        ("contacts_get-contacts", "limit", json!(0)),
        ("contacts_get-contacts", "limit", json!(101)),
        ("contacts_get-contacts", "limit", json!(1.5)),
        ("contacts_get-contacts", "limit", json!([5])),
        ("contacts_get-contacts", "limit", json!(true)),
        ("contacts_get-contacts", "query", json!({ "name": "Rosa" })),
        ("contacts_create-contact", "dnd", json!("yes")),
        ("contacts_create-contact", "dnd", json!(1)),
        ("contacts_create-contact", "email", json!(["a@example.com"])),
        ("opportunities_search-opportunity", "page", json!("-1")),
    ] {
        let problem = reader.rejected(tool, json!({ name: value.clone() })).await;
        assert!(problem.starts_with(&format!("`{name}` is wrong: ")), "{name} = {value}: {problem}");
    }
}

#[tokio::test]
async fn null_clears_a_field_or_is_ignored() {
    let arguments = json!({ "contactId": "c1", "phone": null, "assignedTo": null, "tags": null, "dnd": null });
    assert_eq!(body("contacts_update-contact", arguments).await, json!({ "phone": null, "assignedTo": null }));
    assert_eq!(query("contacts_get-contacts", json!({ "query": null }), "query").await, None);
}

#[tokio::test]
async fn a_timestamp_may_be_a_date() {
    for given in [
        json!(1_793_491_200_000_i64),
        json!("1793491200000"),
        json!("2026-11-01T00:00:00Z"),
        json!("2026-11-01T00:00:00.000Z"),
        json!("2026-11-01T05:30:00+05:30"),
        json!("2026-11-01"),
    ] {
        let arguments = json!({ "userId": "u1", "startTime": given, "endTime": "2026-11-08" });
        let sent = query("calendars_get-calendar-events", arguments, "startTime").await;
        assert_eq!(sent.unwrap(), "1793491200000", "{given}");
    }
    let reader = Reader::new().await;
    // A local time without an offset could be any of 26 hours.
    for given in [json!("next week"), json!("2026-11-01T09:00:00"), json!("11/01/2026"), json!(""), json!({})] {
        let arguments = json!({ "userId": "u1", "startTime": given, "endTime": "2026-11-08" });
        let problem = reader.rejected("calendars_get-calendar-events", arguments).await;
        assert!(problem.starts_with("`startTime` is wrong") && problem.contains("RFC 3339"), "{given}: {problem}");
    }
}

#[tokio::test]
async fn a_message_is_scheduled_in_seconds() {
    let message = |at: Value| json!({ "type": "SMS", "contactId": "c1", "message": "hi", "scheduledTimestamp": at });
    let send = "conversations_send-a-new-message";
    for given in [json!(1_793_491_200), json!("1793491200"), json!("2026-11-01T00:00:00Z")] {
        assert_eq!(body(send, message(given)).await["scheduledTimestamp"], 1_793_491_200);
    }
    let problem = Reader::new().await.rejected(send, message(json!(1_793_491_200_000_i64))).await;
    assert!(problem.contains("looks like milliseconds"), "{problem}");
}

#[tokio::test]
async fn a_list_may_be_comma_separated_where_the_api_takes_that() {
    let tool = "conversations_get-messages";
    for given in [
        json!("TYPE_SMS,TYPE_CALL"),
        json!("TYPE_SMS, TYPE_CALL"),
        json!(["TYPE_SMS", "TYPE_CALL"]),
        json!("[\"TYPE_SMS\",\"TYPE_CALL\"]"),
    ] {
        let arguments = json!({ "conversationId": "v1", "type": given });
        assert_eq!(query(tool, arguments, "type").await.unwrap(), "TYPE_SMS,TYPE_CALL", "{given}");
    }
    assert_eq!(query(tool, json!({ "conversationId": "v1", "type": "TYPE_SMS" }), "type").await.unwrap(), "TYPE_SMS");
    let problem = Reader::new().await.rejected(tool, json!({ "conversationId": "v1", "type": "TYPE_SMS,FAX" })).await;
    assert!(problem.contains("`FAX`") && problem.contains("TYPE_WHATSAPP"), "{problem}");
}

/// `a, b` is ambiguous: one tag or two.
#[tokio::test]
async fn tags_are_a_list() {
    let tool = "contacts_add-tags";
    for (given, sent) in [
        (json!(["a", "b, c"]), json!(["a", "b, c"])),
        (json!("[\"a\",\"b, c\"]"), json!(["a", "b, c"])),
        (json!("vip"), json!(["vip"])),
        (json!([2026]), json!(["2026"])),
    ] {
        assert_eq!(body(tool, json!({ "contactId": "c1", "tags": given })).await, json!({ "tags": sent }));
    }
    let reader = Reader::new().await;
    for given in [json!("a, b"), json!({ "a": true }), json!([["a"]]), json!(true)] {
        let problem = reader.rejected(tool, json!({ "contactId": "c1", "tags": given })).await;
        assert!(problem.starts_with("`tags"), "{given}: {problem}");
    }
}

/// The hosted endpoint drops custom fields given as text, and reports "succeeded".
#[tokio::test]
async fn custom_fields_may_be_json_text() {
    let field = json!({ "id": "f1", "field_value": "x" });
    let keyed = json!({ "id": "f2", "key": "k", "field_value": [1, 2] });
    for given in [
        json!([field, keyed]),
        json!([field.to_string(), keyed.to_string()]),
        json!([field, keyed.to_string()]),
        json!(json!([field, keyed]).to_string()),
    ] {
        let arguments = json!({ "email": "a@example.com", "customFields": given });
        let sent = body("contacts_create-contact", arguments).await;
        assert_eq!(sent["customFields"], json!([field, keyed]), "{given}");
    }
    let one = body("contacts_create-contact", json!({ "customFields": field.to_string() })).await;
    assert_eq!(one["customFields"], json!([field]));
}

#[tokio::test]
async fn a_custom_field_that_the_api_would_drop_is_rejected() {
    let reader = Reader::new().await;
    for (given, named) in [
        (json!([{ "field_value": 7 }]), "has no `id`"),
        (json!([{ "id": "f1" }]), "has no `field_value`"),
        (json!([{ "id": "f1", "value": 7 }]), "unknown field `value`"),
        (json!([{ "id": "", "field_value": 7 }]), "empty"),
        (json!(["lead_score=7"]), "expected an object"),
        (json!("{\"field_value\":7}"), "has no `id`"),
        (json!("[{\"id\":\"f1\",\"field_value\":"), "EOF"),
    ] {
        for tool in ["contacts_create-contact", "contacts_upsert-contact"] {
            let problem = reader.rejected(tool, json!({ "customFields": given })).await;
            assert!(problem.starts_with("`customFields") && problem.contains(named), "{given}: {problem}");
        }
    }
    let given = json!([{ "id": "f1", "field_value": 1 }, { "field_value": 2 }]);
    let problem =
        reader.rejected("opportunities_update-opportunity", json!({ "id": "o1", "customFields": given })).await;
    assert!(problem.starts_with("`customFields[1]`"), "it names the element: {problem}");
}

#[tokio::test]
async fn nested_objects_may_be_json_text() {
    let settings = json!({ "SMS": { "status": "active" } });
    let arguments = json!({ "contactId": "c1", "dndSettings": settings.to_string() });
    assert_eq!(body("contacts_update-contact", arguments).await, json!({ "dndSettings": settings }));
    let problem = Reader::new()
        .await
        .rejected(
            "contacts_update-contact",
            json!({ "contactId": "c1", "dndSettings": { "Fax": { "status": "active" } } }),
        )
        .await;
    assert!(problem.contains("Fax") && problem.contains("WhatsApp"), "{problem}");
}
