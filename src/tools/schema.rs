//! Input schemas, from the parameters' types to the fewest words that say the same.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::{JsonObject, field_mask};

/// The input schema of parameters, without `$schema`, `$defs` or titles.
pub fn of<T: JsonSchema>() -> JsonObject {
    let mut settings = SchemaSettings::draft2020_12();
    settings.meta_schema = None;
    settings.inline_subschemas = true;
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    RecursiveTransform(plain_types).transform(&mut schema);
    let mut schema = schema.to_value();
    let Some(root) = schema.as_object_mut() else {
        return JsonObject::new();
    };
    // The tool's own description says it, for a model.
    root.remove("title");
    root.remove("description");
    // Some clients want it even where it is empty.
    root.entry("properties").or_insert_with(|| json!({}));
    std::mem::take(root)
}

/// Takes `null` out of optional parameters: being absent from `required` says so already, and several clients refuse a
/// list of types. A default is in the description.
fn plain_types(schema: &mut Schema) {
    schema.remove("default");
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        // An unknown field is an error with a better text than a client's own check has.
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
    // An optional object comes as `anyOf [object, null]`; its own keywords take the place of the choice.
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
pub fn required(schema: &JsonObject) -> Vec<String> {
    let names = schema.get("required").and_then(Value::as_array);
    names.map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect()).unwrap_or_default()
}

/// Adds the argument that picks parts of an answer, last.
pub fn add_fields(schema: &mut JsonObject) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let description = "Return only these paths of the answer, like contacts.id; default all";
        let paths = json!({ "type": "array", "items": { "type": "string" }, "description": description });
        properties.insert(field_mask::NAME.to_owned(), paths);
    }
}

/// Adds the required argument `locationId`, first.
pub fn require_location(schema: &mut JsonObject) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let location = json!({ "type": "string", "description": "The location's (sub-account's) id" });
        properties.shift_insert(0, "locationId".to_owned(), location);
    }
    if let Some(required) = schema.entry("required").or_insert_with(|| json!([])).as_array_mut() {
        required.insert(0, "locationId".into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leadconnector::contacts::{GetContacts, UpdateContact};

    #[test]
    fn optional_parameters_have_one_type() {
        let schema = Value::Object(of::<UpdateContact>());
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
        let mut schema = of::<GetContacts>();
        require_location(&mut schema);
        assert_eq!(property_names(&schema)[0], "locationId");
        assert_eq!(schema["required"], json!(["locationId"]));
    }
}
