//! Contacts: reading one, and its appointments. The submodules have the lists, the writes, and what belongs to one.

pub mod delete;
pub mod filter;
pub mod notes;
pub mod record;
pub mod search;
pub mod tags;
pub mod tasks;
pub mod workflows;
pub mod write;

use serde_json::json;

use super::response::ApiResponse;
use super::route::{Route, VERSION_2021_07};
use super::store::of_contact;

const READ: &str = "contacts.readonly";
const WRITE: &str = "contacts.write";

/// `GET /contacts/{contactId}`
pub const GET: Route = Route {
    version: VERSION_2021_07,
    scope: READ,
    query: &[],
    body: None,
    handler: |store, request| {
        let contact = record::full(store.contact(&request.id)?);
        Ok(ApiResponse::ok(json!({ "contact": contact })))
    },
};

/// `GET /contacts/{contactId}/appointments`
pub const APPOINTMENTS: Route = Route::without_body(READ, &[], |store, request| {
    store.contact(&request.id)?;
    Ok(ApiResponse::ok(json!({ "events": of_contact(&store.events, &request.id) })))
});
