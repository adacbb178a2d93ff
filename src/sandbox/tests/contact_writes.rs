use serde_json::{Value, json};

use super::{Client, column};
use crate::sandbox::seed::contacts::COUNT;
use crate::sandbox::well_known::{CHOICE_FIELD, CONTACT, OPPORTUNITY_FIELD, TEXT_FIELD};

async fn contact(client: &Client, id: &str) -> Value {
    client.get(&format!("/contacts/{id}")).await.ok()["contact"].take()
}

#[tokio::test]
async fn a_created_contact_is_found() {
    let client = Client::new();
    let body = json!({"locationId": "LOCATION", "name": "Ana María Ortiz", "email": "Ana@Example.com",
        "phone": "+1 555 777 0000", "tags": ["New", "new"], "companyName": "Ortiz SL",
        "customFields": [{"id": TEXT_FIELD, "field_value": "P-1"}, {"id": "unknown", "field_value": "x"},
            {"id": OPPORTUNITY_FIELD, "field_value": 1}, {"key": "policy_number", "field_value": "x"}, "text"]});
    let response = client.post("/contacts/", body).await;
    assert_eq!(response.status, 201);
    let created = response.ok();
    let id = created["contact"]["id"].as_str().unwrap();
    assert_eq!(id.len(), 20);
    let contact = contact(&client, id).await;
    assert_eq!(contact, created["contact"]);
    assert_eq!((&contact["firstName"], &contact["lastName"]), (&json!("Ana"), &json!("María Ortiz")));
    assert_eq!(contact["phone"], "+15557770000");
    assert_eq!(contact["emailLowerCase"], "ana@example.com");
    assert_eq!(contact["tags"], json!(["new"]));
    assert_eq!(contact["customFields"], json!([{"id": TEXT_FIELD, "value": "P-1"}]));
    let list = client.get("/contacts/?locationId=LOCATION&limit=1").await.ok();
    assert_eq!(column(&list["contacts"], "id"), [id], "the newest comes first");
    assert_eq!(list["meta"]["total"], COUNT + 1);
}

#[tokio::test]
async fn a_duplicate_is_rejected_with_the_id_of_the_existing_contact() {
    let client = Client::new();
    for (field, value) in [("email", "ROSA@example.com"), ("phone", "+1 (888) 555-0101")] {
        let response = client.post("/contacts/", json!({"locationId": "LOCATION", field: value})).await;
        let meta = json!({"contactId": CONTACT, "contactName": "Rosa Deo", "matchingField": field});
        assert_eq!(response.body["meta"], meta);
        response.error(400);
    }
    let list = client.get("/contacts/?locationId=LOCATION&query=amelia").await.ok();
    let amelia = list["contacts"][0]["id"].as_str().unwrap();
    client.put(&format!("/contacts/{amelia}"), json!({"email": "rosa@example.com"})).await.error(400);
    client.put(&format!("/contacts/{CONTACT}"), json!({"email": "rosa@example.com"})).await.ok();
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let client = Client::new();
    let before = contact(&client, CONTACT).await;
    let body = json!({"city": "Bath", "address1": null, "tags": ["VIP"], "dnd": true,
        "dndSettings": {"SMS": {"status": "active"}}, "dateOfBirth": "1991-01-02",
        "customFields": [{"id": CHOICE_FIELD, "field_value": "Metal"}]});
    let response = client.put(&format!("/contacts/{CONTACT}"), body).await.ok();
    assert_eq!(response["succeded"], true);
    let after = contact(&client, CONTACT).await;
    assert_eq!(after, response["contact"]);
    assert_eq!(after["city"], "Bath");
    assert_eq!(after["tags"], json!(["vip"]), "the whole set is replaced");
    assert!(after.get("address1").is_none());
    assert_eq!(after["email"], before["email"]);
    assert_ne!(after["dateUpdated"], before["dateUpdated"]);
    let fields = after["customFields"].as_array().unwrap();
    assert!(fields.contains(&json!({"id": CHOICE_FIELD, "value": "Metal"})));
    assert_eq!(fields.len(), before["customFields"].as_array().unwrap().len(), "the others stay");
}

#[tokio::test]
async fn an_upsert_updates_or_creates() {
    let client = Client::new();
    let updated = client
        .post("/contacts/upsert", json!({"locationId": "LOCATION", "email": "Rosa@Example.com", "tags": ["lead"]}))
        .await
        .ok();
    assert_eq!(updated["new"], false);
    assert_eq!(updated["contact"]["id"], CONTACT);
    assert_eq!(contact(&client, CONTACT).await["tags"], json!(["lead"]));
    let created =
        client.post("/contacts/upsert", json!({"locationId": "LOCATION", "phone": "+15550009999"})).await.ok();
    assert_eq!(created["new"], true);
    assert_eq!(contact(&client, created["contact"]["id"].as_str().unwrap()).await["phone"], "+15550009999");
}

#[tokio::test]
async fn tags_come_and_go() {
    let client = Client::new();
    let path = format!("/contacts/{CONTACT}/tags");
    let added = client.post(&path, json!({"tags": ["VIP", "vip", "Roof"]})).await;
    assert_eq!(added.status, 201);
    assert_eq!(added.ok()["tags"], json!(["customer", "roof", "vip"]));
    let removed = client.delete(&path, json!({"tags": ["ROOF", "never there"]})).await.ok();
    assert_eq!(removed["tags"], json!(["customer", "vip"]));
    assert_eq!(contact(&client, CONTACT).await["tags"], json!(["customer", "vip"]));
}

#[tokio::test]
async fn invalid_bodies_are_rejected() {
    let client = Client::new();
    let path = format!("/contacts/{CONTACT}");
    for (body, message) in [
        (json!({"firstname": "x"}), "property firstname should not exist"),
        (json!({"locationId": "LOCATION"}), "property locationId should not exist"),
        (json!({"companyName": "x"}), "property companyName should not exist"),
        (json!({"firstName": 5}), "firstName must be a string"),
        (json!({"postalCode": null}), "postalCode must be a string"),
        (json!({"dnd": "true"}), "dnd must be a boolean value"),
        (json!({"tags": "vip"}), "tags must be an array"),
        (json!({"tags": [1]}), "each value in tags must be a string"),
        (json!({"customFields": "[]"}), "customFields must be an array"),
        (json!({"dndSettings": {"Fax": {"status": "active"}}}), "dndSettings.property Fax should not exist"),
        (
            json!({"dndSettings": {"SMS": {"status": "on"}}}),
            "dndSettings.SMS.status must be one of the following values: active, inactive, permanent",
        ),
    ] {
        assert_eq!(client.put(&path, body).await.error(422), message);
    }
    for (tags, message) in [(json!({}), "tags must be an array"), (json!({"tags": "vip"}), "tags must be an array")] {
        assert_eq!(client.delete(&format!("{path}/tags"), tags.clone()).await.error(422), message);
        assert_eq!(client.post(&format!("{path}/tags"), tags).await.error(422), message);
    }
    let missing = client.post("/contacts/", json!({"email": "x@example.com"})).await;
    assert_eq!(missing.error(422), "locationId should not be empty");
    client.put("/contacts/00000000000000000000", json!({})).await.error(400);
    client.post("/contacts/00000000000000000000/tags", json!({"tags": []})).await.error(400);
}
