//! The data behind the API, and how every service accesses it.

use serde_json::Value;

use super::clock::Clock;
use super::response::ApiError;
use super::{time, well_known};

/// Every record of the location, as JSON objects close to how the API shows them. The service files know
/// their shapes and add what is derived.
#[derive(Debug)]
pub struct Store {
    pub clock: Clock,
    pub location: Value,
    pub custom_fields: Vec<Value>,
    pub custom_values: Vec<Value>,
    pub location_tags: Vec<Value>,
    pub contacts: Vec<Value>,
    pub tasks: Vec<Value>,
    pub contact_notes: Vec<Value>,
    /// The ids of a contact and of the workflow that it is in.
    pub enrolments: Vec<(String, String)>,
    pub users: Vec<Value>,
    pub calendars: Vec<Value>,
    pub events: Vec<Value>,
    pub appointment_notes: Vec<Value>,
    pub conversations: Vec<Value>,
    /// Oldest first within each conversation.
    pub messages: Vec<Value>,
    pub pipelines: Vec<Value>,
    pub opportunities: Vec<Value>,
    pub orders: Vec<Value>,
    pub transactions: Vec<Value>,
    pub invoices: Vec<Value>,
    pub products: Vec<Value>,
    pub prices: Vec<Value>,
    pub workflows: Vec<Value>,
    pub forms: Vec<Value>,
    pub form_submissions: Vec<Value>,
    pub surveys: Vec<Value>,
    pub campaigns: Vec<Value>,
    pub links: Vec<Value>,
    pub businesses: Vec<Value>,
    /// Numbers given so far: see [`next_number`](Self::next_number).
    pub last_number: u32,
}

impl Store {
    /// The date of a write, the way the API writes dates: later than that of any write before.
    pub fn tick(&mut self) -> String {
        time::iso(self.clock.tick())
    }

    /// A number that was not given before.
    pub fn next_number(&mut self) -> u32 {
        self.last_number += 1;
        self.last_number
    }

    /// An id that no record has.
    pub fn new_id(&mut self) -> String {
        well_known::id("new", self.next_number())
    }

    /// The same in the form of payment, invoice and product ids.
    pub fn new_hex_id(&mut self) -> String {
        well_known::hex_id("new", self.next_number())
    }

    pub fn contact(&self, id: &str) -> Result<&Value, ApiError> {
        find(&self.contacts, id).ok_or_else(|| not_found("Contact", id))
    }

    pub fn contact_mut(&mut self, id: &str) -> Result<&mut Value, ApiError> {
        find_mut(&mut self.contacts, id).ok_or_else(|| not_found("Contact", id))
    }

    pub fn calendar(&self, id: &str) -> Result<&Value, ApiError> {
        find(&self.calendars, id).ok_or_else(|| not_found("Calendar", id))
    }

    pub fn user(&self, id: &str) -> Result<&Value, ApiError> {
        find(&self.users, id).ok_or_else(|| not_found("User", id))
    }

    /// Rejects an unknown user, if one is named.
    pub fn check_user(&self, id: Option<&str>) -> Result<(), ApiError> {
        id.map_or(Ok(()), |id| self.user(id).map(|_| ()))
    }

    /// Whether a custom field with this id is defined for a model: `contact` or `opportunity`.
    pub fn has_custom_field(&self, id: &str, model: &str) -> bool {
        find(&self.custom_fields, id).is_some_and(|field| field["model"] == model)
    }
}

/// The error for an unknown id. The documents have no 404 for any of the modelled operations, and a 400 for an unknown
/// order, so that all services respond with 400.
pub fn not_found(what: &str, id: &str) -> ApiError {
    ApiError::bad_request(format!("{what} not found for id: {id}"))
}

/// Whether a record has this id. The payments, invoices and products services write it as `_id`.
fn has_id(record: &Value, id: &str) -> bool {
    record["id"] == id || record["_id"] == id
}

pub fn find<'s>(records: &'s [Value], id: &str) -> Option<&'s Value> {
    records.iter().find(|record| has_id(record, id))
}

pub fn find_mut<'s>(records: &'s mut [Value], id: &str) -> Option<&'s mut Value> {
    records.iter_mut().find(|record| has_id(record, id))
}

/// Removes a record and returns it.
pub fn remove(records: &mut Vec<Value>, id: &str) -> Option<Value> {
    let position = records.iter().position(|record| has_id(record, id))?;
    Some(records.remove(position))
}

/// A text of a record; empty if there is none.
pub fn text<'r>(record: &'r Value, name: &str) -> &'r str {
    record[name].as_str().unwrap_or_default()
}

/// A date of a record, in epoch milliseconds.
pub fn date(record: &Value, name: &str) -> i64 {
    time::epoch_ms(text(record, name)).unwrap_or_default()
}

/// The records that belong to a contact.
pub fn of_contact(records: &[Value], contact_id: &str) -> Vec<Value> {
    let own = records.iter().filter(|record| record["contactId"] == contact_id);
    own.cloned().collect()
}

/// Whether one of these texts of a record contains `needle`, which is in lower case.
pub fn contains(record: &Value, names: &[&str], needle: &str) -> bool {
    names.iter().any(|name| text(record, name).to_lowercase().contains(needle))
}
