//! Booking, reading, changing and deleting appointments.

use serde_json::{Value, json};

use super::availability::{bookable, duration_ms, is_free, member, starts, takes_time};
use crate::sandbox::LOCATION;
use crate::sandbox::contacts::record;
use crate::sandbox::fields::{Field, FieldKind, FieldValues, optional, required};
use crate::sandbox::records::{self, set};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_04};
use crate::sandbox::store::{Store, date, find, find_mut, not_found, remove, text};
use crate::sandbox::time::{Span, iso};

const WRITE: &str = "calendars/events.write";

/// `POST /calendars/events/appointments`
pub const CREATE: Route = Route::with_body(WRITE, CREATE_BODY, create).of_version(VERSION_2021_04);

/// `GET /calendars/events/appointments/{eventId}`
pub const GET: Route = Route::without_body("calendars/events.readonly", &[], |store, request| {
    records::show(&store.events, "Appointment", "event", &request.id)
})
.of_version(VERSION_2021_04);

/// `PUT /calendars/events/appointments/{eventId}`
pub const UPDATE: Route = Route::with_body(WRITE, UPDATE_BODY, update).of_version(VERSION_2021_04);

/// `DELETE /calendars/events/{eventId}`. The documents' body has no properties.
pub const DELETE: Route = Route::without_body(WRITE, &[], delete).of_version(VERSION_2021_04);

/// Both bodies overlap: an update's is the beginning, and the other one is the end.
const BODIES: &[Field] = &[
    optional("calendarId", FieldKind::String),
    optional("startTime", FieldKind::Moment),
    // From here on to create one, too.
    optional("title", FieldKind::String),
    optional(
        "meetingLocationType",
        FieldKind::OneOf(&["custom", "zoom", "gmeet", "phone", "address", "ms_teams", "google"]),
    ),
    optional("meetingLocationId", FieldKind::String),
    optional("overrideLocationConfig", FieldKind::Boolean),
    optional("appointmentStatus", FieldKind::OneOf(&["new", "confirmed", "cancelled", "showed", "noshow", "invalid"])),
    optional("assignedUserId", FieldKind::String),
    optional("description", FieldKind::String),
    optional("address", FieldKind::String),
    optional("ignoreDateRange", FieldKind::Boolean),
    optional("toNotify", FieldKind::Boolean),
    optional("ignoreFreeSlotValidation", FieldKind::Boolean),
    optional("rrule", FieldKind::String),
    optional("endTime", FieldKind::Moment),
    // From here on not in an update.
    required("calendarId", FieldKind::String),
    required("locationId", FieldKind::String),
    required("contactId", FieldKind::String),
    required("startTime", FieldKind::Moment),
];
const UPDATE_BODY: &[Field] = BODIES.split_at(15).0;
const CREATE_BODY: &[Field] = BODIES.split_at(2).1;

/// Options of the write, and what is set elsewhere.
const NOT_STORED: &[&str] = &[
    "overrideLocationConfig",
    "ignoreDateRange",
    "ignoreFreeSlotValidation",
    "toNotify",
    "startTime",
    "endTime",
    "calendarId",
    "assignedUserId",
];

fn create(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let body = &request.body;
    let contact = store.contact(body.text("contactId").unwrap_or_default())?;
    let calendar = store.calendar(body.text("calendarId").unwrap_or_default())?;
    let mut event = json!({
        "title": format!("{} with {}", text(calendar, "eventTitle"), record::name(contact)),
        "locationId": LOCATION,
        "contactId": contact["id"],
        "appointmentStatus": "confirmed",
        "address": "",
    });
    book(store, &mut event, body)?;
    let now = store.tick();
    event["id"] = store.new_id().into();
    event["dateAdded"] = now.as_str().into();
    event["dateUpdated"] = now.into();
    event["createdBy"] = json!({ "source": "third_party" });
    store.events.push(event.clone());
    Ok(ApiResponse::ok(event))
}

fn update(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let mut event = find(&store.events, &request.id).ok_or_else(|| not_found("Appointment", &request.id))?.clone();
    book(store, &mut event, &request.body)?;
    event["dateUpdated"] = store.tick().into();
    if let Some(stored) = find_mut(&mut store.events, &request.id) {
        *stored = event.clone();
    }
    Ok(ApiResponse::ok(event))
}

/// The documents respond with 201, and spell `succeeded` correctly here.
fn delete(store: &mut Store, request: &ApiRequest) -> ApiResult {
    remove(&mut store.events, &request.id).ok_or_else(|| not_found("Event", &request.id))?;
    store.appointment_notes.retain(|note| note["appointmentId"] != request.id.as_str());
    Ok(ApiResponse::created(json!({ "succeeded": true })))
}

/// Applies a body to an event that is not stored yet, or to a copy, and checks that its time can be booked.
fn book(store: &Store, event: &mut Value, body: &FieldValues) -> Result<(), ApiError> {
    let before = event.clone();
    let calendar = store.calendar(body.text("calendarId").unwrap_or(text(&before, "calendarId")))?;
    let is_moved = before["calendarId"] != calendar["id"];
    let user_id = match body.text("assignedUserId") {
        Some(user_id) => text(store.user(user_id)?, "id"),
        None if is_moved => member(calendar),
        None => text(&before, "assignedUserId"),
    };
    let (start, end) = time(&before, calendar, body)?;

    set(event, body, NOT_STORED);
    event["calendarId"] = calendar["id"].clone();
    event["groupId"] = calendar["groupId"].clone();
    event["assignedUserId"] = user_id.into();
    event["users"] = json!([user_id]);
    event["isRecurring"] = event["rrule"].is_string().into();
    event["startTime"] = iso(start).into();
    event["endTime"] = iso(end).into();

    let changes_time =
        is_moved || ["startTime", "endTime", "assignedUserId"].iter().any(|name| event[name] != before[name]);
    if takes_time(event) && (changes_time || !takes_time(&before)) && !body.boolean("ignoreFreeSlotValidation") {
        check_slot(store, event, (start, end), body.boolean("ignoreDateRange"))?;
    }
    Ok(())
}

/// When an event starts and ends after a write. Without an end it lasts as long as before, or as the calendar's slots.
fn time(before: &Value, calendar: &Value, body: &FieldValues) -> Result<Span, ApiError> {
    let (old_start, old_end) = (date(before, "startTime"), date(before, "endTime"));
    let start = body.moment("startTime").unwrap_or(old_start);
    let duration = if old_end > old_start { old_end - old_start } else { duration_ms(calendar) };
    let end = body.moment("endTime").unwrap_or(start + duration);
    if end <= start {
        return Err(ApiError::unprocessable(vec!["endTime must be after startTime".to_owned()]));
    }
    Ok((start, end))
}

/// Rejects a time that no free slot starts at. `any_date` lifts the shortest notice and the last day.
fn check_slot(store: &Store, event: &Value, time: Span, any_date: bool) -> Result<(), ApiError> {
    let calendar = store.calendar(text(event, "calendarId"))?;
    let (earliest, latest) = bookable(store, calendar);
    if !any_date && !(earliest..=latest).contains(&time.0) {
        return Err(ApiError::bad_request("The calendar cannot be booked for this date: see its free slots."));
    }
    let is_slot = starts(&store.clock.calendar, calendar, (time.0, time.0)).contains(&time.0);
    if is_slot && is_free(store, text(event, "assignedUserId"), time, text(event, "id")) {
        Ok(())
    } else {
        Err(ApiError::bad_request("The selected slot is not free: see the calendar's free slots."))
    }
}
