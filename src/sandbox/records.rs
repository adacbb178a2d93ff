//! What the simple services share: one record by its id, changes of its properties, and one page of a list.

use serde_json::{Value, json};

use super::fields::FieldValues;
use super::response::{ApiError, ApiResponse, ApiResult};
use super::store::{find, find_mut, not_found, remove, text};

/// Responds with one record, as the property `name`.
pub fn show(records: &[Value], what: &str, name: &str, id: &str) -> ApiResult {
    let record = find(records, id).ok_or_else(|| not_found(what, id))?;
    Ok(ApiResponse::ok(json!({ (name): record })))
}

/// Changes one record and responds with it, as the property `name`.
pub fn update(records: &mut [Value], what: &str, name: &str, id: &str, body: &FieldValues) -> ApiResult {
    let record = find_mut(records, id).ok_or_else(|| not_found(what, id))?;
    set(record, body, &[]);
    Ok(ApiResponse::ok(json!({ (name): record })))
}

/// Deletes one record.
pub fn delete(records: &mut Vec<Value>, what: &str, id: &str) -> ApiResult {
    remove(records, id).ok_or_else(|| not_found(what, id))?;
    Ok(succeeded())
}

/// What most deletions respond with, in the documents' spelling.
pub fn succeeded() -> ApiResponse {
    ApiResponse::ok(json!({ "succeded": true }))
}

/// Sets the properties that a body has, but for the excepted ones. Null removes one.
pub fn set(record: &mut Value, body: &FieldValues, except: &[&str]) {
    let Some(properties) = record.as_object_mut() else {
        return;
    };
    for (name, value) in body.iter().filter(|(name, _)| !except.contains(name)) {
        if value.is_null() {
            properties.shift_remove(name);
        } else {
            properties.insert(name.to_owned(), value.clone());
        }
    }
}

/// One page of a list: `limit` records after those that `skip` counts. The documents call the second `skip` or
/// `offset`.
pub fn page<'r>(records: &[&'r Value], query: &FieldValues, skip: &str, default_limit: usize) -> Vec<&'r Value> {
    let limit = query.count("limit").unwrap_or(default_limit);
    records.iter().skip(query.count(skip).unwrap_or(0)).take(limit).copied().collect()
}

/// The record of a contact with this id; one of another contact is not found.
pub fn of_contact<'r>(
    records: &'r mut [Value],
    what: &str,
    contact_id: &str,
    id: &str,
) -> Result<&'r mut Value, ApiError> {
    let record = find_mut(records, id).filter(|record| text(record, "contactId") == contact_id);
    record.ok_or_else(|| not_found(what, id))
}
