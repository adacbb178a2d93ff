//! Contacts: reading one, and its tasks. Lists, writes and tags are in the files beside.

pub mod record;
pub mod search;
pub mod tags;
pub mod write;

use serde_json::json;

use super::answer::{Answer, Outcome};
use super::endpoint::{Call, Endpoint, VERSION_2021_07};
use super::store::{Store, of_contact};

const READ: &str = "contacts.readonly";
const WRITE: &str = "contacts.write";

/// `GET /contacts/{contactId}`
pub const GET: Endpoint = Endpoint {
    version: VERSION_2021_07,
    scope: READ,
    query: &[],
    body: None,
    run: |store, call| {
        let contact = record::full(store.contact(&call.id)?);
        Ok(Answer::ok(json!({ "contact": contact })))
    },
};

/// `GET /contacts/{contactId}/tasks`
pub const TASKS: Endpoint = Endpoint { version: VERSION_2021_07, scope: READ, query: &[], body: None, run: tasks };

fn tasks(store: &mut Store, call: &Call) -> Outcome {
    store.contact(&call.id)?;
    let tasks = of_contact(&store.tasks, &call.id);
    Ok(Answer::ok(json!({ "tasks": tasks })))
}
