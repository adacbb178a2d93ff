//! Creating, changing and deleting a conversation.

use serde_json::{Value, json};

use super::{Client, column};
use crate::sandbox::LOCATION;
use crate::sandbox::well_known::{CONTACT, CONVERSATION, id};

#[tokio::test]
async fn a_conversation_is_created_once_for_a_contact() {
    let client = Client::new();
    let body = json!({"locationId": "LOCATION", "contactId": id("contact", 61)});
    let created = client.post("/conversations/", body.clone()).await;
    assert_eq!(created.status, 201);
    let created = created.ok();
    assert_eq!((&created["success"], &created["conversation"]["locationId"]), (&json!(true), &json!(LOCATION)));
    let conversation = created["conversation"]["id"].as_str().unwrap();
    let again = client.post("/conversations/", body).await;
    assert_eq!(again.body["meta"]["conversationId"], conversation);
    again.error(400);
    let message = json!({"type": "Email", "contactId": id("contact", 61), "message": "Hello"});
    let sent = client.post("/conversations/messages", message).await.ok();
    assert_eq!(sent["conversationId"], conversation);
    client.post("/conversations/", json!({"locationId": "LOCATION", "contactId": "unknown"})).await.error(400);
    assert_eq!(
        client.post("/conversations/", json!({"locationId": "LOCATION"})).await.error(422),
        "contactId should not be empty"
    );
}

#[tokio::test]
async fn a_conversation_that_is_marked_as_read_has_no_unread_messages() {
    let client = Client::new();
    let path = format!("/conversations/{CONVERSATION}");
    let read = async || client.get(&path).await.ok();
    let before = read().await;
    assert_eq!((&before["unreadCount"], &before["contactId"]), (&json!(1), &json!(CONTACT)));
    let changed = client.put(&path, json!({"locationId": "LOCATION", "unreadCount": 0, "starred": false})).await.ok();
    assert_eq!(changed["conversation"]["unreadCount"], 0);
    assert_eq!((&read().await["unreadCount"], &read().await["starred"]), (&json!(0), &json!(false)));
    let messages = client.get(&format!("{path}/messages")).await.ok();
    let unread = |message: &&Value| message["direction"] == "inbound" && message["status"] != "read";
    assert_eq!(messages["messages"]["messages"].as_array().unwrap().iter().filter(unread).count(), 0);
    assert_eq!(client.put(&path, json!({})).await.error(422), "locationId should not be empty");
    client.put(&path, json!({"locationId": "LOCATION", "unreadCount": -1})).await.error(422);
    client.put("/conversations/unknown", json!({"locationId": "LOCATION"})).await.error(400);
}

#[tokio::test]
async fn a_deleted_conversation_takes_its_messages_along() {
    let client = Client::new();
    let path = format!("/conversations/{CONVERSATION}");
    assert_eq!(client.delete(&path, json!({})).await.ok(), json!({"success": true}));
    client.get(&path).await.error(400);
    client.get(&format!("{path}/messages")).await.error(400);
    client.delete(&path, json!({})).await.error(400);
    let found = client.get("/conversations/search?locationId=LOCATION&limit=100").await.ok();
    assert!(!column(&found["conversations"], "id").contains(&CONVERSATION));
}
