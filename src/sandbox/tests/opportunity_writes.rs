//! Creating, upserting and deleting opportunities, and their status.

use serde_json::{Value, json};

use super::Client;
use crate::sandbox::well_known::{CONTACT, OPPORTUNITY, OPPORTUNITY_FIELD, PIPELINE, STAGE_PROPOSAL, USER, id};

fn deal(contact: &str) -> Value {
    json!({"pipelineId": PIPELINE, "locationId": "LOCATION", "name": "Porch roof", "status": "open", "contactId": contact})
}

fn upsert() -> Value {
    json!({"pipelineId": PIPELINE, "locationId": "LOCATION", "followers": [USER], "isRemoveAllFollowers": false,
        "followersActionType": "add"})
}

#[tokio::test]
async fn a_new_opportunity_stands_in_the_first_stage_unless_one_is_named() {
    let client = Client::new();
    let mut body = deal(&id("contact", 50));
    body["monetaryValue"] = 1200.into();
    body["customFields"] = json!([{"id": OPPORTUNITY_FIELD, "field_value": 44}]);
    let created = client.post("/opportunities/", body).await;
    assert_eq!(created.status, 201);
    let created = created.ok()["opportunity"].take();
    let pipelines = client.get("/opportunities/pipelines?locationId=LOCATION").await.ok();
    assert_eq!(created["pipelineStageId"], pipelines["pipelines"][0]["stages"][0]["id"]);
    assert_eq!((&created["monetaryValue"], &created["createdAt"]), (&json!(1200), &json!("2026-11-16T14:00:01.000Z")));
    assert_eq!(created["customFields"], json!([{"id": OPPORTUNITY_FIELD, "fieldValue": 44}]));
    assert_eq!(created["contact"]["id"], id("contact", 50));
    let path = format!("/opportunities/{}", created["id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.ok()["opportunity"], created);

    let mut staged = deal(&id("contact", 51));
    staged["pipelineStageId"] = STAGE_PROPOSAL.into();
    assert_eq!(client.post("/opportunities/", staged).await.ok()["opportunity"]["pipelineStageId"], STAGE_PROPOSAL);
}

#[tokio::test]
async fn an_opportunity_needs_its_fields_and_known_ids() {
    let client = Client::new();
    assert_eq!(
        client.post("/opportunities/", json!({"locationId": "LOCATION"})).await.error(422),
        "pipelineId should not be empty; name should not be empty; status should not be empty; \
         contactId should not be empty"
    );
    for (name, wrong, status) in [
        ("status", json!("all"), 422),
        ("monetaryValue", json!("many"), 422),
        ("contactId", json!("unknown"), 400),
        ("pipelineId", json!("unknown"), 400),
        ("pipelineStageId", json!("unknown"), 400),
        ("locationId", json!("elsewhere"), 403),
    ] {
        let mut body = deal(&id("contact", 50));
        body[name] = wrong;
        client.post("/opportunities/", body).await.error(status);
    }
    let found =
        client.get(&format!("/opportunities/search?location_id=LOCATION&contact_id={}", id("contact", 50))).await;
    assert_eq!(found.ok()["meta"]["total"], 0, "a rejected one is not stored");
}

#[tokio::test]
async fn a_contact_has_one_open_opportunity_in_a_pipeline() {
    let client = Client::new();
    assert!(client.post("/opportunities/", deal(CONTACT)).await.error(400).contains("duplicate"));
    client.put(&format!("/opportunities/{OPPORTUNITY}/status"), json!({"status": "won"})).await.ok();
    client.post("/opportunities/", deal(CONTACT)).await.ok();
}

#[tokio::test]
async fn a_status_is_set_and_dated() {
    let client = Client::new();
    let path = format!("/opportunities/{OPPORTUNITY}");
    let status = async |body: Value| client.put(&format!("{path}/status"), body).await;
    assert_eq!(status(json!({"status": "lost", "lostReasonId": "r1"})).await.ok(), json!({"succeded": true}));
    let lost = client.get(&path).await.ok()["opportunity"].take();
    assert_eq!((&lost["status"], &lost["lostReasonId"]), (&json!("lost"), &json!("r1")));
    assert_eq!(lost["lastStatusChangeAt"], "2026-11-16T14:00:01.000Z");
    assert_eq!(status(json!({})).await.error(422), "status should not be empty");
    status(json!({"status": "all"})).await.error(422);
    client.put("/opportunities/unknown/status", json!({"status": "won"})).await.error(400);
}

#[tokio::test]
async fn an_upsert_updates_by_id_or_contact_and_creates_otherwise() {
    let client = Client::new();
    let with = |more: Value| {
        let mut body = upsert();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let send = async |more: Value| client.post("/opportunities/upsert", with(more)).await.ok();
    let by_id = send(json!({"id": OPPORTUNITY, "monetaryValue": 9})).await;
    assert_eq!((&by_id["new"], &by_id["opportunity"]["monetaryValue"]), (&json!(false), &json!(9)));
    assert_eq!(by_id["opportunity"]["followers"], json!([USER]));
    let by_contact = send(json!({"contactId": CONTACT, "name": "Deo", "followersActionType": "remove"})).await;
    assert_eq!((&by_contact["new"], &by_contact["opportunity"]["id"]), (&json!(false), &json!(OPPORTUNITY)));
    assert_eq!(by_contact["opportunity"]["followers"], json!([]));
    let other = id("contact", 50);
    let new = send(json!({"contactId": other, "name": "Porch roof"})).await;
    assert_eq!((&new["new"], &new["opportunity"]["contactId"]), (&json!(true), &json!(other)));
    let again = send(json!({"contactId": other})).await;
    assert_eq!((&again["new"], &again["opportunity"]["id"]), (&json!(false), &new["opportunity"]["id"]));
    client.post("/opportunities/upsert", with(json!({"id": "unknown"}))).await.error(400);
    let missing = client.post("/opportunities/upsert", json!({"pipelineId": PIPELINE, "locationId": "LOCATION"})).await;
    assert!(missing.error(422).contains("followers must be an array"));
}

#[tokio::test]
async fn a_deleted_opportunity_is_gone() {
    let client = Client::new();
    let path = format!("/opportunities/{OPPORTUNITY}");
    assert_eq!(client.delete(&path, json!({})).await.ok(), json!({"succeded": true}));
    client.get(&path).await.error(400);
    client.delete(&path, json!({})).await.error(400);
}
