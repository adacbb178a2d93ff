//! Custom fields by key or name.
//!
//! The API only stores custom fields with an id, but reports "succeeded" for the others too. People and models know keys and
//! names, so these are looked up among the location's definitions before anything is written.

mod definitions;

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::JsonObject;
use super::invalid_arguments::MAX_REPORTED;
use crate::leadconnector::ArgumentError;
use crate::leadconnector::field::{UniqueNames, check_structured_text};
use crate::text::truncate;

pub use definitions::CustomFieldDefinitions;
use definitions::Found;

/// The argument's name.
pub const NAME: &str = "customFields";

/// The JSON pointer to a custom field's id in the input schema of a tool, and its description.
pub const CUSTOM_FIELD_ID: &str = "/properties/customFields/items/properties/id";
pub const FROM_CUSTOM_FIELDS: &str = "From locations_get-custom-fields";

/// The maximum number of custom fields in a call, in every form; a location has at most some hundreds.
const MAX_FIELDS: usize = 500;

/// Rejects an argument with too many fields, and JSON text with a duplicate name.
///
/// Called before all other work on the fields, which takes time for each of them.
///
/// # Errors
///
/// The problem, as the rest of a sentence that starts with the argument's name.
pub fn validate(value: &Value) -> Result<(), String> {
    let fields: usize = elements(value)?.iter().map(|element| field_count(element)).sum();
    if fields > MAX_FIELDS {
        return Err(format!("has {fields} fields; the maximum is {MAX_FIELDS}: send the rest in another call"));
    }
    Ok(())
}

/// The number of fields in an element of the argument.
fn field_count(element: &Value) -> usize {
    match element {
        Value::Object(field) if is_named(field) && !has(field, "key") && !has(field, "name") => field.len(),
        _ => 1,
    }
}

/// Whether the argument has fields with a key or name instead of an id.
pub fn needs_lookup(value: &Value) -> bool {
    elements(value).is_ok_and(|elements| elements.iter().any(|element| element.as_object().is_some_and(is_named)))
}

/// Whether the argument has a field whose key or name is not among the definitions.
pub fn has_unknown(value: &Value, model: &str, definitions: &CustomFieldDefinitions) -> bool {
    let unknown = |name: &str| definitions.find(model, name) == Found::None;
    elements(value).is_ok_and(|elements| {
        let fields = elements.into_iter().filter_map(|element| match element.into_owned() {
            Value::Object(field) if is_named(&field) => Some(named_fields(field)),
            _ => None,
        });
        fields.flatten().any(|(name, _)| unknown(&name))
    })
}

fn has(field: &JsonObject, property: &str) -> bool {
    field.get(property).is_some_and(|value| !value.is_null())
}

/// Whether a field has a key or a name but no id. A field with only a value has neither, and is rejected later.
fn is_named(field: &JsonObject) -> bool {
    let others = || field.keys().any(|property| !["id", "key", "name", "field_value"].contains(&property.as_str()));
    !has(field, "id") && (has(field, "key") || has(field, "name") || others())
}

/// Replaces keys and names by ids. Fields with an id are left unchanged.
///
/// `model` is `contact` or `opportunity`. Fields that are not found are omitted and reported in `errors`.
pub fn resolve(
    value: &Value,
    model: &str,
    definitions: &CustomFieldDefinitions,
    errors: &mut Vec<ArgumentError>,
) -> Value {
    let mut resolved: Vec<Value> = Vec::new();
    let mut ids: HashSet<Value> = HashSet::new();
    for (index, element) in elements(value).unwrap_or_default().into_iter().enumerate() {
        let argument = || format!("{NAME}[{index}]");
        match element.into_owned() {
            Value::Object(field) if is_named(&field) => {
                for (name, rest) in named_fields(field) {
                    let problem = match definitions.find(model, &name) {
                        Found::One(id) if ids.insert(id.into()) => {
                            resolved.push(with_id(id, rest));
                            continue;
                        }
                        Found::One(_) => format!("sets a field that is already set: {:?}", truncate(&name)),
                        Found::Several => definitions.ambiguous_name(model, &name),
                        Found::None => definitions.unknown_name(model, &name, errors.len() < MAX_REPORTED),
                    };
                    errors.push(ArgumentError::new(argument(), problem));
                }
            }
            other if !other["id"].is_null() && !ids.insert(other["id"].clone()) => {
                errors.push(ArgumentError::new(argument(), "sets a field that is already set"));
            }
            other => resolved.push(other),
        }
    }
    Value::Array(resolved)
}

/// The elements of the argument, in every accepted form. Text that is not JSON stays text.
fn elements(value: &Value) -> Result<Vec<Cow<'_, Value>>, String> {
    match parse_text(value)? {
        Cow::Borrowed(Value::Array(elements)) => elements.iter().map(parse_text).collect(),
        Cow::Owned(Value::Array(elements)) => {
            elements.into_iter().map(|element| parse_text(&element).map(Cow::into_owned).map(Cow::Owned)).collect()
        }
        null if null.is_null() => Ok(Vec::new()),
        other => Ok(vec![other]),
    }
}

/// Parses JSON that is given as text; other values are returned unchanged.
fn parse_text(value: &Value) -> Result<Cow<'_, Value>, String> {
    let Value::String(text) = value else { return Ok(Cow::Borrowed(value)) };
    check_structured_text(text).map_err(|problem| format!("is wrong: {problem}"))?;
    match serde_json::from_str(text) {
        Ok(UniqueNames(value)) => Ok(Cow::Owned(value)),
        Err(error) if error.is_data() => Err(format!("is wrong: {error}")),
        Err(_) => Ok(Cow::Borrowed(value)),
    }
}

/// The fields of an object without an id: for each its key or name, and its other properties. The object is one field,
/// `{"key": …, "field_value": …}` or `{"name": …, "field_value": …}`, or several: `{"lead_score": 7, …}`.
fn named_fields(mut field: JsonObject) -> Vec<(String, JsonObject)> {
    field.retain(|property, value| !value.is_null() || !["id", "key", "name"].contains(&property.as_str()));
    let given = |property: &str| field.get(property).and_then(Value::as_str).map(str::to_owned);
    if let Some(name) = given("key").or_else(|| given("name")) {
        field.retain(|property, _| property != "key" && property != "name");
        return vec![(name, field)];
    }
    let value = |value: Value| Map::from_iter([("field_value".to_owned(), value)]);
    field.into_iter().map(|(name, given)| (name, value(given))).collect()
}

fn with_id(id: &str, rest: JsonObject) -> Value {
    let mut field = Map::from_iter([("id".to_owned(), json!(id))]);
    field.extend(rest);
    Value::Object(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definitions() -> CustomFieldDefinitions {
        serde_json::from_value(json!({"customFields": [
            {"id": "f1", "name": "Lead score", "fieldKey": "contact.lead_score", "model": "contact"},
            {"id": "f2", "name": "Größe", "fieldKey": "contact.groesse", "model": "contact"},
            {"id": "f3", "name": "Twin", "fieldKey": "contact.twin_a", "model": "contact"},
            {"id": "f4", "name": "Twin", "fieldKey": "contact.twin_b", "model": "contact"},
            {"id": "o1", "name": "Lead score", "fieldKey": "opportunity.lead_score", "model": "opportunity"},
        ]}))
        .unwrap()
    }

    fn resolved(value: &Value) -> (Value, Vec<String>) {
        let mut errors = Vec::new();
        let value = resolve(value, "contact", &definitions(), &mut errors);
        (value, errors.into_iter().map(|error| format!("{} {}", error.argument, error.problem)).collect())
    }

    #[test]
    fn keys_and_names_are_replaced_by_ids() {
        let expected = (json!([{"id": "f1", "field_value": 7}]), vec![]);
        for given in [
            json!([{"key": "lead_score", "field_value": 7}]),
            json!([{"key": "contact.lead_score", "field_value": 7}]),
            json!([{"name": "lead SCORE", "field_value": 7}]),
            json!([{"lead_score": 7}]),
            json!([{"id": null, "key": "lead_score", "name": "ignored", "field_value": 7}]),
            json!({"Lead score": 7}),
            json!("{\"lead_score\": 7}"),
            json!(["{\"key\":\"lead_score\",\"field_value\":7}"]),
        ] {
            assert!(needs_lookup(&given), "{given}");
            assert_eq!(resolved(&given), expected, "{given}");
        }
        assert_eq!(resolved(&json!({"größe": 1, "lead_score": 2})).0.as_array().unwrap().len(), 2);
    }

    #[test]
    fn ids_are_left_unchanged() {
        let given = json!([{"id": "x", "key": "anything", "field_value": 7}]);
        assert!(!needs_lookup(&given) && !needs_lookup(&Value::Null) && !needs_lookup(&json!([{"field_value": 1}])));
        assert_eq!(resolved(&given), (given, vec![]));
    }

    #[test]
    fn a_field_is_set_once_and_with_its_own_models_prefix() {
        let (value, errors) = resolved(&json!([{"lead_score": 7}, {"Lead score": 8}, {"opportunity.lead_score": 9}]));
        assert_eq!(value, json!([{"id": "f1", "field_value": 7}]));
        assert!(errors[0].contains("already set") && errors[1].contains("names no contact field"), "{errors:?}");
        let (_, errors) = resolved(&json!([{"lead_score": 7}, {"id": "f1", "field_value": 8}]));
        assert!(errors[0].contains("already set"), "{errors:?}");
        assert!(!needs_lookup(&json!([{}])), "rejected later, when the field is deserialized");
    }

    #[test]
    fn the_number_of_fields_is_bounded_in_every_form() {
        let fields = |count: usize, field: fn(usize) -> Value| Value::Array((0..count).map(field).collect());
        let by_id = |count| fields(count, |index| json!({ "id": index, "field_value": 1 }));
        let by_key = |count| fields(count, |index| json!({ "key": index.to_string(), "field_value": 1 }));
        let by_property = |count| fields(count, |index| json!({ format!("n{index}"): 1 }));
        let object = |count: usize| Value::Object((0..count).map(|index| (format!("n{index}"), json!(1))).collect());
        let forms = |count| {
            [
                by_id(count),
                by_key(count),
                by_property(count),
                fields(count, |_| json!("text")),
                object(count),
                json!([{ "id": "a", "field_value": 1 }, object(count - 1)]),
                object(count).to_string().into(),
                json!([object(count).to_string()]),
                by_id(count).to_string().into(),
            ]
        };
        for (most, too_many) in forms(MAX_FIELDS).into_iter().zip(forms(MAX_FIELDS + 1)) {
            assert_eq!(validate(&most), Ok(()));
            let problem = validate(&too_many).unwrap_err();
            assert!(problem.starts_with("has 501 fields; the maximum is 500"), "{problem}");
        }
    }

    #[test]
    fn a_duplicate_name_in_json_text_is_rejected() {
        for text in [r#"{"lead_score":1,"lead_score":2}"#, r#"[{"lead_score":1,"\u006cead_score":2}]"#] {
            assert!(validate(&json!(text)).unwrap_err().contains("\"lead_score\" is given twice"));
            assert!(validate(&json!([text])).is_err());
        }
    }

    /// The most expensive call that passes validation: the maximum number of names, each unlike every definition.
    #[test]
    fn the_total_cost_of_suggestions_is_bounded() {
        let fields: Vec<Value> = (0..10_000)
            .map(|index| json!({ "id": index.to_string(), "name": "n".repeat(70), "fieldKey": format!("contact.{index:070}") }))
            .collect();
        let definitions: CustomFieldDefinitions = serde_json::from_value(json!({ "customFields": fields })).unwrap();
        let given: Map<String, Value> = (0..MAX_FIELDS).map(|index| (format!("{index:079}x"), json!(1))).collect();
        let mut errors = Vec::new();
        let work = crate::text::work::measure(|| drop(resolve(&given.into(), "contact", &definitions, &mut errors)));
        assert_eq!(errors.len(), MAX_FIELDS);
        // Keys and names are searched for each problem that is reported.
        assert!(work <= 2 * MAX_REPORTED * 300_000, "{work}");
    }

    #[test]
    fn a_field_that_is_not_found_is_reported() {
        let (value, errors) =
            resolved(&json!([{"id": "x", "field_value": 1}, {"lead_scor": 7}, {"twin": 1}, {"zzz": 0}]));
        assert_eq!(value, json!([{"id": "x", "field_value": 1}]));
        assert_eq!(
            errors[0],
            "customFields[1] names no contact field of this location: \"lead_scor\" (nearest: lead_score)"
        );
        assert!(errors[1].contains("is ambiguous") && errors[1].contains("f3, f4"), "{}", errors[1]);
        assert!(errors[2].ends_with("locations_get-custom-fields lists them"), "{}", errors[2]);
    }
}
