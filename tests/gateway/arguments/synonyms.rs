//! Other spellings of names and values: camel and snake case, the names of other services, the case of enums.

use serde_json::{Value, json};

use super::Reader;
use crate::support::LOCATION;

/// The query parameters, without the location.
async fn query(tool: &str, arguments: Value) -> Vec<(String, String)> {
    let request = Reader::new().await.sent(tool, arguments).await;
    let pairs = request.url.query_pairs().into_owned();
    pairs.filter(|(name, value)| value != LOCATION && name != "altType").collect()
}

#[tokio::test]
async fn camel_and_snake_case_and_the_names_of_other_services_are_accepted() {
    for (tool, arguments, sent) in [
        ("opportunities_search-opportunity", json!({ "contactId": "c1" }), ("contact_id", "c1")),
        ("opportunities_search-opportunity", json!({ "query_pipelineId": "p1" }), ("pipeline_id", "p1")),
        ("opportunities_search-opportunity", json!({ "pipelineStageId": "s1" }), ("pipeline_stage_id", "s1")),
        ("opportunities_search-opportunity", json!({ "stageId": "s1" }), ("pipeline_stage_id", "s1")),
        ("opportunities_search-opportunity", json!({ "assignedTo": "u1" }), ("assigned_to", "u1")),
        ("opportunities_search-opportunity", json!({ "query": "roof" }), ("q", "roof")),
        ("opportunities_search-opportunity", json!({ "opportunityId": "o1" }), ("id", "o1")),
        ("opportunities_search-opportunity", json!({ "startDate": "2026-11-16" }), ("date", "11-16-2026")),
        ("opportunities_search-opportunity", json!({ "end_date": "2026-11-16" }), ("endDate", "11-16-2026")),
        ("opportunities_search-opportunity", json!({ "get_calendar_events": true }), ("getCalendarEvents", "true")),
        ("contacts_get-contacts", json!({ "q": "rosa" }), ("query", "rosa")),
        ("contacts_get-contacts", json!({ "search": "rosa" }), ("query", "rosa")),
        ("contacts_get-contacts", json!({ "start_after_id": "c1" }), ("startAfterId", "c1")),
        ("conversations_search-conversation", json!({ "conversationId": "v1" }), ("id", "v1")),
        ("conversations_search-conversation", json!({ "contact_id": "c1" }), ("contactId", "c1")),
        ("payments_list-transactions", json!({ "query": "roof" }), ("search", "roof")),
        ("payments_list-transactions", json!({ "startDate": "2026-11-16" }), ("startAt", "2026-11-16")),
        ("payments_list-transactions", json!({ "entity_id": "r1" }), ("entityId", "r1")),
    ] {
        let sent = (sent.0.to_owned(), sent.1.to_owned());
        assert_eq!(query(tool, arguments.clone()).await, [sent], "{tool} {arguments}");
    }
    for (tool, arguments, path) in [
        ("contacts_get-contact", json!({ "id": "c1" }), "/contacts/c1"),
        ("contacts_get-contact", json!({ "path_contact_id": "c1" }), "/contacts/c1"),
        ("opportunities_get-opportunity", json!({ "opportunityId": "o1" }), "/opportunities/o1"),
        ("conversations_get-messages", json!({ "id": "v1" }), "/conversations/v1/messages"),
        ("payments_get-order-by-id", json!({ "id": "r1" }), "/payments/orders/r1"),
        ("calendars_get-appointment-notes", json!({ "eventId": "e1" }), "/calendars/appointments/e1/notes"),
    ] {
        let request = Reader::new().await.sent(tool, arguments.clone()).await;
        assert_eq!(request.url.path(), path, "{tool} {arguments}");
    }
    let events = json!({ "assignedUserId": "u1", "start_time": "2026-11-16", "endDate": "2026-11-23" });
    let names: Vec<String> =
        query("calendars_get-calendar-events", events).await.into_iter().map(|(name, _)| name).collect();
    for name in ["userId", "startTime", "endTime"] {
        assert!(names.iter().any(|sent| sent == name), "{names:?}");
    }
}

/// `id` could be the contact's or the conversation's, and a message cannot be undone.
#[tokio::test]
async fn a_name_that_could_mean_two_arguments_is_an_error() {
    let reader = Reader::new().await;
    for name in ["id", "conversationId", "userId"] {
        let arguments = json!({ "type": "SMS", "message": "hi", "contactId": "c1", name: "c2" });
        let problem = reader.rejected("conversations_send-a-new-message", arguments).await;
        assert!(problem.contains(&format!("`{name}` is not an argument")), "{problem}");
    }
    let both = json!({ "query": "roof", "q": "wall" });
    let problem = reader.rejected("opportunities_search-opportunity", both).await;
    assert!(problem.contains("is given twice with different values"), "{problem}");
}

/// A caller that is pinned to a location cannot leave it by any spelling.
#[tokio::test]
async fn the_location_is_recognised_in_every_case() {
    let reader = Reader::new().await;
    for name in ["locationID", "LocationId", "location_Id", "query_LOCATION_ID", "alt_id", "altID"] {
        let problem = reader.rejected("contacts_get-contacts", json!({ name: "another" })).await;
        assert!(problem.starts_with(&format!("`{name}` differs from the location")), "{problem}");
    }
}

#[tokio::test]
async fn the_schemas_show_one_name_only() {
    let tools = Reader::new().await.gateway.rpc("tools/list", json!({})).send().await.result();
    let search =
        tools["tools"].as_array().unwrap().iter().find(|tool| tool["name"] == "opportunities_search-opportunity");
    let properties = search.unwrap()["inputSchema"]["properties"].as_object().unwrap();
    for name in ["contactId", "pipelineId", "query", "startDate", "opportunityId"] {
        assert!(!properties.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn values_of_enums_are_accepted_in_every_case() {
    for (tool, name, given, sent) in [
        ("opportunities_search-opportunity", "status", "Won", "won"),
        ("conversations_search-conversation", "status", "Unread", "unread"),
        ("conversations_search-conversation", "sort", "DESC", "desc"),
        ("conversations_search-conversation", "lastMessageType", "type_sms", "TYPE_SMS"),
        ("locations_get-custom-fields", "model", "Opportunity", "opportunity"),
    ] {
        assert_eq!(query(tool, json!({ name: given })).await, [(name.to_owned(), sent.to_owned())]);
    }
    for (given, sent) in [("sms", "SMS"), ("email", "Email"), ("whatsapp", "WhatsApp"), ("live_chat", "Live_Chat")] {
        let arguments = json!({ "type": given, "contactId": "c1", "message": "hi" });
        let request = Reader::new().await.sent("conversations_send-a-new-message", arguments).await;
        assert_eq!(request.body_json::<Value>().unwrap()["type"], sent);
    }
    let settings = json!({ "contactId": "c1", "dndSettings": { "SMS": { "status": "Active" } } });
    let request = Reader::new().await.sent("contacts_update-contact", settings).await;
    assert_eq!(request.body_json::<Value>().unwrap(), json!({ "dndSettings": { "SMS": { "status": "active" } } }));
}

/// `all` is a filter of searches, and no status that an opportunity can have.
#[tokio::test]
async fn an_error_lists_only_the_values_that_the_tool_accepts() {
    let reader = Reader::new().await;
    for given in ["closed", "all", "All"] {
        let arguments = json!({ "id": "o1", "status": given });
        let problem = reader.rejected("opportunities_update-opportunity", arguments).await;
        assert!(problem.ends_with("expected one of `open`, `won`, `lost`, `abandoned`"), "{problem}");
    }
    let problem = reader.rejected("opportunities_search-opportunity", json!({ "status": "closed" })).await;
    assert!(problem.ends_with("expected one of `open`, `won`, `lost`, `abandoned`, `all`"), "{problem}");
}

#[tokio::test]
async fn a_time_without_an_offset_is_an_error_that_says_what_to_add() {
    let reader = Reader::new().await;
    for (tool, arguments) in [
        (
            "calendars_get-calendar-events",
            json!({ "userId": "u1", "startTime": "2026-11-16T09:00:00", "endTime": "2026-11-23" }),
        ),
        (
            "conversations_send-a-new-message",
            json!({ "type": "SMS", "contactId": "c1", "message": "hi", "scheduledTimestamp": "2026-11-16T09:00:00" }),
        ),
        ("conversations_search-conversation", json!({ "startDate": "2026-11-16 09:00:00" })),
    ] {
        let problem = reader.rejected(tool, arguments).await;
        for part in ["has no UTC offset", "2026-11-16T09:00:00-05:00, or Z for UTC", "locations_get-location"] {
            assert!(problem.contains(part), "{problem}");
        }
    }
}
