//! Custom fields by key or name.
//!
//! The API stores only those with an id, and answers "succeeded" to the others all the same. People and models know keys
//! and names, so these are looked up among the location's definitions before anything is written.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::JsonObject;
use crate::leadconnector::Fault;
use crate::text::{suggest, truncate};

/// The argument's name.
pub const NAME: &str = "customFields";

/// Where the input schema of a tool describes a custom field's id, and what a model reads there.
pub const CUSTOM_FIELD_ID: &str = "/properties/customFields/items/properties/id";
pub const FROM_CUSTOM_FIELDS: &str = "From locations_get-custom-fields";

/// The most fields of a call; a location has some hundred at most.
const MAX_FIELDS: usize = 500;

/// The definitions of a location's custom fields, as locations_get-custom-fields answers them.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Definitions {
    custom_fields: Vec<Definition>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    id: String,
    #[serde(default)]
    name: String,
    /// With the model's prefix: `contact.lead_score`.
    #[serde(default)]
    field_key: String,
    #[serde(default)]
    model: String,
}

impl Definition {
    fn key(&self) -> &str {
        without_prefix(&self.field_key)
    }

    /// Whether a given name is this field's key, with its prefix or without, or its name, in any case.
    fn is_called(&self, given: &str) -> bool {
        [self.field_key.as_str(), self.key(), &self.name].iter().any(|known| known.to_lowercase() == given)
    }
}

fn without_prefix(key: &str) -> &str {
    key.strip_prefix("contact.").or_else(|| key.strip_prefix("opportunity.")).unwrap_or(key)
}

/// Whether a value of the argument has fields without an id.
pub fn has_names(value: &Value) -> bool {
    elements(value).iter().any(|element| element.as_object().is_some_and(is_named))
}

/// Whether a field has a key or a name and no id. One with a value alone has neither, and is refused later.
fn is_named(field: &JsonObject) -> bool {
    let has = |property: &str| field.get(property).is_some_and(|value| !value.is_null());
    let others = field.keys().any(|property| !["id", "key", "name", "field_value"].contains(&property.as_str()));
    !has("id") && (has("key") || has("name") || others)
}

/// Gives each field its id. Those that have one are left as they are.
///
/// `model` is `contact` or `opportunity`. Fields that cannot be found are left out and noted.
pub fn resolve(value: &Value, model: &str, definitions: &Definitions, faults: &mut Vec<Fault>) -> Value {
    let mut resolved: Vec<Value> = Vec::new();
    for (index, element) in elements(value).into_iter().enumerate() {
        let mut fault = |problem: String| faults.push(Fault::new(format!("{NAME}[{index}]"), problem));
        match element {
            Value::Object(field) if is_named(&field) => {
                for (name, rest) in named(field) {
                    if resolved.len() >= MAX_FIELDS {
                        fault(format!("is one too many: at most {MAX_FIELDS} fields a call"));
                        return Value::Array(resolved);
                    }
                    match definitions.find(model, &name) {
                        Ok(id) if resolved.iter().any(|other| other["id"] == *id) => {
                            fault(format!("names a field that is given already: {:?}", truncate(&name)));
                        }
                        Ok(id) => resolved.push(with_id(id, rest)),
                        Err(problem) => fault(problem),
                    }
                }
            }
            other if !other["id"].is_null() && resolved.iter().any(|earlier| earlier["id"] == other["id"]) => {
                fault("names a field that is given already".to_owned());
            }
            other => resolved.push(other),
        }
        if faults.len() >= MAX_FIELDS {
            break;
        }
    }
    Value::Array(resolved)
}

/// The elements of the argument in all the forms that it is given in.
fn elements(value: &Value) -> Vec<Value> {
    let parsed = |value: &Value| match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
        other => other.clone(),
    };
    match parsed(value) {
        Value::Array(elements) => elements.iter().map(parsed).collect(),
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

/// The fields that an object without an id names, each with what it says of them besides the name: one by
/// `{"key": …, "field_value": …}` or `{"name": …, "field_value": …}`, or several by `{"lead_score": 7, …}`.
fn named(mut field: JsonObject) -> Vec<(String, JsonObject)> {
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

impl Definitions {
    /// The id of the field with this key or name.
    fn find(&self, model: &str, given: &str) -> Result<&str, String> {
        let of_model = || self.custom_fields.iter().filter(|field| field.model.is_empty() || field.model == model);
        let lower = given.to_lowercase();
        let found: Vec<&Definition> = of_model().filter(|field| field.is_called(&lower)).collect();
        let shown = truncate(given);
        match found[..] {
            [field] => Ok(&field.id),
            [] => {
                let bare = without_prefix(given);
                let keys = suggest(bare, of_model().map(Definition::key));
                let near =
                    if keys.is_empty() { suggest(bare, of_model().map(|field| field.name.as_str())) } else { keys };
                let near = if near.is_empty() {
                    "; locations_get-custom-fields lists them".to_owned()
                } else {
                    format!(" (nearest: {})", near.join(", "))
                };
                Err(format!("names no {model} field of this location: {shown:?}{near}"))
            }
            _ => {
                let ids: Vec<&str> = found.iter().map(|field| field.id.as_str()).collect();
                Err(format!("names several fields: {shown:?} is the name of {}; give one of these ids", ids.join(", ")))
            }
        }
    }

    /// About how much memory they take, in bytes.
    pub fn size(&self) -> usize {
        let texts = |field: &Definition| field.id.len() + field.name.len() + field.field_key.len() + field.model.len();
        self.custom_fields.iter().map(|field| size_of::<Definition>() + texts(field)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definitions() -> Definitions {
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
        let mut faults = Vec::new();
        let value = resolve(value, "contact", &definitions(), &mut faults);
        (value, faults.into_iter().map(|fault| format!("{} {}", fault.argument, fault.problem)).collect())
    }

    #[test]
    fn keys_and_names_get_their_ids() {
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
            assert!(has_names(&given), "{given}");
            assert_eq!(resolved(&given), expected, "{given}");
        }
        assert_eq!(resolved(&json!({"größe": 1, "lead_score": 2})).0.as_array().unwrap().len(), 2);
    }

    #[test]
    fn ids_are_left_as_they_are() {
        let given = json!([{"id": "x", "key": "anything", "field_value": 7}]);
        assert!(!has_names(&given) && !has_names(&Value::Null) && !has_names(&json!([{"field_value": 1}])));
        assert_eq!(resolved(&given), (given, vec![]));
    }

    #[test]
    fn a_field_is_given_once_and_under_its_own_models_prefix() {
        let (value, faults) = resolved(&json!([{"lead_score": 7}, {"Lead score": 8}, {"opportunity.lead_score": 9}]));
        assert_eq!(value, json!([{"id": "f1", "field_value": 7}]));
        assert!(faults[0].contains("given already") && faults[1].contains("names no contact field"), "{faults:?}");
        let (_, faults) = resolved(&json!([{"lead_score": 7}, {"id": "f1", "field_value": 8}]));
        assert!(faults[0].contains("given already"), "{faults:?}");
        assert!(!has_names(&json!([{}])), "left to the reader, which refuses it");
    }

    #[test]
    fn what_cannot_be_found_is_named() {
        let (value, faults) =
            resolved(&json!([{"id": "x", "field_value": 1}, {"lead_scor": 7}, {"twin": 1}, {"zzz": 0}]));
        assert_eq!(value, json!([{"id": "x", "field_value": 1}]));
        assert_eq!(
            faults[0],
            "customFields[1] names no contact field of this location: \"lead_scor\" (nearest: lead_score)"
        );
        assert!(faults[1].contains("names several fields") && faults[1].contains("f3, f4"), "{}", faults[1]);
        assert!(faults[2].ends_with("locations_get-custom-fields lists them"), "{}", faults[2]);
    }
}
