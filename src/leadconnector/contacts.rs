//! The contacts service.

mod dnd;
mod write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint::{Endpoint, LocationIn};
use super::field::{BoundedInt, Id, List, Number, Text};
use super::operation::Operation;
use super::paging::Paging;

pub use dnd::{DndSettings, InboundDndSettings};
pub use write::{CreateContact, UpdateContact, UpsertContact};

const READ: &str = "contacts.readonly";
const WRITE: &str = "contacts.write";

/// Gets one contact.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetContact {
    /// The contact's id
    contact_id: Id,
}

impl Operation for GetContact {
    const ENDPOINT: Endpoint = Endpoint::get("/contacts/{contactId}", READ);
}

/// Gets a page of contacts, newest first.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetContacts {
    /// Text to find in names, emails, phones and companies
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<Text>,
    /// Contacts per page; default 20
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<BoundedInt<1, 100>>,
    /// Cursor: meta.startAfter of the previous page (with startAfterId)
    #[serde(skip_serializing_if = "Option::is_none")]
    start_after: Option<Number>,
    /// Cursor: meta.startAfterId of the previous page
    #[serde(skip_serializing_if = "Option::is_none")]
    start_after_id: Option<Id>,
}

impl Operation for GetContacts {
    const ENDPOINT: Endpoint =
        Endpoint::get("/contacts/", READ).location(LocationIn::Query("locationId")).paging(Paging::Cursor);
}

/// Gets the tasks of a contact.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetAllTasks {
    /// The contact's id
    contact_id: Id,
}

impl Operation for GetAllTasks {
    const ENDPOINT: Endpoint = Endpoint::get("/contacts/{contactId}/tasks", READ);
}

/// Adds tags to a contact.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddTags {
    /// The contact's id
    contact_id: Id,
    /// Tags to add
    tags: List<Text>,
}

impl Operation for AddTags {
    const ENDPOINT: Endpoint = Endpoint::post("/contacts/{contactId}/tags", WRITE).idempotent();
}

/// Removes tags from a contact.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemoveTags {
    /// The contact's id
    contact_id: Id,
    /// Tags to remove
    tags: List<Text>,
}

impl Operation for RemoveTags {
    const ENDPOINT: Endpoint = Endpoint::delete("/contacts/{contactId}/tags", WRITE);
}
