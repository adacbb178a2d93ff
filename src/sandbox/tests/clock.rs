//! The day of the start, and the dates of writes.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Client, TODAY};
use crate::sandbox::Options;
use crate::sandbox::well_known::{CALENDAR_GROUP, CONTACT, CONVERSATION};

fn today() -> Client {
    Client::with(&Options { rate_limit: None, ..Options::default() })
}

async fn send(client: &Client, scheduled: Value) -> super::TestResponse {
    let mut message = json!({"type": "SMS", "contactId": CONTACT, "message": "See you at nine."});
    if !scheduled.is_null() {
        message["scheduledTimestamp"] = scheduled;
    }
    client.post("/conversations/messages", message).await
}

async fn newest(client: &Client) -> Value {
    let path = format!("/conversations/{CONVERSATION}/messages?limit=1");
    client.get(&path).await.ok()["messages"]["messages"][0].take()
}

/// The date of a record, which must be an RFC 3339 one.
fn at(record: &Value, name: &str) -> Timestamp {
    record[name].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_message_that_is_sent_now_is_dated_now() {
    let client = today();
    let before = Timestamp::now().as_millisecond();
    send(&client, Value::Null).await.ok();
    let sent = at(&newest(&client).await, "dateAdded").as_millisecond();
    assert!((before..=Timestamp::now().as_millisecond()).contains(&sent));
}

#[tokio::test]
async fn next_week_has_appointments() {
    let client = today();
    let week = 7 * 24 * 60 * 60 * 1000;
    let now = Timestamp::now().as_millisecond();
    for start in [now - 3 * week, now - week, now, now + week, now + 3 * week] {
        let window = format!("startTime={start}&endTime={}", start + week);
        let path = format!("/calendars/events?locationId=LOCATION&groupId={CALENDAR_GROUP}&{window}");
        let events = client.get(&path).await.ok();
        assert!(!events["events"].as_array().unwrap().is_empty(), "{window}");
    }
}

#[tokio::test]
async fn on_a_fixed_day_the_same_calls_give_the_same_responses() {
    let run = async || {
        let client = Client::new();
        let sent = send(&client, Value::Null).await.ok();
        let contact = json!({"locationId": "LOCATION", "email": "new@example.com"});
        let created = client.post("/contacts/", contact).await.ok();
        (sent, created, newest(&client).await)
    };
    let one = run().await;
    assert_eq!(one, run().await);
    // At nine in the morning, in New York.
    assert_eq!(one.2["dateAdded"], "2026-11-16T14:00:01.000Z");
}

#[tokio::test]
async fn a_message_cannot_be_scheduled_in_the_past() {
    let nine = TODAY.at(14, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second();
    let client = Client::new();
    for past in [nine - 1, 1_577_836_800, 0, -1] {
        let message = send(&client, json!(past)).await.error(422);
        assert_eq!(message, format!("scheduledTimestamp must not be less than {nine}"));
    }
    assert_ne!(newest(&client).await["body"], "See you at nine.", "nothing was sent");
    for future in [nine, nine + 60] {
        assert_eq!(send(&client, json!(future)).await.ok()["msg"], "Message scheduled");
        assert_eq!(newest(&client).await["status"], "scheduled");
    }

    let client = today();
    let now = Timestamp::now().as_second();
    send(&client, json!(now - 3600)).await.error(422);
    send(&client, json!(now + 3600)).await.ok();
}
