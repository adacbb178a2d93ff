//! The search for opportunities. Its parameters mix two spellings, as in the real API.

use serde_json::{Value, json};

use super::{READ, contact_of, to_response};
use crate::sandbox::contacts::search::matches;
use crate::sandbox::fields::{FieldKind, FieldValues, optional, required};
use crate::sandbox::paging::{Order, PageOptions};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_07};
use crate::sandbox::store::{Store, contains, date, of_contact, text};
use crate::sandbox::time::{self, Span};

/// `GET /opportunities/search`
pub const SEARCH: Route = Route {
    version: VERSION_2021_07,
    scope: READ,
    query: &[
        required("location_id", FieldKind::String),
        optional("q", FieldKind::String),
        optional("pipeline_id", FieldKind::String),
        optional("pipeline_stage_id", FieldKind::String),
        optional("contact_id", FieldKind::String),
        optional("status", FieldKind::OneOf(&["open", "won", "lost", "abandoned", "all"])),
        optional("assigned_to", FieldKind::String),
        optional("id", FieldKind::String),
        optional("date", FieldKind::String),
        optional("endDate", FieldKind::String),
        optional("country", FieldKind::String),
        optional("order", FieldKind::OneOf(&["added_asc", "added_desc"])),
        optional("page", FieldKind::BoundedInt(1, u64::MAX)),
        optional("limit", FieldKind::BoundedInt(1, 100)),
        optional("startAfter", FieldKind::Number),
        optional("startAfterId", FieldKind::String),
        optional("getTasks", FieldKind::Boolean),
        optional("getNotes", FieldKind::Boolean),
        optional("getCalendarEvents", FieldKind::Boolean),
        // Accepted without effect, because there are no campaigns.
        optional("campaignId", FieldKind::String),
    ],
    body: None,
    handler: search,
};

/// Newest first by default. A cursor takes precedence over a page number.
fn search(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let query = &request.query;
    let window = window(query)?;
    let matching = store.opportunities.iter().filter(|record| passes_filters(store, record, query, window)).collect();
    let oldest_first = query.text("order") == Some("added_asc");
    let options = PageOptions {
        path: "/opportunities/search",
        location_parameter: "location_id",
        sorted_by: "createdAt",
        order: if oldest_first { Order::OldestFirst } else { Order::NewestFirst },
    };
    let page = options.page(matching, query);
    let opportunities: Vec<Value> =
        page.records.into_iter().map(|opportunity| with_lists(store, opportunity, query)).collect();
    Ok(ApiResponse::ok(json!({
        "opportunities": opportunities,
        "meta": page.meta,
        "aggregations": {},
    })))
}

/// The days from `date` to `endDate`, both included, in UTC.
fn window(query: &FieldValues) -> Result<Span, ApiError> {
    let day = |name: &str, default: i64| match query.text(name) {
        None => Ok((default, default)),
        Some(sent) => time::parse_american_span(sent)
            .ok_or_else(|| ApiError::unprocessable(vec![format!("{name} must be a date of the form mm-dd-yyyy")])),
    };
    Ok((day("date", i64::MIN)?.0, day("endDate", i64::MAX)?.1))
}

/// Whether an opportunity passes every filter that was sent.
fn passes_filters(store: &Store, opportunity: &Value, query: &FieldValues, (start, end): Span) -> bool {
    let contact = contact_of(store, opportunity);
    let exact = [
        ("id", "id"),
        ("pipeline_id", "pipelineId"),
        ("pipeline_stage_id", "pipelineStageId"),
        ("contact_id", "contactId"),
        ("assigned_to", "assignedTo"),
    ];
    exact.iter().all(|(parameter, property)| query.text(parameter).is_none_or(|wanted| opportunity[property] == wanted))
        && query.text("status").is_none_or(|status| status == "all" || opportunity["status"] == status)
        && query.text("country").is_none_or(|country| contact["country"] == country)
        && (start..=end).contains(&date(opportunity, "createdAt"))
        && query.text("q").is_none_or(|q| contains(opportunity, &["name"], &q.to_lowercase()) || matches(contact, q))
}

/// An opportunity with those of its contact's tasks, notes and events that the query asks for.
fn with_lists(store: &Store, opportunity: &Value, query: &FieldValues) -> Value {
    let mut response = to_response(store, opportunity);
    for (parameter, list, records) in [
        ("getTasks", "tasks", &[&store.tasks][..]),
        ("getNotes", "notes", &[&store.contact_notes, &store.appointment_notes]),
        ("getCalendarEvents", "calendarEvents", &[&store.events]),
    ] {
        if query.boolean(parameter) {
            let own = records.iter().flat_map(|records| of_contact(records, text(opportunity, "contactId")));
            response[list] = own.collect();
        }
    }
    response
}
