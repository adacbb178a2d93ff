//! The search over opportunities. Its parameters mix two spellings, as in the real API.

use serde_json::{Value, json};

use super::{READ, contact_of, shown};
use crate::sandbox::answer::{Answer, Outcome, Refusal};
use crate::sandbox::contacts::search::matches;
use crate::sandbox::endpoint::{Call, Endpoint, VERSION_2021_07};
use crate::sandbox::fields::{Fields, Kind, optional, required};
use crate::sandbox::paging::{Listing, Order};
use crate::sandbox::store::{Store, contains, date, of_contact, text};
use crate::sandbox::time::{self, Span};

/// `GET /opportunities/search`
pub const SEARCH: Endpoint = Endpoint {
    version: VERSION_2021_07,
    scope: READ,
    query: &[
        required("location_id", Kind::Text),
        optional("q", Kind::Text),
        optional("pipeline_id", Kind::Text),
        optional("pipeline_stage_id", Kind::Text),
        optional("contact_id", Kind::Text),
        optional("status", Kind::Choice(&["open", "won", "lost", "abandoned", "all"])),
        optional("assigned_to", Kind::Text),
        optional("id", Kind::Text),
        optional("date", Kind::Text),
        optional("endDate", Kind::Text),
        optional("country", Kind::Text),
        optional("order", Kind::Choice(&["added_asc", "added_desc"])),
        optional("page", Kind::Count(1, u64::MAX)),
        optional("limit", Kind::Count(1, 100)),
        optional("startAfter", Kind::Number),
        optional("startAfterId", Kind::Text),
        optional("getTasks", Kind::Flag),
        optional("getNotes", Kind::Flag),
        optional("getCalendarEvents", Kind::Flag),
        // Accepted, without effect: there are no campaigns.
        optional("campaignId", Kind::Text),
    ],
    body: None,
    run: search,
};

/// Newest first, unless asked otherwise. A cursor goes before a page number.
fn search(store: &mut Store, call: &Call) -> Outcome {
    let query = &call.query;
    let window = window(query)?;
    let matching = store.opportunities.iter().filter(|opportunity| keeps(store, opportunity, query, window)).collect();
    let oldest_first = query.text("order") == Some("added_asc");
    let listing = Listing {
        path: "/opportunities/search",
        location_parameter: "location_id",
        sorted_by: "createdAt",
        order: if oldest_first { Order::OldestFirst } else { Order::NewestFirst },
    };
    let page = listing.page(matching, query);
    let opportunities: Vec<Value> =
        page.records.into_iter().map(|opportunity| with_lists(store, opportunity, query)).collect();
    Ok(Answer::ok(json!({
        "opportunities": opportunities,
        "meta": page.meta,
        "aggregations": {},
    })))
}

/// The days from `date` to `endDate`, both included, in UTC.
fn window(query: &Fields) -> Result<Span, Refusal> {
    let day = |name: &str, open_end: i64| match query.text(name) {
        None => Ok((open_end, open_end)),
        Some(sent) => time::span_of_american(sent)
            .ok_or_else(|| Refusal::unprocessable(vec![format!("{name} must be a date of the form mm-dd-yyyy")])),
    };
    Ok((day("date", i64::MIN)?.0, day("endDate", i64::MAX)?.1))
}

/// Whether an opportunity passes every filter that was sent.
fn keeps(store: &Store, opportunity: &Value, query: &Fields, (start, end): Span) -> bool {
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

/// Adds the contact's tasks, notes and events that the query asks for.
fn with_lists(store: &Store, opportunity: &Value, query: &Fields) -> Value {
    let mut shown = shown(store, opportunity);
    for (flag, list, records) in [
        ("getTasks", "tasks", &store.tasks),
        ("getNotes", "notes", &store.appointment_notes),
        ("getCalendarEvents", "calendarEvents", &store.events),
    ] {
        if query.flag(flag) {
            shown[list] = of_contact(records, text(opportunity, "contactId")).into();
        }
    }
    shown
}
