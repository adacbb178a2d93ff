//! Calendar events and the notes of appointments.

use serde_json::{Value, json};

use super::fields::{FieldKind, optional, required};
use super::response::{ApiError, ApiResponse, ApiResult};
use super::route::{ApiRequest, Route, VERSION_2021_04};
use super::store::{Store, date, find, unknown};

/// `GET /calendars/events`
pub const EVENTS: Route = Route {
    version: VERSION_2021_04,
    scope: "calendars/events.readonly",
    query: &[
        required("locationId", FieldKind::Text),
        required("startTime", FieldKind::Text),
        required("endTime", FieldKind::Text),
        optional("userId", FieldKind::Text),
        optional("calendarId", FieldKind::Text),
        optional("groupId", FieldKind::Text),
    ],
    body: None,
    run: events,
};

/// `GET /calendars/appointments/{appointmentId}/notes`
pub const APPOINTMENT_NOTES: Route = Route {
    version: VERSION_2021_04,
    scope: "calendars/events.readonly",
    query: &[required("limit", FieldKind::Count(1, 20)), required("offset", FieldKind::Count(0, u64::MAX))],
    body: None,
    run: appointment_notes,
};

/// Events that start in the window, earliest first. Several of user, calendar and group must all match.
fn events(store: &mut Store, call: &ApiRequest) -> ApiResult {
    let owners = [("userId", "assignedUserId"), ("calendarId", "calendarId"), ("groupId", "groupId")];
    if owners.iter().all(|(parameter, _)| call.query.text(parameter).is_none()) {
        return Err(ApiError::unprocessable(vec!["either of userId, calendarId or groupId is required".to_owned()]));
    }
    // Like the real API, a time that is not in epoch milliseconds is no error: nothing lies in such a window.
    let millis = |name| call.query.text(name).and_then(|time| time.parse::<i64>().ok());
    let mut events: Vec<&Value> = match (millis("startTime"), millis("endTime")) {
        (Some(start), Some(end)) => store
            .events
            .iter()
            .filter(|event| (start..=end).contains(&date(event, "startTime")))
            .filter(|event| {
                owners
                    .iter()
                    .all(|(parameter, property)| call.query.text(parameter).is_none_or(|id| event[property] == id))
            })
            .collect(),
        _ => Vec::new(),
    };
    events.sort_by_key(|event| date(event, "startTime"));
    Ok(ApiResponse::ok(json!({ "events": events })))
}

/// Newest note first.
fn appointment_notes(store: &mut Store, call: &ApiRequest) -> ApiResult {
    find(&store.events, &call.id).ok_or_else(|| unknown("Appointment", &call.id))?;
    let mut notes: Vec<Value> =
        store.appointment_notes.iter().filter(|note| note["appointmentId"] == call.id.as_str()).cloned().collect();
    notes.sort_by_key(|note| std::cmp::Reverse(date(note, "dateAdded")));
    // Which appointment a note belongs to is the sandbox's own bookkeeping.
    for note in notes.iter_mut().filter_map(Value::as_object_mut) {
        note.shift_remove("appointmentId");
    }
    let limit = call.query.count("limit").unwrap_or(20);
    let offset = call.query.count("offset").unwrap_or(0);
    let has_more = notes.len() > offset.saturating_add(limit);
    let page: Vec<Value> = notes.into_iter().skip(offset).take(limit).collect();
    Ok(ApiResponse::ok(json!({ "notes": page, "hasMore": has_more })))
}
