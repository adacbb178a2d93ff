use super::{Client, column};
use crate::sandbox::well_known::{APPOINTMENT, CALENDAR, CALENDAR_GROUP, USER};

const NOVEMBER: &str = "startTime=1793491200000&endTime=1796083200000";

#[tokio::test]
async fn events_are_found_by_calendar_user_and_group() {
    let client = Client::new();
    let events = async |filter: &str| {
        let path = format!("/calendars/events?locationId=LOCATION&{NOVEMBER}&{filter}");
        client.get(&path).await.ok()["events"].take()
    };
    let all = events(&format!("groupId={CALENDAR_GROUP}")).await;
    assert_eq!(all.as_array().unwrap().len(), 44);
    assert!(column(&all, "startTime").is_sorted());
    let in_calendar = events(&format!("calendarId={CALENDAR}")).await;
    assert!(column(&in_calendar, "id").contains(&APPOINTMENT));
    assert!(column(&in_calendar, "calendarId").iter().all(|id| *id == CALENDAR));
    let of_user = events(&format!("userId={USER}")).await;
    assert!(column(&of_user, "assignedUserId").iter().all(|id| *id == USER));
    assert!(column(&events("calendarId=unknown").await, "id").is_empty());
}

#[tokio::test]
async fn events_lie_in_the_window() {
    let client = Client::new();
    let path = |window: &str| format!("/calendars/events?locationId=LOCATION&calendarId={CALENDAR}&{window}");
    let third = client.get(&path("startTime=1793664000000&endTime=1793750399999")).await.ok();
    assert!(column(&third["events"], "startTime").iter().all(|at| at.starts_with("2026-11-03")));
    assert!(column(&third["events"], "id").contains(&APPOINTMENT));
    let iso = client.get(&path("startTime=2026-11-01T00:00:00Z&endTime=2026-12-01T00:00:00Z")).await.ok();
    assert!(column(&iso["events"], "id").is_empty(), "dates that are not in milliseconds find nothing");
}

#[tokio::test]
async fn events_need_a_window_and_an_owner() {
    let client = Client::new();
    let message = client.get(&format!("/calendars/events?locationId=LOCATION&{NOVEMBER}")).await.error(422);
    assert_eq!(message, "either of userId, calendarId or groupId is required");
    let message = client.get("/calendars/events?userId=x").await.error(422);
    assert_eq!(message, "locationId should not be empty; startTime should not be empty; endTime should not be empty");
}

#[tokio::test]
async fn notes_page_by_offset() {
    let client = Client::new();
    let notes = async |page: &str| client.get(&format!("/calendars/appointments/{APPOINTMENT}/notes?{page}")).await;
    let first = notes("limit=2&offset=0").await.ok();
    assert_eq!(first["hasMore"], true);
    assert_eq!(first["notes"][0]["body"], "Wants the proposal by email.");
    let second = notes("limit=2&offset=2").await.ok();
    assert_eq!(second["hasMore"], false);
    assert_eq!(second["notes"].as_array().unwrap().len(), 1);
    assert_eq!(notes("").await.error(422), "limit should not be empty; offset should not be empty");
    notes("limit=21&offset=0").await.error(422);
    notes("limit=5&offset=-1").await.error(422);
    client.get("/calendars/appointments/unknown/notes?limit=1&offset=0").await.error(400);
}
