//! Contacts: reading one, and its tasks. Lists, writes and tags are in the files beside.

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
    run: |store, call| {
        let contact = record::full(store.contact(&call.id)?);
        Ok(ApiResponse::ok(json!({ "contact": contact })))
    },
};

/// `GET /contacts/{contactId}/tasks`
pub const TASKS: Route = Route { version: VERSION_2021_07, scope: READ, query: &[], body: None, run: tasks };

fn tasks(store: &mut Store, call: &ApiRequest) -> ApiResult {
    store.contact(&call.id)?;
    let tasks = of_contact(&store.tasks, &call.id);
    Ok(ApiResponse::ok(json!({ "tasks": tasks })))
}
