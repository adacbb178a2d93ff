//! The table of a tool's arguments, from its JSON Schema. A nested argument has a row of its own, named by its path.

use std::fmt::Write;

use leadconnector_mcp::tools::JsonObject;
use serde_json::Value;

use crate::section::cell;

/// One row per argument: its name, its type, whether it is required, and its meaning.
pub fn table(schema: &JsonObject) -> String {
    let mut rows = String::new();
    add_rows(&mut rows, "", schema);
    if rows.is_empty() {
        return "No arguments.\n".to_owned();
    }
    format!("| argument | type | required | meaning |\n|---|---|---|---|\n{rows}")
}

fn add_rows(rows: &mut String, prefix: &str, schema: &JsonObject) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let required = list(schema, "required");
    for (name, property) in properties {
        let Some(property) = property.as_object() else { continue };
        let required = match (prefix, name.as_str()) {
            ("", "locationId") => "unless pinned",
            _ if required.contains(&name.as_str()) => "yes",
            _ => "",
        };
        let meaning = property.get("description").and_then(Value::as_str).unwrap_or_default();
        let (name, kind) = (format!("{prefix}{name}"), type_of(property));
        // Writing to a String cannot fail.
        let _ = writeln!(rows, "| `{name}` | {} | {required} | {} |", cell(&kind), cell(meaning));
        add_nested(rows, &name, property);
    }
}

/// The rows of what an object or a list consists of.
fn add_nested(rows: &mut String, name: &str, schema: &JsonObject) {
    add_rows(rows, &format!("{name}."), schema);
    if let Some(items) = schema.get("items").and_then(Value::as_object) {
        add_rows(rows, &format!("{name}[]."), items);
    }
    // An object with any keys: a `*` in place of a key.
    if let Some(values) = schema.get("additionalProperties").and_then(Value::as_object) {
        add_rows(rows, &format!("{name}.*."), values);
    }
}

/// The type in words.
fn type_of(schema: &JsonObject) -> String {
    if schema.contains_key("enum") {
        return format!("one of {}", names(&list(schema, "enum")));
    }
    match schema.get("type").and_then(Value::as_str) {
        Some(kind @ ("integer" | "number")) => format!("{kind}{}", range(schema)),
        Some("array") => match schema.get("items").and_then(Value::as_object) {
            Some(items) if items.contains_key("enum") => format!("list of {}", names(&list(items, "enum"))),
            Some(items) => format!("list of {}s", type_of(items)),
            None => "list".to_owned(),
        },
        Some("object") => match schema.get("propertyNames").and_then(Value::as_object) {
            Some(keys) => format!("object with keys {}", names(&list(keys, "enum"))),
            None => "object".to_owned(),
        },
        Some(kind) => kind.to_owned(),
        None => match schema.get("anyOf").and_then(Value::as_array) {
            Some(choices) => choices.iter().filter_map(Value::as_object).map(type_of).collect::<Vec<_>>().join(" or "),
            None => "any".to_owned(),
        },
    }
}

fn range(schema: &JsonObject) -> String {
    match (schema.get("minimum"), schema.get("maximum")) {
        (Some(minimum), Some(maximum)) => format!(", {minimum} to {maximum}"),
        (Some(minimum), None) => format!(", from {minimum}"),
        (None, Some(maximum)) => format!(", up to {maximum}"),
        (None, None) => String::new(),
    }
}

/// The texts in a list of the schema.
fn list<'a>(schema: &'a JsonObject, keyword: &str) -> Vec<&'a str> {
    let values = schema.get(keyword).and_then(Value::as_array);
    values.map(|values| values.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

fn names(values: &[&str]) -> String {
    values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_arguments_have_rows() {
        let status = json!({ "type": "string", "enum": ["on", "off"] });
        let schema = json!({
            "required": ["locationId", "tags"],
            "properties": {
                "locationId": { "type": "string", "description": "Id" },
                "tags": { "type": "array", "items": { "type": "string" }, "description": "a|b" },
                "limit": { "type": "integer", "minimum": 1, "maximum": 100 },
                "custom": { "type": "array", "items": { "type": "object", "properties": { "id": {} }, "required": ["id"] } },
                "by": {
                    "type": "object",
                    "propertyNames": { "enum": ["SMS"] },
                    "additionalProperties": { "type": "object", "properties": { "status": status } },
                },
            },
        });
        let Value::Object(schema) = schema else { panic!() };
        let expected = "| argument | type | required | meaning |\n|---|---|---|---|\n\
            | `locationId` | string | unless pinned | Id |\n\
            | `tags` | list of strings | yes | a\\|b |\n\
            | `limit` | integer, 1 to 100 |  |  |\n\
            | `custom` | list of objects |  |  |\n\
            | `custom[].id` | any | yes |  |\n\
            | `by` | object with keys `SMS` |  |  |\n\
            | `by.*.status` | one of `on`, `off` |  |  |\n";
        assert_eq!(table(&schema), expected);
        assert_eq!(table(&JsonObject::new()), "No arguments.\n");
    }
}
