//! Which times of a calendar can be booked.

use jiff::civil::Weekday;
use serde_json::Value;

use crate::sandbox::clock::Calendar;
use crate::sandbox::store::{Store, date, text};
use crate::sandbox::time::Span;

const MINUTE_MS: i64 = 60 * 1000;

/// The times at which a calendar's slots start, free or not, from one moment to another, both included and in epoch
/// milliseconds.
pub fn starts(days: &Calendar, calendar: &Value, (from, to): Span) -> Vec<i64> {
    let interval = minutes(calendar, "slotInterval");
    let duration = duration_ms(calendar);
    let mut starts = Vec::new();
    for day in days.day_of(from)..=days.day_of(to) {
        for (open, close) in open_hours(days, calendar, day) {
            let mut start = open;
            while start + duration <= close {
                starts.push(start);
                start += interval;
            }
        }
    }
    starts.retain(|start| (from..=to).contains(start));
    starts
}

/// How long a calendar's slots last, in milliseconds.
pub fn duration_ms(calendar: &Value) -> i64 {
    minutes(calendar, "slotDuration")
}

/// A calendar's settings are in minutes; at least one, so that a loop over slots ends.
fn minutes(calendar: &Value, setting: &str) -> i64 {
    calendar[setting].as_i64().unwrap_or(60).max(1) * MINUTE_MS
}

/// When a calendar opens and closes on a day, in epoch milliseconds.
fn open_hours(days: &Calendar, calendar: &Value, day: i32) -> Vec<Span> {
    // The API counts the days of the week from Sunday.
    let weekday = days.weekday(day).since(Weekday::Sunday);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let periods = list(&calendar["openHours"]).into_iter();
    let today = periods.filter(|period| list(&period["daysOfTheWeek"]).iter().any(|day| *day == weekday));
    let hours = today.flat_map(|period| list(&period["hours"]));
    hours
        .map(|hours| {
            let part = |name: &str| hours[name].as_i64().and_then(|part| i8::try_from(part).ok()).unwrap_or(0);
            let at = |hour, minute| days.at(day, part(hour), part(minute));
            (at("openHour", "openMinute"), at("closeHour", "closeMinute"))
        })
        .collect()
}

/// The moments from the shortest notice to the last day that can be booked.
pub fn bookable(store: &Store, calendar: &Value) -> Span {
    let now = store.clock.now_ms();
    let setting = |name: &str| calendar[name].as_i64().unwrap_or(0);
    let hour = 60 * MINUTE_MS;
    (now + setting("allowBookingAfter") * hour, now + setting("allowBookingFor") * 24 * hour)
}

/// Whether a user has no other event at a time. A cancelled event takes none.
pub fn is_free(store: &Store, user_id: &str, (start, end): Span, except_event: &str) -> bool {
    let mut own = store.events.iter().filter(|event| text(event, "assignedUserId") == user_id);
    !own.any(|event| {
        takes_time(event)
            && event["id"] != except_event
            && date(event, "startTime") < end
            && start < date(event, "endTime")
    })
}

/// Whether an event's time cannot be booked by another.
pub fn takes_time(event: &Value) -> bool {
    !["cancelled", "noshow", "invalid"].contains(&text(event, "appointmentStatus"))
}

/// The user whom a calendar's appointments are assigned to. Each of the sandbox's calendars has one.
pub fn member(calendar: &Value) -> &str {
    text(&calendar["teamMembers"][0], "userId")
}
