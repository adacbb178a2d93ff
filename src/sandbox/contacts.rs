//! Contacts: reading one, and its tasks. The submodules have the list, writes and tags.

pub mod record;
pub mod search;
pub mod tags;
pub mod write;

use serde_json::json;

use super::response::{ApiResponse, ApiResult};
use super::route::{ApiRequest, Route, VERSION_2021_07};
use super::store::{Store, of_contact};

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

/// `GET /contacts/{contactId}/tasks`
pub const TASKS: Route = Route { version: VERSION_2021_07, scope: READ, query: &[], body: None, handler: tasks };

fn tasks(store: &mut Store, request: &ApiRequest) -> ApiResult {
    store.contact(&request.id)?;
    let tasks = of_contact(&store.tasks, &request.id);
    Ok(ApiResponse::ok(json!({ "tasks": tasks })))
}
