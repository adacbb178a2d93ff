//! Three calendars of one group: two events on every working day from 2026-11-02 to 2026-11-27, and Rosa's two.

use serde_json::{Value, json};

use super::{contact_id, pick, user_id, well_known_or};
use crate::sandbox::LOCATION;
use crate::sandbox::time::{START, iso, november};
use crate::sandbox::well_known::{APPOINTMENT, CALENDAR, CALENDAR_GROUP, id};

/// What each calendar books.
const TITLES: [&str; 3] = ["Roof inspection", "Site visit", "Proposal call"];

pub fn events() -> Vec<Value> {
    let mut events = vec![event(0, 0, 0, november(3, 14, 0)), event(1, 2, 0, november(24, 15, 0))];
    // The month began on a Sunday.
    let working_days = (2..=27).filter(|day| day % 7 > 1);
    let slots = working_days.flat_map(|day| [(day, 16), (day, 19)]);
    events.extend(
        (2..).zip(slots).map(|(number, (day, hour))| event(number, number, 1 + number % 40, november(day, hour, 0))),
    );
    events
}

fn event(number: u32, calendar: u32, contact: u32, start: i64) -> Value {
    let calendar = calendar % 3;
    let user = user_id(calendar);
    let status = if start > START {
        pick(&["confirmed", "confirmed", "new"], number)
    } else {
        pick(&["showed", "showed", "noshow", "cancelled"], number)
    };
    json!({
        "id": well_known_or("event", number, APPOINTMENT),
        "title": TITLES[calendar as usize],
        "calendarId": well_known_or("calendar", calendar, CALENDAR),
        "groupId": CALENDAR_GROUP,
        "locationId": LOCATION,
        "contactId": contact_id(contact),
        "appointmentStatus": status,
        "assignedUserId": user,
        "users": [user],
        "address": if calendar == 2 { "https://meet.example/harbor" } else { "At the house" },
        "isRecurring": false,
        "startTime": iso(start),
        "endTime": iso(start + 60 * 60 * 1000),
        "dateAdded": iso(november(0, 9, 0)),
        "dateUpdated": iso(november(0, 9, 0)),
        "createdBy": { "userId": user, "source": "calendar_page" },
    })
}

/// Rosa's inspection has three notes, two other appointments have one.
pub fn appointment_notes() -> Vec<Value> {
    let note = |number: u32, appointment: u32, contact: u32, day: i64, body: &str| {
        json!({
            "id": id("note", number),
            "appointmentId": well_known_or("event", appointment, APPOINTMENT),
            "body": body,
            "userId": user_id(0),
            "dateAdded": iso(november(day, 17, i64::from(number))),
            "contactId": contact_id(contact),
            "createdBy": { "id": user_id(0), "name": "Marta Lindqvist" },
        })
    };
    vec![
        note(0, 0, 0, 2, "Asked for the afternoon. The gate code is with the neighbour."),
        note(1, 0, 0, 3, "Twelve cracked slates on the north side, flashing loose at the chimney."),
        note(2, 0, 0, 4, "Wants the proposal by email."),
        note(3, 2, 3, 2, "Did not answer the door."),
        note(4, 3, 4, 2, "Interested in solar."),
    ]
}
