//! Opportunities and pipelines: reading and deleting one. The submodules have the search and the other writes.

pub mod create;
pub mod search;
pub mod update;

use serde_json::{Value, json};

use super::contacts::record;
use super::fields::{FieldKind, required};
use super::records;
use super::response::{ApiError, ApiResponse, ApiResult};
use super::route::{ApiRequest, Route, VERSION_2021_07};
use super::store::{Store, find, not_found, text};

const READ: &str = "opportunities.readonly";
const WRITE: &str = "opportunities.write";

/// `GET /opportunities/pipelines`
pub const PIPELINES: Route = Route {
    version: VERSION_2021_07,
    scope: READ,
    query: &[required("locationId", FieldKind::String)],
    body: None,
    handler: |store, _| Ok(ApiResponse::ok(json!({ "pipelines": store.pipelines }))),
};

/// `GET /opportunities/{id}`
pub const GET: Route = Route { version: VERSION_2021_07, scope: READ, query: &[], body: None, handler: get };

/// `DELETE /opportunities/{id}`
pub const DELETE: Route = Route::without_body(WRITE, &[], |store, request| {
    records::delete(&mut store.opportunities, "Opportunity", &request.id)
});

fn get(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let opportunity = to_response(store, opportunity(store, &request.id)?);
    Ok(ApiResponse::ok(json!({ "opportunity": opportunity })))
}

fn opportunity<'s>(store: &'s Store, id: &str) -> Result<&'s Value, ApiError> {
    find(&store.opportunities, id).ok_or_else(|| not_found("Opportunity", id))
}

fn contact_of<'s>(store: &'s Store, opportunity: &Value) -> &'s Value {
    find(&store.contacts, text(opportunity, "contactId")).unwrap_or(&Value::Null)
}

/// An opportunity as responses show it: with its contact. Notes, tasks and events are empty unless a search asks for
/// them.
fn to_response(store: &Store, opportunity: &Value) -> Value {
    let mut response = opportunity.clone();
    response["contact"] = record::embedded(contact_of(store, opportunity));
    for list in ["notes", "tasks", "calendarEvents"] {
        response[list] = json!([]);
    }
    response
}
