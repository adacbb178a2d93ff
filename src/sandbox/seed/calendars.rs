//! Three calendars of one group: two events on every working day, and Rosa's two.

use jiff::civil::Weekday;
use serde_json::{Value, json};

use super::{DAYS, contact_id, inspection_day, pick, user_id, well_known_or};
use crate::sandbox::LOCATION;
use crate::sandbox::clock::Calendar;
use crate::sandbox::store::date;
use crate::sandbox::time::iso;
use crate::sandbox::well_known::{APPOINTMENT, CALENDAR, CALENDAR_GROUP, id};

/// What each calendar books.
const TITLES: [&str; 3] = ["Roof inspection", "Site visit", "Proposal call"];

/// The day of the first events. The first contacts were added a few days before.
const FIRST_DAY: i32 = 4 - DAYS;

const HOUR_MS: i64 = 60 * 60 * 1000;

/// An event, before it is a record. All last one hour.
struct Event {
    number: u32,
    calendar: u32,
    contact: u32,
    /// When it was booked and when it starts, in epoch milliseconds.
    booked: i64,
    start: i64,
}

/// Every event. `now` is the time of the start, in epoch milliseconds: events before it have taken place.
pub fn events(days: &Calendar, now: i64) -> Vec<Value> {
    let inspection = inspection_day(days);
    let rosas = [
        (0, 0, days.at(inspection - 4, 14, 3), days.at(inspection, 14, 0)),
        (1, 2, days.at(-2, 9, 30), days.at(inspection + 21, 11, 0)),
    ];
    let rosas = rosas.map(|(number, calendar, booked, start)| Event { number, calendar, contact: 0, booked, start });
    let others = (FIRST_DAY..=DAYS).flat_map(|day| [(day, 10), (day, 15)]);
    // Every slot has a number, on weekends too, so that an event's id does not depend on the weekday of the start.
    let others = (2..).zip(others).filter(|(_, (day, _))| is_working_day(days, *day));
    let others = others.map(|(number, (day, hour))| other(number, day, hour, days));
    rosas.into_iter().chain(others).map(|event| record(&event, now)).collect()
}

fn is_working_day(days: &Calendar, day: i32) -> bool {
    !matches!(days.weekday(day), Weekday::Saturday | Weekday::Sunday)
}

/// An event that was booked a few days before, with one of the contacts of that time.
fn other(number: u32, day: i32, hour: i8, days: &Calendar) -> Event {
    let latest = pick(&[-1, -2, -3, -4, -5, -6], number);
    let booked = (day - 3).clamp(1 - DAYS, latest);
    let known_contacts = (booked + DAYS).unsigned_abs() * 4 - 1;
    Event {
        number,
        calendar: number,
        contact: 1 + number % known_contacts.min(40),
        booked: days.at(booked, 16, 0),
        start: days.at(day, hour, 0),
    }
}

fn record(event: &Event, now: i64) -> Value {
    let Event { number, contact, booked, start, .. } = *event;
    let calendar = event.calendar % 3;
    let user = user_id(calendar);
    let status = if start > now {
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
        "endTime": iso(start + HOUR_MS),
        "dateAdded": iso(booked),
        "dateUpdated": iso(booked),
        "createdBy": { "userId": user, "source": "calendar_page" },
    })
}

/// Rosa's inspection has three notes, the first two appointments of others have one.
pub fn appointment_notes(days: &Calendar, events: &[Value]) -> Vec<Value> {
    let note = |number: u32, event: &Value, at: i64, body: &str| {
        json!({
            "id": id("note", number),
            "appointmentId": event["id"],
            "body": body,
            "userId": user_id(0),
            "dateAdded": iso(at),
            "contactId": event["contactId"],
            "createdBy": { "id": user_id(0), "name": "Marta Lindqvist" },
        })
    };
    let inspection = inspection_day(days);
    let rosas = [
        (inspection - 1, "Asked for the afternoon. The gate code is with the neighbour."),
        (inspection, "Twelve cracked slates on the north side, flashing loose at the chimney."),
        (inspection + 1, "Wants the proposal by email."),
    ];
    let others = ["Did not answer the door.", "Interested in solar."];
    let rosas = (0..).zip(rosas).map(|(number, (day, body))| note(number, &events[0], days.at(day, 17, 0), body));
    let others = (3..).zip(events.iter().skip(2)).zip(others);
    let others = others.map(|((number, event), body)| note(number, event, date(event, "endTime"), body));
    rosas.chain(others).collect()
}
