//! The data is believable: each record agrees with the others.

use std::collections::HashSet;

use serde_json::Value;

use super::{Client, column};

async fn opportunities(client: &Client, status: &str) -> Vec<Value> {
    let path = format!("/opportunities/search?location_id=LOCATION&limit=100&status={status}");
    client.get(&path).await.ok()["opportunities"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_deal_stands_in_a_stage_that_suits_its_status() {
    let client = Client::new();
    let pipelines = client.get("/opportunities/pipelines?locationId=LOCATION").await.ok();
    let pipelines = pipelines["pipelines"].as_array().unwrap();
    // The position of a deal's stage, and the name and position of the last one in its pipeline.
    let stage = |opportunity: &Value| {
        let pipeline = pipelines.iter().find(|pipeline| pipeline["id"] == opportunity["pipelineId"]).unwrap();
        let stages = pipeline["stages"].as_array().unwrap();
        let position = stages.iter().position(|stage| stage["id"] == opportunity["pipelineStageId"]).unwrap();
        (stages.len() - 1 - position, stages[position]["name"].as_str().unwrap().to_owned())
    };
    for deal in opportunities(&client, "won").await {
        let (before_last, name) = stage(&deal);
        assert!(before_last == 0 || name == "Scheduled", "{name}");
    }
    for status in ["lost", "abandoned", "open"] {
        let deals = opportunities(&client, status).await;
        assert!(!deals.is_empty());
        for deal in deals {
            let (before_last, name) = stage(&deal);
            assert!(before_last > 0, "{status} in {name}");
        }
    }
    let open: HashSet<String> = opportunities(&client, "open").await.iter().map(|deal| stage(deal).1).collect();
    assert!(open.len() >= 5, "open deals stand in different stages: {open:?}");
}

async fn messages(client: &Client, conversation: &str) -> Vec<Value> {
    let path = format!("/conversations/{conversation}/messages?limit=100");
    client.get(&path).await.ok()["messages"]["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_unread_conversation_ends_with_an_unread_message_of_the_contact() {
    let client = Client::new();
    for status in ["unread", "read"] {
        let path = format!("/conversations/search?locationId=LOCATION&status={status}");
        let found = client.get(&path).await.ok();
        let found = found["conversations"].as_array().unwrap();
        assert!(found.len() > 3);
        for conversation in found {
            let messages = messages(&client, conversation["id"].as_str().unwrap()).await;
            let is_unread = |message: &Value| message["direction"] == "inbound" && message["status"] != "read";
            assert_eq!(is_unread(&messages[0]), status == "unread", "{}", messages[0]);
            assert_eq!(conversation["lastMessageDirection"], messages[0]["direction"]);
            let unread = messages.iter().filter(|message| is_unread(message)).count();
            assert_eq!(conversation["unreadCount"], unread);
        }
    }
}

#[tokio::test]
async fn no_two_messages_are_alike() {
    let client = Client::new();
    let found = client.get("/conversations/search?locationId=LOCATION&limit=100").await.ok();
    let mut bodies = HashSet::new();
    for conversation in column(&found["conversations"], "id") {
        for message in messages(&client, conversation).await {
            assert!(bodies.insert(message["body"].as_str().unwrap().to_owned()), "{}", message["body"]);
        }
    }
    assert!(bodies.len() > 70, "{}", bodies.len());
}
