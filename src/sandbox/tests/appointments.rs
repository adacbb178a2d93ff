//! Free slots, and the appointments that take them. Today is Monday, November 16, 9:00 in New York (14:00 UTC).

use serde_json::{Value, json};

use super::{Client, column};
use crate::sandbox::well_known::{APPOINTMENT, CALENDAR, CONTACT, USER, id};

/// From Monday, November 16, to the end of Sunday, November 22, in New York.
const WEEK: &str = "startDate=1794805200000&endDate=1795409999000";
const APPOINTMENTS: &str = "/calendars/events/appointments";

async fn slots(client: &Client, filter: &str) -> Value {
    client.get(&format!("/calendars/{CALENDAR}/free-slots?{WEEK}{filter}")).await.ok()
}

/// Every free slot of the week, in order.
async fn all_slots(client: &Client) -> Vec<String> {
    let by_date = slots(client, "").await;
    let days = by_date.as_object().unwrap().values();
    days.flat_map(|day| day["slots"].as_array().unwrap()).map(|slot| slot.as_str().unwrap().to_owned()).collect()
}

fn booking(start: &str) -> Value {
    json!({"calendarId": CALENDAR, "locationId": "LOCATION", "contactId": CONTACT, "startTime": start})
}

#[tokio::test]
async fn free_slots_lie_in_the_open_hours_of_the_coming_days() {
    let client = Client::new();
    let by_date = slots(&client, "").await;
    let dates: Vec<&str> = by_date.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(dates, ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"], "no weekend");
    let today = by_date["2026-11-16"]["slots"].as_array().unwrap();
    assert!(today[0].as_str().unwrap() >= "2026-11-16T10:00:00-05:00", "an hour of notice: {}", today[0]);
    for slot in all_slots(&client).await {
        assert!((9..=16).contains(&slot[11..13].parse::<u32>().unwrap()), "{slot}");
        assert_eq!(&slot[13..], ":00:00-05:00");
    }
}

#[tokio::test]
async fn no_free_slot_overlaps_an_event_of_the_user() {
    let client = Client::new();
    let events = client
        .get(&format!(
            "/calendars/events?locationId=LOCATION&userId={USER}&startTime=1794805200000&endTime=1795409999000"
        ))
        .await
        .ok();
    let slots: Vec<String> = all_slots(&client).await;
    let slots: Vec<jiff::Timestamp> = slots.iter().map(|slot| slot.parse().unwrap()).collect();
    let taken = column(&events["events"], "startTime");
    assert!(!taken.is_empty() && taken.len() + slots.len() > 30, "{taken:?}");
    for start in taken {
        assert!(!slots.contains(&start.parse().unwrap()), "{start}");
    }
}

#[tokio::test]
async fn slots_are_written_in_the_time_zone_that_is_asked_for() {
    let client = Client::new();
    let in_berlin = slots(&client, "&timezone=Europe/Berlin").await;
    let first = in_berlin["2026-11-17"]["slots"][0].as_str().unwrap();
    assert_eq!(first, "2026-11-17T15:00:00+01:00");
    let error = client.get(&format!("/calendars/{CALENDAR}/free-slots?{WEEK}&timezone=Mars/Olympus")).await.error(400);
    assert!(error.contains("America/New_York"), "{error}");
}

#[tokio::test]
async fn slots_of_another_user_are_none() {
    let client = Client::new();
    assert_eq!(slots(&client, &format!("&userId={USER}")).await, slots(&client, "").await);
    assert_eq!(slots(&client, &format!("&userIds={USER}&userIds=x")).await, slots(&client, "").await);
    assert_eq!(slots(&client, &format!("&userId={}", id("user", 1))).await, json!({}));
}

#[tokio::test]
async fn a_window_of_slots_has_an_end_and_a_limit() {
    let client = Client::new();
    let slots = async |window: &str| client.get(&format!("/calendars/{CALENDAR}/free-slots?{window}")).await;
    assert_eq!(slots("startDate=5").await.error(422), "endDate should not be empty");
    assert_eq!(slots("startDate=5&endDate=4").await.error(422), "endDate must not be less than startDate");
    slots("startDate=0&endDate=2678400001").await.error(400);
    assert_eq!(slots("startDate=0&endDate=2678400000").await.ok(), json!({}), "the past");
    let message = slots("startDate=2026-11-16&endDate=2026-11-17").await.error(422);
    assert!(message.starts_with("startDate must be a number"), "{message}");
    client.get(&format!("/calendars/unknown/free-slots?{WEEK}")).await.error(400);
}

#[tokio::test]
async fn a_booked_slot_is_not_free() {
    let client = Client::new();
    let slot = all_slots(&client).await.swap_remove(0);
    let booked = client.post(APPOINTMENTS, booking(&slot)).await.ok();
    assert_eq!(booked["title"], "Roof inspection with Rosa Deo");
    assert_eq!(booked["assignedUserId"], USER);
    assert!(!all_slots(&client).await.contains(&slot));
    let error = client.post(APPOINTMENTS, booking(&slot)).await.error(400);
    assert!(error.contains("not free"), "{error}");
    let forced = json!({"ignoreDateRange": true});
    let mut again = booking(&slot);
    again["ignoreDateRange"] = forced["ignoreDateRange"].clone();
    client.post(APPOINTMENTS, again.clone()).await.error(400);
    again["ignoreFreeSlotValidation"] = true.into();
    client.post(APPOINTMENTS, again).await.ok();
}

#[tokio::test]
async fn only_a_slots_start_can_be_booked_and_only_with_notice() {
    let client = Client::new();
    let book = async |start: &str| client.post(APPOINTMENTS, booking(start)).await.error(400);
    assert!(book("2026-11-17T09:20:00-05:00").await.contains("not free"));
    assert!(book("2026-11-17T20:00:00-05:00").await.contains("not free"));
    assert!(book("2026-11-21T09:00:00-05:00").await.contains("not free"), "a Saturday");
    assert!(book("2026-11-16T09:00:00-05:00").await.contains("date"), "no notice");
    assert!(book("2027-02-01T09:00:00-05:00").await.contains("date"), "too far ahead");
    let mut later = booking("2027-02-01T09:00:00-05:00");
    later["ignoreDateRange"] = true.into();
    client.post(APPOINTMENTS, later).await.ok();
}

#[tokio::test]
async fn a_longer_appointment_takes_every_slot_that_it_overlaps() {
    let client = Client::new();
    let mut long = booking("2026-11-17T11:00:00-05:00");
    long["endTime"] = "2026-11-17T12:30:00-05:00".into();
    client.post(APPOINTMENTS, long).await.ok();
    let free = all_slots(&client).await;
    assert!(!free.contains(&"2026-11-17T12:00:00-05:00".to_owned()));
    assert!(free.contains(&"2026-11-17T13:00:00-05:00".to_owned()));
}

#[tokio::test]
async fn events_list_shows_a_new_appointment_and_not_a_deleted_one() {
    let client = Client::new();
    let booked = client.post(APPOINTMENTS, booking("2026-11-17T14:00:00Z")).await.ok();
    let id = booked["id"].as_str().unwrap();
    let events = async || {
        let window = "startTime=1794922000000&endTime=1794927600000";
        let path = format!("/calendars/events?locationId=LOCATION&calendarId={CALENDAR}&{window}");
        client.get(&path).await.ok()["events"].take()
    };
    assert!(column(&events().await, "id").contains(&id));
    let shown = client.get(&format!("{APPOINTMENTS}/{id}")).await.ok();
    assert_eq!(shown["event"], booked);
    let deleted = client.delete(&format!("/calendars/events/{id}"), json!({})).await;
    assert_eq!(deleted.status, 201);
    assert_eq!(deleted.ok(), json!({"succeeded": true}));
    assert!(!column(&events().await, "id").contains(&id));
    client.get(&format!("{APPOINTMENTS}/{id}")).await.error(400);
    client.delete(&format!("/calendars/events/{id}"), json!({})).await.error(400);
}

#[tokio::test]
async fn an_appointment_moves_to_a_free_slot_and_keeps_its_duration() {
    let client = Client::new();
    let path = format!(
        "{APPOINTMENTS}/{}",
        client.post(APPOINTMENTS, booking("2026-11-17T14:00:00Z")).await.ok()["id"].as_str().unwrap()
    );
    client.post(APPOINTMENTS, booking("2026-11-18T14:00:00Z")).await.ok();
    let to = |start: &str| json!({"startTime": start});
    client.put(&path, to("2026-11-18T14:00:00Z")).await.error(400);
    let moved = client.put(&path, to("2026-11-18T17:00:00Z")).await.ok();
    assert_eq!(
        (&moved["startTime"], &moved["endTime"]),
        (&json!("2026-11-18T17:00:00.000Z"), &json!("2026-11-18T18:00:00.000Z"))
    );
    let free = all_slots(&client).await;
    assert!(free.contains(&"2026-11-17T09:00:00-05:00".to_owned()), "the old slot is free again");
    // Its own time is no obstacle.
    client.put(&path, json!({"startTime": "2026-11-18T17:00:00Z", "assignedUserId": USER})).await.ok();
}

#[tokio::test]
async fn a_cancelled_appointment_frees_its_slot_and_returns_only_if_that_is_still_free() {
    let client = Client::new();
    let slot = "2026-11-17T14:00:00Z";
    let path =
        format!("{APPOINTMENTS}/{}", client.post(APPOINTMENTS, booking(slot)).await.ok()["id"].as_str().unwrap());
    client.put(&path, json!({"appointmentStatus": "cancelled"})).await.ok();
    client.post(APPOINTMENTS, booking(slot)).await.ok();
    client.put(&path, json!({"appointmentStatus": "confirmed"})).await.error(400);
}

#[tokio::test]
async fn a_past_appointment_can_be_marked_but_not_moved_into_the_past() {
    let client = Client::new();
    let path = format!("{APPOINTMENTS}/{APPOINTMENT}");
    let marked = client.put(&path, json!({"appointmentStatus": "showed", "title": "Inspection"})).await.ok();
    assert_eq!((&marked["appointmentStatus"], &marked["title"]), (&json!("showed"), &json!("Inspection")));
    client.put(&path, json!({"startTime": "2026-11-05T15:00:00Z"})).await.error(400);
}

#[tokio::test]
async fn an_appointment_needs_valid_fields_and_known_ids() {
    let client = Client::new();
    let message = client.post(APPOINTMENTS, json!({})).await.error(422);
    assert_eq!(
        message,
        "calendarId should not be empty; locationId should not be empty; contactId should not be empty; \
         startTime should not be empty"
    );
    for (name, wrong, status) in [
        ("startTime", json!("2026-11-17T14:00:00"), 422),
        ("startTime", json!("tomorrow"), 422),
        ("endTime", json!("2026-11-17T13:00:00Z"), 422),
        ("appointmentStatus", json!("done"), 422),
        ("toNotify", json!("yes"), 422),
        ("slot", json!(1), 422),
        ("calendarId", json!("unknown"), 400),
        ("contactId", json!("unknown"), 400),
        ("assignedUserId", json!("unknown"), 400),
        ("locationId", json!("elsewhere"), 403),
    ] {
        let mut body = booking("2026-11-17T14:00:00Z");
        body[name] = wrong;
        client.post(APPOINTMENTS, body).await.error(status);
    }
    client.put(&format!("{APPOINTMENTS}/unknown"), json!({})).await.error(400);
    let error = client.put(&format!("{APPOINTMENTS}/{APPOINTMENT}"), json!({"contactId": CONTACT})).await.error(422);
    assert_eq!(error, "property contactId should not exist");
}
