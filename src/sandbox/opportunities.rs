//! Opportunities and pipelines: reading one, and how it is shown. Search and update are in the files beside.

pub mod search;
pub mod update;

use serde_json::{Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::contacts::record;
use super::endpoint::{Call, Endpoint, VERSION_2021_07};
use super::fields::{Kind, required};
use super::store::{Store, find, text, unknown};

const READ: &str = "opportunities.readonly";

/// `GET /opportunities/pipelines`
pub const PIPELINES: Endpoint = Endpoint {
    version: VERSION_2021_07,
    scope: READ,
    query: &[required("locationId", Kind::Text)],
    body: None,
    run: |store, _| Ok(Answer::ok(json!({ "pipelines": store.pipelines }))),
};

/// `GET /opportunities/{id}`
pub const GET: Endpoint = Endpoint { version: VERSION_2021_07, scope: READ, query: &[], body: None, run: get };

fn get(store: &mut Store, call: &Call) -> Outcome {
    let opportunity = shown(store, opportunity(store, &call.id)?);
    Ok(Answer::ok(json!({ "opportunity": opportunity })))
}

fn opportunity<'s>(store: &'s Store, id: &str) -> Result<&'s Value, Refusal> {
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
