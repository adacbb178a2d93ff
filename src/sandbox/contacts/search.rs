//! The list of contacts.

use serde_json::{Value, json};

use super::{READ, record};
use crate::sandbox::answer::Answer;
use crate::sandbox::endpoint::{Call, Endpoint, VERSION_2021_07};
use crate::sandbox::fields::{Kind, optional, required};
use crate::sandbox::paging::{Listing, Order};
use crate::sandbox::store::{Store, contains};

/// `GET /contacts/`
pub const LIST: Endpoint = Endpoint {
    version: VERSION_2021_07,
    scope: READ,
    query: &[
        required("locationId", Kind::Text),
        optional("query", Kind::Text),
        optional("limit", Kind::Count(1, 100)),
        optional("startAfter", Kind::Number),
        optional("startAfterId", Kind::Text),
    ],
    body: None,
    run: |store, call| Ok(list(store, call)),
};

/// Newest first. `count` is how many match, not how many are on the page.
fn list(store: &Store, call: &Call) -> Answer {
    let query = call.query.text("query").unwrap_or_default().trim();
    let matching = store.contacts.iter().filter(|c| matches(c, query));
    let listing = Listing {
        path: "/contacts/",
        location_parameter: "locationId",
        sorted_by: "dateAdded",
        order: Order::NewestFirst,
    };
    let page = listing.page(matching.collect(), &call.query);
    let contacts: Vec<Value> = page.records.into_iter().map(record::listed).collect();
    Answer::ok(json!({
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
