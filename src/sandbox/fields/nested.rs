//! The fields of objects inside a body.

use serde_json::{Map, Value};

use super::{Field, check};

/// The first problem of an object, worded with the path to the field: `sentTo.email must be an array`.
///
/// Properties that the table does not have are accepted: the tables name what the sandbox reads, and the documents'
/// objects have more.
pub fn object_problem(name: &str, value: &Value, table: &[Field]) -> Option<String> {
    match value.as_object() {
        None => Some(format!("{name} must be an object")),
        Some(object) => first_problem(name, object, table),
    }
}

/// The same for an array of such objects: `items.0.qty must be a number …`.
pub fn items_problem(name: &str, value: &Value, table: &[Field]) -> Option<String> {
    let Some(items) = value.as_array() else {
        return Some(format!("{name} must be an array"));
    };
    if items.is_empty() {
        return Some(format!("{name} should not be empty"));
    }
    (0..).zip(items).find_map(|(index, item): (u32, _)| object_problem(&format!("{name}.{index}"), item, table))
}

fn first_problem(name: &str, object: &Map<String, Value>, table: &[Field]) -> Option<String> {
    let problem = table.iter().find_map(|field| check(field, object.get(field.name)))?;
    Some(format!("{name}.{problem}"))
}
