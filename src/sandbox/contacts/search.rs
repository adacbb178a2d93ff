//! The list of contacts.

use serde_json::{Value, json};

use super::{READ, record};
use crate::sandbox::fields::{FieldKind, optional, required};
use crate::sandbox::paging::{Order, PageOptions};
use crate::sandbox::response::ApiResponse;
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_07};
use crate::sandbox::store::{Store, contains};

/// `GET /contacts/`
pub const LIST: Route = Route {
    version: VERSION_2021_07,
    scope: READ,
    query: &[
        required("locationId", FieldKind::String),
        optional("query", FieldKind::String),
        optional("limit", FieldKind::BoundedInt(1, 100)),
        optional("startAfter", FieldKind::Number),
        optional("startAfterId", FieldKind::String),
    ],
    body: None,
    handler: |store, request| Ok(list(store, request)),
};

/// Newest first. `count` is the number of matches, not that of the contacts on the page.
fn list(store: &Store, request: &ApiRequest) -> ApiResponse {
    let query = request.query.text("query").unwrap_or_default().trim();
    let matching = store.contacts.iter().filter(|c| matches(c, query));
    let options = PageOptions {
        path: "/contacts/",
        location_parameter: "locationId",
        sorted_by: "dateAdded",
        order: Order::NewestFirst,
    };
    let page = options.page(matching.collect(), &request.query);
    let contacts: Vec<Value> = page.records.into_iter().map(record::listed).collect();
    ApiResponse::ok(json!({
        "contacts": contacts,
        "count": page.meta["total"],
        "meta": page.meta,
    }))
}

/// Whether a contact's full name, email, company or phone number contains the query. A query with more than three digits
/// is compared with the phone number without punctuation, too.
pub fn matches(contact: &Value, query: &str) -> bool {
    let needle = query.to_lowercase();
    let phone = record::normal_phone(query);
    record::name(contact).to_lowercase().contains(&needle)
        || contains(contact, &["email", "companyName", "phone"], &needle)
        || (phone.len() > 3 && contains(contact, &["phone"], &phone))
}
