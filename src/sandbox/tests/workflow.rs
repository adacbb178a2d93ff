use serde_json::json;

use super::{Client, column};
use crate::sandbox::well_known::{APPOINTMENT, CALENDAR, OPPORTUNITY, ORDER, STAGE_PROPOSAL, TRANSACTION};

/// Find a contact, read the conversation, reply, move the opportunity, check the calendar, read the payment.
#[tokio::test]
async fn one_person_runs_through_all_services() {
    let client = Client::new();
    let contacts = client.get("/contacts/?locationId=LOCATION&query=Rosa").await.ok();
    let id = contacts["contacts"][0]["id"].as_str().unwrap();

    let found =
        client.get(&format!("/conversations/search?locationId=LOCATION&contactId={id}&status=unread")).await.ok();
    let conversation = found["conversations"][0]["id"].as_str().unwrap();
    let messages = client.get(&format!("/conversations/{conversation}/messages?limit=5")).await.ok();
    assert!(messages["messages"]["messages"][0]["body"].as_str().unwrap().contains("proposal"));
    let reply = json!({"type": "SMS", "contactId": id, "message": "The proposal is on its way."});
    assert_eq!(client.post("/conversations/messages", reply).await.ok()["conversationId"], conversation);

    let found = client.get(&format!("/opportunities/search?location_id=LOCATION&contact_id={id}")).await.ok();
    assert_eq!(column(&found["opportunities"], "id"), [OPPORTUNITY]);
    let moved = json!({"pipelineStageId": STAGE_PROPOSAL});
    client.put(&format!("/opportunities/{OPPORTUNITY}"), moved).await.ok();

    let window = "startTime=1793491200000&endTime=1794096000000";
    let events =
        client.get(&format!("/calendars/events?locationId=LOCATION&calendarId={CALENDAR}&{window}")).await.ok();
    let appointment = events["events"].as_array().unwrap().iter().find(|event| event["contactId"] == id).unwrap();
    assert_eq!(appointment["id"], APPOINTMENT);

    let payments =
        client.get(&format!("/payments/transactions?altId=LOCATION&altType=location&contactId={id}")).await.ok();
    assert_eq!(column(&payments["data"], "_id"), [TRANSACTION]);
    assert_eq!(payments["data"][0]["entityId"], ORDER);
}

#[tokio::test]
async fn routers_share_nothing_and_start_alike() {
    let (one, other) = (Client::new(), Client::new());
    let body = json!({"locationId": "LOCATION", "email": "new@example.com"});
    let created = one.post("/contacts/", body.clone()).await.ok();
    assert_eq!(
        other.get("/contacts/?locationId=LOCATION").await.ok()["meta"]["total"],
        crate::sandbox::seed::contacts::COUNT
    );
    assert_eq!(other.post("/contacts/", body).await.ok(), created);
}
