//! The requests that the opportunities tools send.

use serde_json::json;

use crate::support::{JULY_2021, LOCATION, Sent, tool};

#[tokio::test]
async fn search_opportunity() {
    tool("opportunities_search-opportunity", JULY_2021)
        .minimal(json!({}), Sent::get("/opportunities/search").query(&[("location_id", LOCATION)]))
        .full(
            json!({
                "q": "roof",
                "status": "all",
                "pipeline_id": "p1",
                "pipeline_stage_id": "s1",
                "contact_id": "c1",
                "assigned_to": "u1",
                "campaignId": "k1",
                "id": "o1",
                "date": "01-31-2026",
                "endDate": "2026-12-31",
                "country": "US",
                "order": "added_asc",
                "limit": 100,
                "page": 2,
                "startAfter": "1603870249758",
                "startAfterId": "o9",
                "getTasks": true,
                "getNotes": false,
                "getCalendarEvents": true
            }),
            Sent::get("/opportunities/search").query(&[
                ("location_id", LOCATION),
                ("q", "roof"),
                ("status", "all"),
                ("pipeline_id", "p1"),
                ("pipeline_stage_id", "s1"),
                ("contact_id", "c1"),
                ("assigned_to", "u1"),
                ("campaignId", "k1"),
                ("id", "o1"),
                ("date", "01-31-2026"),
                ("endDate", "12-31-2026"),
                ("country", "US"),
                ("order", "added_asc"),
                ("limit", "100"),
                ("page", "2"),
                ("startAfter", "1603870249758"),
                ("startAfterId", "o9"),
                ("getTasks", "true"),
                ("getNotes", "false"),
                ("getCalendarEvents", "true"),
            ]),
        )
        .check()
        .await;
}

#[tokio::test]
async fn get_pipelines() {
    let sent = || Sent::get("/opportunities/pipelines").query(&[("locationId", LOCATION)]);
    tool("opportunities_get-pipelines", JULY_2021).minimal(json!({}), sent()).full(json!({}), sent()).check().await;
}

#[tokio::test]
async fn get_opportunity() {
    tool("opportunities_get-opportunity", JULY_2021)
        .minimal(json!({ "id": "o1" }), Sent::get("/opportunities/o1"))
        .full(json!({ "id": "yWQobCRIhRguQtD2llvk" }), Sent::get("/opportunities/yWQobCRIhRguQtD2llvk"))
        .check()
        .await;
}

#[tokio::test]
async fn update_opportunity() {
    let body = json!({
        "name": "Roof",
        "pipelineId": "p1",
        "pipelineStageId": "s1",
        "status": "won",
        "monetaryValue": 220.5,
        "assignedTo": "u1",
        "customFields": [{ "id": "f1", "key": "area", "field_value": 60 }]
    });
    let mut arguments = body.clone();
    arguments["id"] = "o1".into();
    tool("opportunities_update-opportunity", JULY_2021)
        .minimal(json!({ "id": "o1" }), Sent::put("/opportunities/o1", json!({})))
        .full(arguments, Sent::put("/opportunities/o1", body))
        .check()
        .await;
}
