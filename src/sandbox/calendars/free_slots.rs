//! The free slots of a calendar.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::availability::{bookable, duration_ms, is_free, member, starts};
use super::time_zone::time_zone;
use crate::sandbox::clock::TIME_ZONE_NAME;
use crate::sandbox::fields::{FieldKind, optional, required};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_04};
use crate::sandbox::store::Store;

/// The longest window of a request (the documents).
const MAX_WINDOW_MS: i64 = 31 * 24 * 60 * 60 * 1000;

/// `GET /calendars/{calendarId}/free-slots`
pub const FREE_SLOTS: Route = Route::without_body(
    "calendars.readonly",
    &[
        required("startDate", FieldKind::Number),
        required("endDate", FieldKind::Number),
        optional("timezone", FieldKind::String),
        optional("userId", FieldKind::String),
        // A repeated parameter is an array, a single one a text.
        optional("userIds", FieldKind::Any),
    ],
    free_slots,
)
.of_version(VERSION_2021_04);

/// By date in the asked-for time zone, by default the location's. A date without a free slot is absent.
fn free_slots(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let calendar = store.calendar(&request.id)?;
    let query = &request.query;
    let zone = time_zone(query.text("timezone").unwrap_or(TIME_ZONE_NAME))?;
    let (start, end) = (query.number("startDate").unwrap_or(0), query.number("endDate").unwrap_or(0));
    if end < start {
        return Err(ApiError::unprocessable(vec!["endDate must not be less than startDate".to_owned()]));
    }
    if end.saturating_sub(start) > MAX_WINDOW_MS {
        return Err(ApiError::bad_request("startDate and endDate must not be more than 31 days apart"));
    }

    let mut by_date: Map<String, Value> = Map::new();
    if !is_asked_for(member(calendar), request) {
        return Ok(ApiResponse::ok(by_date.into()));
    }
    let (earliest, latest) = bookable(store, calendar);
    let window = (start.max(earliest), end.min(latest));
    let starts = if window.0 <= window.1 { starts(&store.clock.calendar, calendar, window) } else { Vec::new() };
    for start in starts {
        if !is_free(store, member(calendar), (start, start + duration_ms(calendar)), "") {
            continue;
        }
        let local = Timestamp::from_millisecond(start).unwrap_or_default().to_zoned(zone.clone());
        let day = by_date.entry(local.date().to_string()).or_insert_with(|| json!({ "slots": [] }));
        if let Some(slots) = day["slots"].as_array_mut() {
            slots.push(local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string().into());
        }
    }
    Ok(ApiResponse::ok(by_date.into()))
}

/// Whether slots of this user are asked for: every user's are if the request names none.
fn is_asked_for(user_id: &str, request: &ApiRequest) -> bool {
    let named: Vec<&str> = ["userId", "userIds"]
        .iter()
        .filter_map(|name| request.query.get(name))
        .flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice))
        .filter_map(Value::as_str)
        .collect();
    named.is_empty() || named.contains(&user_id)
}
