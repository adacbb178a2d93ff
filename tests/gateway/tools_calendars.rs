//! The requests that the calendars tools send.

use serde_json::json;

use crate::support::{APRIL_2021, LOCATION, Sent, tool};

#[tokio::test]
async fn get_calendar_events() {
    tool("calendars_get-calendar-events", APRIL_2021)
        .minimal(
            json!({ "userId": "u1", "startTime": "2026-11-01T00:00:00Z", "endTime": "2026-11-08T00:00:00Z" }),
            Sent::get("/calendars/events").query(&[
                ("locationId", LOCATION),
                ("userId", "u1"),
                ("startTime", "1793491200000"),
                ("endTime", "1794096000000"),
            ]),
        )
        .full(
            json!({
                "userId": "u1",
                "calendarId": "c1",
                "groupId": "g1",
                "startTime": 1_793_491_200_000_i64,
                "endTime": "1794096000000",
            }),
            Sent::get("/calendars/events").query(&[
                ("locationId", LOCATION),
                ("userId", "u1"),
                ("calendarId", "c1"),
                ("groupId", "g1"),
                ("startTime", "1793491200000"),
                ("endTime", "1794096000000"),
            ]),
        )
        .check()
        .await;
}

#[tokio::test]
async fn get_appointment_notes() {
    tool("calendars_get-appointment-notes", APRIL_2021)
        .minimal(
            json!({ "appointmentId": "a1" }),
            Sent::get("/calendars/appointments/a1/notes").query(&[("limit", "20"), ("offset", "0")]),
        )
        .full(
            json!({ "appointmentId": "a1", "limit": 5, "offset": "10" }),
            Sent::get("/calendars/appointments/a1/notes").query(&[("limit", "5"), ("offset", "10")]),
        )
        .check()
        .await;
}
