//! The formats of a contact's properties, in the words of the real API's framework.

use serde_json::{Value, json};

use super::Client;
use crate::sandbox::well_known::CONTACT;

/// A body of this property for `POST /contacts/`.
fn body(name: &str, value: &Value) -> Value {
    json!({"locationId": "LOCATION", name: value})
}

#[tokio::test]
async fn malformed_emails_and_phones_are_rejected_by_every_write() {
    let client = Client::new();
    let path = format!("/contacts/{CONTACT}");
    for (name, value, expected) in [
        ("email", "not an email", "email must be an email"),
        ("email", "", "email must be an email"),
        ("email", "rosa@example", "email must be an email"),
        ("phone", "abc", "phone must be a valid phone number"),
        ("phone", "+1", "phone must be a valid phone number"),
    ] {
        let value = json!(value);
        assert_eq!(client.post("/contacts/", body(name, &value)).await.error(422), expected);
        assert_eq!(client.post("/contacts/upsert", body(name, &value)).await.error(422), expected);
        assert_eq!(client.put(&path, json!({name: value})).await.error(422), expected);
    }
    client.put(&path, json!({"email": null, "phone": null})).await.ok();
}

#[tokio::test]
async fn an_empty_contact_is_rejected() {
    let client = Client::new();
    let expected = "at least one of firstName, lastName, name, email, phone, companyName should not be empty";
    for empty in [
        json!({"locationId": "LOCATION"}),
        json!({"locationId": "LOCATION", "firstName": "", "name": " ", "email": null}),
        json!({"locationId": "LOCATION", "tags": ["lead"], "city": "Bath"}),
    ] {
        assert_eq!(client.post("/contacts/", empty.clone()).await.error(422), expected);
        assert_eq!(client.post("/contacts/upsert", empty).await.error(422), expected);
    }
    let list = client.get("/contacts/?locationId=LOCATION&limit=1").await.ok();
    assert_eq!(list["meta"]["total"], crate::sandbox::seed::contacts::COUNT, "nothing was created");
    for (name, value) in [("firstName", "Ana"), ("companyName", "Ortiz SL"), ("phone", "888-555-0199")] {
        client.post("/contacts/", body(name, &json!(value))).await.ok();
    }
}

#[tokio::test]
async fn a_messages_addresses_are_validated() {
    let client = Client::new();
    for (name, value, expected) in [
        ("emailTo", json!("rosa"), "emailTo must be an email"),
        ("emailCc", json!(["a@example.com", "b"]), "each value in emailCc must be an email"),
        ("emailBcc", json!("a@example.com"), "emailBcc must be an array"),
        ("fromNumber", json!("abc"), "fromNumber must be a valid phone number"),
        ("toNumber", json!("1"), "toNumber must be a valid phone number"),
    ] {
        let message = json!({"type": "Email", "contactId": CONTACT, "html": "x", name: value});
        assert_eq!(client.post("/conversations/messages", message).await.error(422), expected);
    }
}
