//! The requests that the contacts tools send.

use serde_json::{Value, json};

use crate::support::{JULY_2021, LOCATION, Sent, tool};

/// Merges two objects.
fn merged(left: Value, right: Value) -> Value {
    let entries = [left, right].into_iter().flat_map(|object| object.as_object().unwrap().clone());
    Value::Object(entries.collect())
}

/// The fields that create, upsert and update share; each is sent unchanged.
fn shared_fields() -> Value {
    let muted = json!({ "status": "permanent", "message": "asked to stop", "code": "103" });
    let heard = json!({ "status": "inactive" });
    json!({
        "firstName": "Rosa",
        "lastName": "Söhne",
        "name": "Rosa Söhne",
        "email": "rosa@example.com",
        "phone": "+18885550101",
        "address1": "12 Quay Street",
        "city": "Portland",
        "state": "ME",
        "postalCode": "04101",
        "country": "US",
        "website": "https://example.com/?a=b&c",
        "timezone": "America/Chihuahua",
        "dateOfBirth": "1990-09-25",
        "dnd": false,
        "dndSettings": {
            "Call": muted, "Email": heard, "SMS": { "status": "active" }, "WhatsApp": heard, "GMB": heard, "FB": heard
        },
        "inboundDndSettings": { "all": { "status": "active", "message": "spam" } },
        "tags": ["lead", "roof, north"],
        "customFields": [
            { "id": "f1", "key": "policy", "field_value": "9039160788" },
            { "id": "f2", "field_value": ["a", "b"] },
            { "id": "f3", "field_value": 220.5 },
            { "id": "f4", "field_value": { "url": "https://example.com" } }
        ]
    })
}

/// The other fields of create and upsert.
fn new_contact_fields() -> Value {
    json!({ "gender": "female", "companyName": "Acme", "source": "website", "assignedTo": "u1" })
}

#[tokio::test]
async fn get_all_tasks() {
    let sent = || Sent::get("/contacts/c1/tasks");
    tool("contacts_get-all-tasks", JULY_2021)
        .minimal(json!({ "contactId": "c1" }), sent())
        .full(json!({ "contactId": "c1" }), sent())
        .check()
        .await;
}

#[tokio::test]
async fn add_tags() {
    tool("contacts_add-tags", JULY_2021)
        .minimal(
            json!({ "contactId": "c1", "tags": ["vip"] }),
            Sent::post("/contacts/c1/tags", json!({ "tags": ["vip"] })),
        )
        .full(
            json!({ "contactId": "c1", "tags": ["vip", "roof, north"] }),
            Sent::post("/contacts/c1/tags", json!({ "tags": ["vip", "roof, north"] })),
        )
        .check()
        .await;
}

/// The hosted endpoint drops the body of a DELETE.
#[tokio::test]
async fn remove_tags() {
    tool("contacts_remove-tags", JULY_2021)
        .minimal(
            json!({ "contactId": "c1", "tags": ["vip"] }),
            Sent::delete("/contacts/c1/tags", json!({ "tags": ["vip"] })),
        )
        .full(
            json!({ "contactId": "c1", "tags": ["vip", "roof"] }),
            Sent::delete("/contacts/c1/tags", json!({ "tags": ["vip", "roof"] })),
        )
        .check()
        .await;
}

#[tokio::test]
async fn get_contact() {
    tool("contacts_get-contact", JULY_2021)
        .minimal(json!({ "contactId": "c1" }), Sent::get("/contacts/c1"))
        .full(json!({ "contactId": "ocQHyuzHvysMo5N5VsXc" }), Sent::get("/contacts/ocQHyuzHvysMo5N5VsXc"))
        .check()
        .await;
}

#[tokio::test]
async fn update_contact() {
    let own = json!({ "source": "website", "assignedTo": "u1" });
    let body = merged(shared_fields(), own);
    tool("contacts_update-contact", JULY_2021)
        .minimal(json!({ "contactId": "c1" }), Sent::put("/contacts/c1", json!({})))
        .full(merged(json!({ "contactId": "c1" }), body.clone()), Sent::put("/contacts/c1", body))
        .check()
        .await;
}

#[tokio::test]
async fn upsert_contact() {
    let own = merged(new_contact_fields(), json!({ "createNewIfDuplicateAllowed": true }));
    let fields = merged(shared_fields(), own);
    tool("contacts_upsert-contact", JULY_2021)
        .minimal(
            json!({ "email": "rosa@example.com" }),
            Sent::post("/contacts/upsert", json!({ "locationId": LOCATION, "email": "rosa@example.com" })),
        )
        .full(fields.clone(), Sent::post("/contacts/upsert", merged(json!({ "locationId": LOCATION }), fields)))
        .check()
        .await;
}

#[tokio::test]
async fn create_contact() {
    let fields = merged(shared_fields(), new_contact_fields());
    tool("contacts_create-contact", JULY_2021)
        .minimal(json!({}), Sent::post("/contacts/", json!({ "locationId": LOCATION })))
        .full(fields.clone(), Sent::post("/contacts/", merged(json!({ "locationId": LOCATION }), fields)))
        .check()
        .await;
}

#[tokio::test]
async fn get_contacts() {
    tool("contacts_get-contacts", JULY_2021)
        .minimal(json!({}), Sent::get("/contacts/").query(&[("locationId", LOCATION)]))
        .full(
            json!({ "query": "Rosa & Söhne +1", "limit": 50, "startAfter": 1_603_870_249_758_i64, "startAfterId": "x" }),
            Sent::get("/contacts/").query(&[
                ("locationId", LOCATION),
                ("query", "Rosa & Söhne +1"),
                ("limit", "50"),
                ("startAfter", "1603870249758"),
                ("startAfterId", "x"),
            ]),
        )
        .check()
        .await;
}
