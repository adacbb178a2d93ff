//! A name, an email address or a phrase in place of an id: the API would often return an empty list.

use serde_json::{Value, json};

use super::Reader;

/// Every call is rejected before anything is sent, and the error says where the id comes from.
#[tokio::test]
async fn a_name_in_place_of_an_id_is_rejected_with_the_source_of_the_id() {
    let reader = Reader::new().await;
    let events = |name: &str, value: &str| json!({ name: value, "startTime": "2026-11-16", "endTime": "2026-11-23" });
    for (tool, arguments, named, source) in [
        ("contacts_get-contact", json!({ "contactId": "Rosa" }), "contactId", "contacts_get-contacts"),
        ("contacts_get-contact", json!({ "contactId": "Rosa Deo" }), "contactId", "contacts_get-contacts"),
        ("contacts_get-contact", json!({ "contactId": "rosa@example.com" }), "contactId", "contacts_get-contacts"),
        ("contacts_add-tags", json!({ "id": "Søren", "tags": ["vip"] }), "contactId", "contacts_get-contacts"),
        (
            "contacts_update-contact",
            json!({ "contactId": "c1", "assignedTo": "Maria" }),
            "assignedTo",
            "users_get-user-by-location lists users",
        ),
        (
            "contacts_update-contact",
            json!({ "contactId": "c1", "customFields": [{ "id": "Lead score", "field_value": 7 }] }),
            "customFields[0]",
            "locations_get-custom-fields",
        ),
        ("calendars_get-calendar-events", events("userId", "Maria"), "userId", "users_get-user-by-location"),
        ("calendars_get-calendar-events", events("calendarId", "main"), "calendarId", "calendars_get-calendars"),
        ("calendars_get-calendar-events", events("groupId", "My team"), "groupId", "calendars_get-groups"),
        (
            "calendars_get-appointment-notes",
            json!({ "appointmentId": "Roof inspection" }),
            "appointmentId",
            "calendars_get-calendar-events",
        ),
        ("conversations_get-messages", json!({ "conversationId": "Rosa" }), "conversationId", "conversations_search"),
        (
            "conversations_search-conversation",
            json!({ "assignedTo": "u1,Maria" }),
            "assignedTo",
            "users_get-user-by-location lists users",
        ),
        (
            "conversations_send-a-new-message",
            json!({ "type": "SMS", "message": "hi", "contactId": "+1 555" }),
            "contactId",
            "contacts_get-contacts",
        ),
        (
            "opportunities_search-opportunity",
            json!({ "pipeline_id": "Roofing projects" }),
            "pipeline_id",
            "opportunities_get-pipelines",
        ),
        (
            "opportunities_update-opportunity",
            json!({ "id": "o1", "pipelineStageId": "Won" }),
            "pipelineStageId",
            "opportunities_get-pipelines",
        ),
        ("opportunities_get-opportunity", json!({ "id": "Roof" }), "id", "opportunities_search-opportunity"),
        ("payments_get-order-by-id", json!({ "orderId": "latest" }), "orderId", "payments_list-transactions"),
    ] {
        let problem = reader.rejected(tool, arguments.clone()).await;
        let expected = format!("`{named}");
        assert!(problem.starts_with(&expected) && problem.contains("not a valid id"), "{arguments}: {problem}");
        assert!(problem.contains(source), "{arguments}: {problem}");
    }
}

/// A long value does not displace the next step.
#[tokio::test]
async fn the_source_of_the_id_follows_a_long_value() {
    let problem = Reader::new().await.rejected("contacts_get-contact", json!({ "contactId": "é".repeat(128) })).await;
    assert!(problem.len() < 1_500 && problem.contains("contacts_get-contacts finds"), "{problem}");
}

#[tokio::test]
async fn ids_of_every_known_form_are_sent() {
    for id in
        ["ocQHyuzHvysMo5N5VsXc", "AbCdEfGhIjKlMnOpQrSt", "63f1a2b3c4d5e6f7a8b9c0d1", "c1", "12345", "sub_1NxYz", "x"]
    {
        let request = Reader::new().await.sent("contacts_get-contact", json!({ "contactId": id })).await;
        assert_eq!(request.url.path(), format!("/contacts/{id}"));
    }
    let request = Reader::new().await.sent("contacts_get-contact", json!({ "contactId": 12345 })).await;
    assert_eq!(request.url.path(), "/contacts/12345");
}

/// A word that the API takes in place of a user's id.
#[tokio::test]
async fn conversations_may_be_unassigned() {
    for given in [json!("unassigned"), json!(["Unassigned", "u1"])] {
        let request =
            Reader::new().await.sent("conversations_search-conversation", json!({ "assignedTo": given })).await;
        let sent = request.url.query_pairs().find(|(name, _)| name == "assignedTo").unwrap().1.into_owned();
        assert!(["unassigned", "unassigned,u1"].contains(&sent.as_str()), "{sent}");
    }
}

/// "What is on my calendar next week?" The error says where the ids of users are.
#[tokio::test]
async fn events_without_an_owner_are_rejected_with_the_source_of_the_ids() {
    let window = json!({ "startTime": "2026-11-16", "endTime": "2026-11-23" });
    let problem = Reader::new().await.rejected("calendars_get-calendar-events", window).await;
    for part in ["`userId` or calendarId or groupId is required", "`assignedTo`", "users_get-user-by-location"] {
        assert!(problem.contains(part), "{problem}");
    }
}

#[tokio::test]
async fn the_tool_list_and_the_instructions_say_where_the_ids_are() {
    let reader = Reader::new().await;
    let tools = reader.gateway.rpc("tools/list", json!({})).send().await.result();
    let tools: &Vec<Value> = tools["tools"].as_array().unwrap();
    let events = tools.iter().find(|tool| tool["name"] == "calendars_get-calendar-events").unwrap();
    let description = |name: &str| events["inputSchema"]["properties"][name]["description"].as_str().unwrap();
    assert!(description("userId").contains("assignedTo") && description("calendarId").contains("events"));
    assert!(description("startTime").contains("UTC"));
    let params =
        json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
    let initialized = reader.gateway.rpc("initialize", params).send().await.result();
    let instructions = initialized["instructions"].as_str().unwrap();
    for part in ["calendars_get-calendars", "users_get-user-by-location", "not an id", "locations_get-location"] {
        assert!(instructions.contains(part), "{instructions}");
    }
}
