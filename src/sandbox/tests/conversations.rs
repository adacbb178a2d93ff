use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Client, column};
use crate::sandbox::well_known::{CONTACT, CONVERSATION, USER};

async fn search(client: &Client, filter: &str) -> Value {
    client.get(&format!("/conversations/search?locationId=LOCATION&limit=100&{filter}")).await.ok()
}

#[tokio::test]
async fn a_conversation_shows_its_last_message() {
    let client = Client::new();
    let found = search(&client, &format!("contactId={CONTACT}")).await;
    assert_eq!(found["total"], 1);
    let conversation = &found["conversations"][0];
    assert_eq!(conversation["id"], CONVERSATION);
    assert_eq!(conversation["fullName"], "Rosa Deo");
    assert_eq!(conversation["lastMessageType"], "TYPE_SMS");
    assert_eq!(conversation["lastMessageDirection"], "inbound");
    assert_eq!(conversation["unreadCount"], 1);
    assert_eq!(conversation["lastMessageDate"], 1_794_777_900_000_i64);
}

#[tokio::test]
async fn every_filter_selects_what_it_names() {
    let client = Client::new();
    let all = |found: &Value, property: &str, wanted: &Value| {
        let list = found["conversations"].as_array().unwrap();
        assert!(!list.is_empty() && list.len() < 14, "{property}: {}", list.len());
        assert!(list.iter().all(|c| &c[property] == wanted), "{property}");
    };
    all(&search(&client, &format!("assignedTo={USER}")).await, "assignedTo", &json!(USER));
    all(&search(&client, "assignedTo=unassigned").await, "assignedTo", &Value::Null);
    all(&search(&client, "status=unread").await, "unreadCount", &json!(1));
    all(&search(&client, "status=read").await, "unreadCount", &json!(0));
    all(&search(&client, "status=starred").await, "starred", &json!(true));
    all(&search(&client, "lastMessageType=TYPE_EMAIL").await, "lastMessageType", &json!("TYPE_EMAIL"));
    all(&search(&client, "lastMessageDirection=outbound").await, "lastMessageDirection", &json!("outbound"));
    all(&search(&client, "lastMessageAction=automated").await, "lastOutboundMessageAction", &json!("automated"));
    all(&search(&client, &format!("id={CONVERSATION}")).await, "id", &json!(CONVERSATION));
    all(&search(&client, "query=rosa").await, "contactId", &json!(CONTACT));
    all(&search(&client, "query=news%20about").await, "contactId", &json!(CONTACT));
    let both = search(&client, &format!("assignedTo=unassigned,{USER}")).await["total"].as_u64();
    let mine = search(&client, &format!("assignedTo={USER}")).await["total"].as_u64();
    assert!(both > mine);
    let followed = search(&client, &format!("followers={USER}")).await["total"].as_u64().unwrap();
    assert!((1..14).contains(&followed));
    assert_eq!(search(&client, "status=all").await["total"], 14);
    assert_eq!(search(&client, "startDate=1794182400000").await["total"], 4, "added on or after November 9");
    assert_eq!(search(&client, "endDate=1794182400000").await["total"], 10);
    assert_eq!(search(&client, "scoreProfile=x&scoreProfileMin=1&mentions=y").await["total"], 14);
    assert_eq!(search(&client, "contactId=unknown").await["total"], 0);
}

#[tokio::test]
async fn the_search_pages_by_date_in_both_directions() {
    let client = Client::new();
    for order in ["sort=desc", "sort=asc", "sort=asc&sortBy=last_manual_message_date", ""] {
        let mut seen = HashSet::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/conversations/search?locationId=LOCATION&limit=4&{order}{cursor}");
            let page = client.get(&path).await.ok();
            let Some(last) = page["conversations"].as_array().unwrap().last() else {
                break;
            };
            for id in column(&page["conversations"], "id") {
                assert!(seen.insert(id.to_owned()), "{id} came twice");
            }
            cursor = format!("&startAfterDate={}", last["sort"][0]);
        }
        assert_eq!(seen.len(), 14, "{order}");
    }
}

#[tokio::test]
async fn invalid_filters_are_rejected() {
    let client = Client::new();
    for filter in
        ["status=closed", "lastMessageType=SMS", "sort=up", "sortBy=name", "limit=101", "startDate=yesterday", "foo=1"]
    {
        client.get(&format!("/conversations/search?locationId=LOCATION&{filter}")).await.error(422);
    }
    client.get("/conversations/search").await.error(422);
}

#[tokio::test]
async fn messages_come_newest_first_and_by_type() {
    let client = Client::new();
    let messages = async |query: &str| {
        let mut response = client.get(&format!("/conversations/{CONVERSATION}/messages{query}")).await.ok();
        response["messages"].take()
    };
    let all = messages("").await;
    assert_eq!(all["messages"].as_array().unwrap().len(), 10);
    assert_eq!(all["nextPage"], false);
    assert_eq!(all["lastMessageId"], all["messages"][9]["id"]);
    assert!(column(&all["messages"], "dateAdded").iter().rev().is_sorted());
    let some = messages("?type=TYPE_CALL,TYPE_EMAIL").await;
    assert_eq!(column(&some["messages"], "messageType"), ["TYPE_EMAIL", "TYPE_EMAIL", "TYPE_CALL"]);
    let comments = messages("?type=TYPE_INTERNAL_COMMENTS").await;
    assert_eq!(column(&comments["messages"], "messageType"), ["TYPE_INTERNAL_COMMENT"]);
    client.get(&format!("/conversations/{CONVERSATION}/messages?type=SMS")).await.error(422);
    client.get(&format!("/conversations/{CONVERSATION}/messages?lastMessageId=unknown")).await.error(400);
    client.get("/conversations/unknown/messages").await.error(400);
}

#[tokio::test]
async fn messages_page_to_the_end() {
    let client = Client::new();
    let amelia = search(&client, "query=amelia").await["conversations"][0]["id"].as_str().unwrap().to_owned();
    let mut seen = HashSet::new();
    let mut cursor = String::new();
    loop {
        let response = client.get(&format!("/conversations/{amelia}/messages?limit=10{cursor}")).await.ok();
        let page = &response["messages"];
        for id in column(&page["messages"], "id") {
            assert!(seen.insert(id.to_owned()), "{id} came twice");
        }
        if page["nextPage"] == false {
            break;
        }
        cursor = format!("&lastMessageId={}", page["lastMessageId"].as_str().unwrap());
    }
    assert_eq!(seen.len(), 45);
}

#[tokio::test]
async fn a_sent_message_is_in_its_conversation() {
    let client = Client::new();
    let sent = client
        .post("/conversations/messages", json!({"type": "SMS", "contactId": CONTACT, "message": "See you at nine."}))
        .await
        .ok();
    assert_eq!(sent["conversationId"], CONVERSATION);
    let found = search(&client, "").await;
    assert_eq!(found["conversations"][0]["id"], CONVERSATION, "it is the latest now");
    assert_eq!(found["conversations"][0]["lastMessageBody"], "See you at nine.");
    assert_eq!(found["conversations"][0]["lastMessageDirection"], "outbound");
    let messages = client.get(&format!("/conversations/{CONVERSATION}/messages")).await.ok();
    assert_eq!(messages["messages"]["messages"][0]["id"], sent["messageId"]);
}

#[tokio::test]
async fn a_reply_marks_the_conversation_as_read() {
    let client = Client::new();
    let scheduled =
        json!({"type": "SMS", "contactId": CONTACT, "message": "Later.", "scheduledTimestamp": 1_795_000_000});
    client.post("/conversations/messages", scheduled).await.ok();
    assert_eq!(search(&client, &format!("contactId={CONTACT}")).await["conversations"][0]["unreadCount"], 1);
    let reply = json!({"type": "SMS", "contactId": CONTACT, "message": "It is on its way."});
    client.post("/conversations/messages", reply).await.ok();
    assert_eq!(search(&client, &format!("contactId={CONTACT}")).await["conversations"][0]["unreadCount"], 0);
    let messages = client.get(&format!("/conversations/{CONVERSATION}/messages")).await.ok();
    let messages = messages["messages"]["messages"].as_array().unwrap();
    assert!(messages.iter().all(|m| m["direction"] == "outbound" || m["status"] == "read"));
}

#[tokio::test]
async fn a_first_message_starts_a_conversation() {
    let client = Client::new();
    let contact = client.post("/contacts/", json!({"locationId": "LOCATION", "email": "new@example.com"})).await.ok();
    let id = contact["contact"]["id"].as_str().unwrap();
    let email = json!({"type": "Email", "contactId": id, "subject": "Hello", "html": "<p>Hello</p>",
        "scheduledTimestamp": 1_795_000_000});
    let sent = client.post("/conversations/messages", email).await.ok();
    assert!(sent["emailMessageId"].is_string());
    let found = search(&client, &format!("contactId={id}")).await;
    assert_eq!(found["conversations"][0]["id"], sent["conversationId"]);
    assert_eq!(found["conversations"][0]["lastMessageType"], "TYPE_EMAIL");
    let again =
        client.post("/conversations/messages", json!({"type": "Email", "contactId": id, "html": "x"})).await.ok();
    assert_eq!(again["conversationId"], sent["conversationId"]);
}

#[tokio::test]
async fn what_cannot_be_sent_is_rejected() {
    let client = Client::new();
    let send = async |body: Value| client.post("/conversations/messages", body).await;
    assert_eq!(
        send(json!({"message": "x"})).await.error(422),
        "type should not be empty; contactId should not be empty"
    );
    for body in [
        json!({"type": "SMS", "contactId": CONTACT}),
        json!({"type": "SMS", "contactId": CONTACT, "message": "", "attachments": []}),
        json!({"type": "sms", "contactId": CONTACT, "message": "x"}),
        json!({"type": "SMS", "contactId": CONTACT, "message": "x", "text": "x"}),
        json!({"type": "SMS", "contactId": CONTACT, "message": "x", "emailCc": "x"}),
    ] {
        send(body).await.error(422);
    }
    assert!(
        send(json!({"type": "SMS", "contactId": "unknown", "message": "x"}))
            .await
            .error(400)
            .contains("Contact not found")
    );
    let list = client.get("/contacts/?locationId=LOCATION&limit=100").await.ok();
    let without = |property: &str| {
        let contacts = list["contacts"].as_array().unwrap();
        contacts.iter().find(|c| c[property].is_null()).unwrap()["id"].clone()
    };
    let message = send(json!({"type": "SMS", "contactId": without("phone"), "message": "x"})).await.error(400);
    assert_eq!(message, "The contact has no phone");
    let message = send(json!({"type": "Email", "contactId": without("email"), "message": "x"})).await.error(400);
    assert_eq!(message, "The contact has no email");
    let list = client.get("/contacts/?locationId=LOCATION&query=victor").await.ok();
    let with_dnd = list["contacts"].as_array().unwrap().iter().find(|c| c["dnd"] == true).unwrap();
    send(json!({"type": "SMS", "contactId": with_dnd["id"], "message": "x"})).await.error(400);
}
