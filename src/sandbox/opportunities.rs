//! Opportunities and pipelines: reading one, and how it is shown. Search and update are in the files beside.

pub mod search;
pub mod update;

use serde_json::{Value, json};

use super::contacts::record;
use super::fields::{FieldKind, required};
use super::response::{ApiError, ApiResponse, ApiResult};
use super::route::{ApiRequest, Route, VERSION_2021_07};
use super::store::{Store, find, text, unknown};

const READ: &str = "opportunities.readonly";

/// `GET /opportunities/pipelines`
pub const PIPELINES: Route = Route {
    version: VERSION_2021_07,
    scope: READ,
    query: &[required("locationId", FieldKind::Text)],
    body: None,
    run: |store, _| Ok(ApiResponse::ok(json!({ "pipelines": store.pipelines }))),
};

/// `GET /opportunities/{id}`
pub const GET: Route = Route { version: VERSION_2021_07, scope: READ, query: &[], body: None, run: get };

fn get(store: &mut Store, call: &ApiRequest) -> ApiResult {
    let opportunity = shown(store, opportunity(store, &call.id)?);
    Ok(ApiResponse::ok(json!({ "opportunity": opportunity })))
}

fn opportunity<'s>(store: &'s Store, id: &str) -> Result<&'s Value, ApiError> {
    find(&store.opportunities, id).ok_or_else(|| unknown("Opportunity", id))
}

fn contact_of<'s>(store: &'s Store, opportunity: &Value) -> &'s Value {
    find(&store.contacts, text(opportunity, "contactId")).unwrap_or(&Value::Null)
}

/// An opportunity with its contact. Notes, tasks and events stay empty unless a search asks for them.
fn shown(store: &Store, opportunity: &Value) -> Value {
    let mut shown = opportunity.clone();
    shown["contact"] = record::embedded(contact_of(store, opportunity));
    for list in ["notes", "tasks", "calendarEvents"] {
        shown[list] = json!([]);
    }
    shown
}
