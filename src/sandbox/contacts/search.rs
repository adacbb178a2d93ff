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
        required("locationId", FieldKind::Text),
        optional("query", FieldKind::Text),
        optional("limit", FieldKind::Count(1, 100)),
        optional("startAfter", FieldKind::Number),
        optional("startAfterId", FieldKind::Text),
    ],
    body: None,
    run: |store, call| Ok(list(store, call)),
};

/// Newest first. `count` is how many match, not how many are on the page.
fn list(store: &Store, call: &ApiRequest) -> ApiResponse {
    let query = call.query.text("query").unwrap_or_default().trim();
    let matching = store.contacts.iter().filter(|c| matches(c, query));
    let listing = PageOptions {
        path: "/contacts/",
        location_parameter: "locationId",
        sorted_by: "dateAdded",
        order: Order::NewestFirst,
    };
    let page = listing.page(matching.collect(), &call.query);
    let contacts: Vec<Value> = page.records.into_iter().map(record::listed).collect();
    ApiResponse::ok(json!({
        "contacts": contacts,
        "count": page.meta["total"],
        "meta": page.meta,
    }))
}

/// Whether the words stand in a contact's full name, email, company or phone number (without regard to the
/// number's punctuation, once there are enough digits to mean one).
pub fn matches(contact: &Value, query: &str) -> bool {
    let needle = query.to_lowercase();
    let phone = record::normal_phone(query);
    record::name(contact).to_lowercase().contains(&needle)
        || contains(contact, &["email", "companyName", "phone"], &needle)
        || (phone.len() > 3 && contains(contact, &["phone"], &phone))
}
