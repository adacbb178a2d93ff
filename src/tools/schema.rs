//! Input schemas, generated from the parameters' types and reduced to as few tokens as possible.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::{JsonObject, field_mask};

/// The input schema of a type of parameters, without `$schema`, `$defs` and titles.
pub fn input_schema<T: JsonSchema>() -> JsonObject {
    let mut settings = SchemaSettings::draft2020_12();
    settings.meta_schema = None;
    settings.inline_subschemas = true;
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    RecursiveTransform(plain_types).transform(&mut schema);
    let mut schema = schema.to_value();
    let Some(root) = schema.as_object_mut() else {
        return JsonObject::new();
    };
    // The tool has a description of its own, written for a model.
    root.remove("title");
    root.remove("description");
    // Some clients require `properties` even if it is empty.
    root.entry("properties").or_insert_with(|| json!({}));
    std::mem::take(root)
}

/// Removes `null` from optional parameters: their absence from `required` says the same, and several clients reject a list
/// of types. Removes defaults, which the descriptions state.
fn plain_types(schema: &mut Schema) {
    schema.remove("default");
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        // The gateway's own error for an unknown field is more helpful than a client's schema validation.
        schema.remove("additionalProperties");
    }
    if let Some(types) = schema.get("type").and_then(Value::as_array) {
        let mut types = types.iter().filter(|name| *name != "null");
        if let (Some(only), None) = (types.next().cloned(), types.next()) {
            schema.insert("type".into(), only);
        }
    }
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|value| !value.is_null());
    }
    // An optional object is generated as `anyOf [object, null]`: replaced by the object's own keywords.
    let Some(choices) = schema.get("anyOf").and_then(Value::as_array) else {
        return;
    };
    let [Value::Object(only)] =
        choices.iter().filter(|choice| **choice != json!({ "type": "null" })).collect::<Vec<_>>()[..]
    else {
        return;
    };
    let only = only.clone();
    schema.remove("anyOf");
    for (keyword, value) in only {
        if schema.get(&keyword).is_none() {
            schema.insert(keyword, value);
        }
    }
}

/// The names of a schema's properties.
pub fn property_names(schema: &JsonObject) -> Vec<String> {
    schema.get("properties").and_then(Value::as_object).map(|p| p.keys().cloned().collect()).unwrap_or_default()
}

/// The names of a schema's required properties.
pub fn required_names(schema: &JsonObject) -> Vec<String> {
    let names = schema.get("required").and_then(Value::as_array);
    names.map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect()).unwrap_or_default()
}

/// Adds the argument that selects parts of the response, last.
pub fn add_fields(schema: &mut JsonObject) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let description = "Return only these paths of the response, like contacts.id; default all";
        let paths = json!({ "type": "array", "items": { "type": "string" }, "description": description });
        properties.insert(field_mask::NAME.to_owned(), paths);
    }
}

/// Adds the required argument `locationId`, first.
pub fn require_location(schema: &mut JsonObject) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let location = json!({ "type": "string", "description": "Id of the location (sub-account)" });
        properties.shift_insert(0, "locationId".to_owned(), location);
    }
    if let Some(required) = schema.entry("required").or_insert_with(|| json!([])).as_array_mut() {
        required.retain(|name| name != "locationId");
        required.insert(0, "locationId".into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leadconnector::contacts::{GetContacts, UpdateContact};

    #[test]
    fn optional_parameters_have_one_type() {
        let schema = Value::Object(input_schema::<UpdateContact>());
        let text = schema.to_string();
        for unwanted in ["\"null\"", "$defs", "$ref", "\"default\"", "anyOf", "format"] {
            assert!(!text.contains(unwanted), "{unwanted} in {text}");
        }
        assert_eq!(schema["required"], json!(["contactId"]));
        assert_eq!(schema["properties"]["inboundDndSettings"]["type"], "object");
        assert_eq!(schema["properties"]["dnd"]["type"], "boolean");
    }

    #[test]
    fn the_location_is_the_first_argument() {
        let mut schema = input_schema::<GetContacts>();
        require_location(&mut schema);
        assert_eq!(property_names(&schema)[0], "locationId");
        assert_eq!(schema["required"], json!(["locationId"]));
    }
}
