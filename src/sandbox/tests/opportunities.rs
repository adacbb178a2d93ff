use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Client, column};
use crate::sandbox::well_known::{
    CONTACT, OPPORTUNITY, OPPORTUNITY_FIELD, PIPELINE, STAGE_INSPECTED, STAGE_PROPOSAL, USER,
};

async fn search(client: &Client, filter: &str) -> Value {
    client.get(&format!("/opportunities/search?location_id=LOCATION&limit=100&{filter}")).await.ok()
}

#[tokio::test]
async fn every_filter_selects_what_it_names() {
    let client = Client::new();
    let all = |found: &Value, property: &str, wanted: &str| {
        let values = column(&found["opportunities"], property);
        assert!(!values.is_empty() && values.len() < 24, "{property}: {}", values.len());
        assert!(values.iter().all(|value| *value == wanted), "{property}");
    };
    all(&search(&client, "status=won").await, "status", "won");
    all(&search(&client, &format!("pipeline_id={PIPELINE}")).await, "pipelineId", PIPELINE);
    all(&search(&client, &format!("pipeline_stage_id={STAGE_INSPECTED}")).await, "pipelineStageId", STAGE_INSPECTED);
    all(&search(&client, &format!("contact_id={CONTACT}")).await, "contactId", CONTACT);
    all(&search(&client, &format!("assigned_to={USER}")).await, "assignedTo", USER);
    all(&search(&client, &format!("id={OPPORTUNITY}")).await, "id", OPPORTUNITY);
    all(&search(&client, "q=rosa").await, "id", OPPORTUNITY);
    all(&search(&client, "q=DEO%20RES").await, "id", OPPORTUNITY);
    let abroad = search(&client, "country=DK").await;
    assert_eq!(abroad["opportunities"][0]["contact"]["name"], "Søren Kjærgård");
    assert_eq!(search(&client, "status=all&campaignId=x").await["meta"]["total"], 24);
    assert_eq!(search(&client, "date=11-01-2026").await["meta"]["total"], 12);
    assert_eq!(search(&client, "date=10-20-2026&endDate=10-29-2026").await["meta"]["total"], 9);
    assert_eq!(search(&client, "endDate=10-31-2026").await["meta"]["total"], 12);
}

#[tokio::test]
async fn the_search_pages_by_cursor_and_by_number() {
    let client = Client::new();
    for order in ["added_desc", "added_asc"] {
        for by_number in [true, false] {
            let mut seen = Vec::new();
            let mut next = String::new();
            loop {
                let path = format!("/opportunities/search?location_id=LOCATION&limit=5&order={order}{next}");
                let page = client.get(&path).await.ok();
                let position =
                    |record: &Value| ["createdAt", "id"].map(|property| record[property].as_str().unwrap().to_owned());
                seen.extend(page["opportunities"].as_array().unwrap().iter().map(position));
                let meta = &page["meta"];
                if meta["nextPage"].is_null() {
                    break;
                }
                next = if by_number {
                    format!("&page={}", meta["nextPage"])
                } else {
                    format!(
                        "&startAfter={}&startAfterId={}",
                        meta["startAfter"],
                        meta["startAfterId"].as_str().unwrap()
                    )
                };
            }
            assert_eq!(seen.len(), 24, "{order}");
            assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 24);
            if order == "added_desc" {
                seen.reverse();
            }
            assert!(seen.is_sorted(), "{order}");
        }
    }
}

#[tokio::test]
async fn lists_of_the_contact_come_on_demand() {
    let client = Client::new();
    let plain = search(&client, &format!("id={OPPORTUNITY}")).await;
    assert_eq!(plain["opportunities"][0]["tasks"], json!([]));
    let full = search(&client, &format!("id={OPPORTUNITY}&getTasks=true&getNotes=true&getCalendarEvents=true")).await;
    for (list, length) in [("tasks", 2), ("notes", 5), ("calendarEvents", 2)] {
        assert_eq!(full["opportunities"][0][list].as_array().unwrap().len(), length, "{list}");
    }
}

#[tokio::test]
async fn invalid_filters_are_rejected() {
    let client = Client::new();
    for filter in [
        "limit=101",
        "page=0",
        "status=closed",
        "order=asc",
        "date=2026-11-01",
        "endDate=soon",
        "getTasks=yes",
        "pipelineId=x",
    ] {
        client.get(&format!("/opportunities/search?location_id=LOCATION&{filter}")).await.error(422);
    }
    let message = client.get("/opportunities/search?locationId=LOCATION").await.error(422);
    assert_eq!(message, "property locationId should not exist; location_id should not be empty");
    client.get("/opportunities/pipelines").await.error(422);
    client.get("/opportunities/unknown").await.error(400);
}

#[tokio::test]
async fn a_moved_opportunity_stays_moved() {
    let client = Client::new();
    let path = format!("/opportunities/{OPPORTUNITY}");
    let before = client.get(&path).await.ok();
    let body = json!({"pipelineStageId": STAGE_PROPOSAL, "monetaryValue": 220.5,
        "customFields": [{"id": OPPORTUNITY_FIELD, "field_value": 99}]});
    let moved = client.put(&path, body).await.ok();
    let after = client.get(&path).await.ok();
    assert_eq!(moved, after);
    let after = &after["opportunity"];
    assert_eq!(after["pipelineStageId"], STAGE_PROPOSAL);
    assert_eq!(after["monetaryValue"], 220.5);
    assert_eq!(after["status"], "open");
    assert_eq!(after["customFields"], json!([{"id": OPPORTUNITY_FIELD, "fieldValue": 99}]));
    assert_eq!(after["lastStatusChangeAt"], before["opportunity"]["lastStatusChangeAt"]);
    assert_ne!(after["lastStageChangeAt"], before["opportunity"]["lastStageChangeAt"]);
    let found = search(&client, &format!("pipeline_stage_id={STAGE_PROPOSAL}")).await;
    assert!(column(&found["opportunities"], "id").contains(&OPPORTUNITY));
}

#[tokio::test]
async fn another_pipeline_means_its_first_stage() {
    let client = Client::new();
    let pipelines = client.get("/opportunities/pipelines?locationId=LOCATION").await.ok();
    let other = &pipelines["pipelines"][1];
    let path = format!("/opportunities/{OPPORTUNITY}");
    let moved = client.put(&path, json!({"pipelineId": other["id"]})).await.ok();
    assert_eq!(moved["opportunity"]["pipelineStageId"], other["stages"][0]["id"]);
    for body in [json!({"pipelineStageId": STAGE_PROPOSAL}), json!({"pipelineId": "unknown"})] {
        client.put(&path, body).await.error(400);
    }
    for body in [json!({"status": "all"}), json!({"monetaryValue": "5"}), json!({"stage": "x"}), json!({"name": null})]
    {
        client.put(&path, body).await.error(422);
    }
    client.put("/opportunities/unknown", json!({})).await.error(400);
}
