//! The data behind the API, and the few ways into it that every service needs.

use serde_json::Value;

use super::response::ApiError;
use super::{time, well_known};

/// Every record of the location, as JSON objects close to how the API shows them. The service files know
/// their shapes and add what is derived.
#[derive(Debug)]
pub struct Store {
    pub location: Value,
    pub custom_fields: Vec<Value>,
    pub contacts: Vec<Value>,
    pub tasks: Vec<Value>,
    pub events: Vec<Value>,
    pub appointment_notes: Vec<Value>,
    pub conversations: Vec<Value>,
    /// Oldest first within each conversation.
    pub messages: Vec<Value>,
    pub pipelines: Vec<Value>,
    pub opportunities: Vec<Value>,
    pub orders: Vec<Value>,
    pub transactions: Vec<Value>,
    /// Writes and new ids so far.
    pub changes: u32,
}

impl Store {
    /// The time of a write, in epoch milliseconds: later than any before.
    pub fn tick(&mut self) -> i64 {
        self.changes += 1;
        time::START + i64::from(self.changes) * time::TICK_MS
    }

    /// An id that no record has.
    pub fn new_id(&mut self) -> String {
        self.changes += 1;
        well_known::id("new", self.changes)
    }

    pub fn contact(&self, id: &str) -> Result<&Value, ApiError> {
        find(&self.contacts, id).ok_or_else(|| unknown("Contact", id))
    }

    pub fn contact_mut(&mut self, id: &str) -> Result<&mut Value, ApiError> {
        find_mut(&mut self.contacts, id).ok_or_else(|| unknown("Contact", id))
    }

    /// Whether a custom field with this id is defined for a model: `contact` or `opportunity`.
    pub fn has_custom_field(&self, id: &str, model: &str) -> bool {
        find(&self.custom_fields, id).is_some_and(|field| field["model"] == model)
    }
}

/// The refusal of an id that names nothing. The documents know no 404 for any of the 21 operations, and for an
/// unknown order they say 400, so all services answer that.
pub fn unknown(what: &str, id: &str) -> ApiError {
    ApiError::bad_request(format!("{what} not found for id: {id}"))
}

pub fn find<'s>(records: &'s [Value], id: &str) -> Option<&'s Value> {
    records.iter().find(|record| record["id"] == id)
}

pub fn find_mut<'s>(records: &'s mut [Value], id: &str) -> Option<&'s mut Value> {
    records.iter_mut().find(|record| record["id"] == id)
}

/// A text of a record; empty where there is none.
pub fn text<'r>(record: &'r Value, name: &str) -> &'r str {
    record[name].as_str().unwrap_or_default()
}

/// A date of a record, in epoch milliseconds.
pub fn date(record: &Value, name: &str) -> i64 {
    time::epoch_ms(text(record, name)).unwrap_or_default()
}

/// The records that belong to a contact.
pub fn of_contact(records: &[Value], contact_id: &str) -> Vec<Value> {
    let theirs = records.iter().filter(|r| r["contactId"] == contact_id);
    theirs.cloned().collect()
}

/// Whether one of these texts of a record contains `needle`, which is in lower case.
pub fn contains(record: &Value, names: &[&str], needle: &str) -> bool {
    names.iter().any(|name| text(record, name).to_lowercase().contains(needle))
}
