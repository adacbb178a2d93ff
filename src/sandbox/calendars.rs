//! Calendars, their events, and the notes of appointments. The submodules have the free slots and the appointments.

pub mod appointments;
mod availability;
pub mod free_slots;
mod time_zone;

use serde_json::{Value, json};

use super::fields::{FieldKind, optional, required};
use super::response::{ApiError, ApiResponse, ApiResult};
use super::route::{ApiRequest, Route, VERSION_2021_04};
use super::store::{Store, date, find, not_found};

/// `GET /calendars/`
pub const LIST: Route = Route::without_body(
    "calendars.readonly",
    &[
        required("locationId", FieldKind::String),
        optional("groupId", FieldKind::String),
        // Accepted without effect, because there are no drafts.
        optional("showDrafted", FieldKind::Boolean),
    ],
    |store, request| {
        let in_group = |calendar: &&Value| request.query.text("groupId").is_none_or(|id| calendar["groupId"] == id);
        let calendars: Vec<&Value> = store.calendars.iter().filter(in_group).collect();
        Ok(ApiResponse::ok(json!({ "calendars": calendars })))
    },
)
.of_version(VERSION_2021_04);

/// `GET /calendars/{calendarId}`
pub const GET: Route = Route::without_body("calendars.readonly", &[], |store, request| {
    Ok(ApiResponse::ok(json!({ "calendar": store.calendar(&request.id)? })))
})
.of_version(VERSION_2021_04);

/// `GET /calendars/events`
pub const EVENTS: Route = Route {
    version: VERSION_2021_04,
    scope: "calendars/events.readonly",
    query: &[
        required("locationId", FieldKind::String),
        required("startTime", FieldKind::String),
        required("endTime", FieldKind::String),
        optional("userId", FieldKind::String),
        optional("calendarId", FieldKind::String),
        optional("groupId", FieldKind::String),
    ],
    body: None,
    handler: events,
};

/// `GET /calendars/appointments/{appointmentId}/notes`
pub const APPOINTMENT_NOTES: Route = Route {
    version: VERSION_2021_04,
    scope: "calendars/events.readonly",
    query: &[required("limit", FieldKind::BoundedInt(1, 20)), required("offset", FieldKind::BoundedInt(0, u64::MAX))],
    body: None,
    handler: appointment_notes,
};

/// Events that start in the window, earliest first. If several of user, calendar and group are sent, all must match.
fn events(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let owners = [("userId", "assignedUserId"), ("calendarId", "calendarId"), ("groupId", "groupId")];
    if owners.iter().all(|(parameter, _)| request.query.text(parameter).is_none()) {
        return Err(ApiError::unprocessable(vec!["either of userId, calendarId or groupId is required".to_owned()]));
    }
    // As in the real API, a time that is not in epoch milliseconds is no error, but finds nothing.
    let millis = |name| request.query.text(name).and_then(|time| time.parse::<i64>().ok());
    let mut events: Vec<&Value> = match (millis("startTime"), millis("endTime")) {
        (Some(start), Some(end)) => store
            .events
            .iter()
            .filter(|event| (start..=end).contains(&date(event, "startTime")))
            .filter(|event| {
                owners
                    .iter()
                    .all(|(parameter, property)| request.query.text(parameter).is_none_or(|id| event[property] == id))
            })
            .collect(),
        _ => Vec::new(),
    };
    events.sort_by_key(|event| date(event, "startTime"));
    Ok(ApiResponse::ok(json!({ "events": events })))
}

/// Newest note first.
fn appointment_notes(store: &mut Store, request: &ApiRequest) -> ApiResult {
    find(&store.events, &request.id).ok_or_else(|| not_found("Appointment", &request.id))?;
    let mut notes: Vec<Value> =
        store.appointment_notes.iter().filter(|note| note["appointmentId"] == request.id.as_str()).cloned().collect();
    notes.sort_by_key(|note| std::cmp::Reverse(date(note, "dateAdded")));
    // The API does not show which appointment a note belongs to.
    for note in notes.iter_mut().filter_map(Value::as_object_mut) {
        note.shift_remove("appointmentId");
    }
    let limit = request.query.count("limit").unwrap_or(20);
    let offset = request.query.count("offset").unwrap_or(0);
    let has_more = notes.len() > offset.saturating_add(limit);
    let page: Vec<Value> = notes.into_iter().skip(offset).take(limit).collect();
    Ok(ApiResponse::ok(json!({ "notes": page, "hasMore": has_more })))
}
