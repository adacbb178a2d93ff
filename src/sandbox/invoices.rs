//! Invoices: the list, one, and the next number. The submodules have the writes.

pub mod amounts;
pub mod status;
pub mod write;

use serde_json::{Value, json};

use super::fields::{Field, FieldKind, optional, required};
use super::response::{ApiError, ApiResponse};
use super::route::{ApiRequest, Route};
use super::store::{Store, contains, date, find, not_found, text};
use super::{records, time};

const READ: &str = "invoices.readonly";
const WRITE: &str = "invoices.write";

/// The only kind of owner that a location's token has access to.
const ALT_TYPE: FieldKind = FieldKind::OneOf(&["location"]);
/// The location, in the query or the body.
const OWNER: &[Field] = &[required("altId", FieldKind::String), required("altType", ALT_TYPE)];

/// `GET /invoices/`
pub const LIST: Route = Route::without_body(
    READ,
    &[
        required("altId", FieldKind::String),
        required("altType", ALT_TYPE),
        required("limit", FieldKind::BoundedInt(1, 100)),
        required("offset", FieldKind::BoundedInt(0, u64::MAX)),
        optional("status", FieldKind::String),
        optional("startAt", FieldKind::Date),
        optional("endAt", FieldKind::Date),
        optional("search", FieldKind::String),
        optional("paymentMode", FieldKind::OneOf(&["default", "live", "test"])),
        optional("contactId", FieldKind::String),
        optional("sortField", FieldKind::OneOf(&["issueDate"])),
        optional("sortOrder", FieldKind::OneOf(&["ascend", "descend"])),
    ],
    |store, request| Ok(list(store, request)),
);

/// `GET /invoices/{invoiceId}`
pub const GET: Route =
    Route::without_body(READ, OWNER, |store, request| Ok(ApiResponse::ok(invoice(store, &request.id)?.clone())));

/// `GET /invoices/generate-invoice-number`
pub const NUMBER: Route =
    Route::without_body(READ, OWNER, |store, _| Ok(ApiResponse::ok(json!({ "invoiceNumber": next_number(store) }))));

fn invoice<'s>(store: &'s Store, id: &str) -> Result<&'s Value, ApiError> {
    find(&store.invoices, id).ok_or_else(|| not_found("Invoice", id))
}

/// A number that no invoice has. It is taken only when an invoice is created with it.
fn next_number(store: &Store) -> i64 {
    store.invoices.iter().filter_map(|invoice| invoice["invoiceNumber"].as_i64()).max().unwrap_or(0) + 1
}

/// Newest issue date first, by default. `total` counts the matches on all pages.
fn list(store: &Store, request: &ApiRequest) -> ApiResponse {
    let query = &request.query;
    let span = |name: &str| query.text(name).and_then(time::parse_span);
    let window =
        (span("startAt").map_or(i64::MIN, |(start, _)| start))..=(span("endAt").map_or(i64::MAX, |(_, end)| end));
    let statuses = query.items("status");
    let words = query.text("search").unwrap_or_default().to_lowercase();
    let number = words.parse::<i64>().ok();
    let mut found: Vec<&Value> = store
        .invoices
        .iter()
        .filter(|invoice| statuses.as_ref().is_none_or(|wanted| wanted.contains(&text(invoice, "status"))))
        .filter(|invoice| window.contains(&issued(invoice)))
        .filter(|invoice| query.text("contactId").is_none_or(|id| invoice["contactDetails"]["id"] == id))
        .filter(|invoice| match query.text("paymentMode") {
            Some("live") => invoice["liveMode"] == true,
            Some("test") => invoice["liveMode"] == false,
            _ => true,
        })
        .filter(|invoice| {
            contains(invoice, &["name", "title"], &words)
                || contains(&invoice["contactDetails"], &["name", "email"], &words)
                || number.is_some_and(|number| invoice["invoiceNumber"] == number)
        })
        .collect();
    found.sort_by_key(|invoice| (issued(invoice), date(invoice, "createdAt")));
    if query.text("sortOrder") != Some("ascend") {
        found.reverse();
    }
    let page = records::page(&found, query, "offset", 10);
    ApiResponse::ok(json!({ "invoices": page, "total": found.len() }))
}

/// The start of the day of issue in UTC, in epoch milliseconds.
fn issued(invoice: &Value) -> i64 {
    time::parse_span(text(invoice, "issueDate")).map_or(0, |(start, _)| start)
}
