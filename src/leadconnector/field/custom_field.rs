//! The values of a record's custom fields.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Id, JsonString, Text};

/// One custom field's value.
///
/// The API answers "succeeded" to a custom field without an id and stores nothing, so the id is required here.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CustomField {
    /// The field's id
    #[schemars(with = "Option<Id>")]
    pub id: Id,
    /// Key or name, instead of the id
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Text>,
    /// Text, number, or a list for multiple choice
    pub field_value: Value,
}

/// As a caller writes it, before it is known to have an id.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    id: Option<Id>,
    key: Option<Text>,
    #[serde(default, deserialize_with = "present")]
    field_value: Option<Value>,
}

/// Tells a `null` that was given from a value that was not.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for CustomField {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let JsonString(given) = JsonString::<Given>::deserialize(deserializer)?;
        let name = given.key.as_ref().map(|key| format!(" {:?}", key.0)).unwrap_or_default();
        let Some(id) = given.id else {
            return Err(serde::de::Error::custom(format_args!(
                "custom field{name} has no `id`, so it would not be stored; \
                 give {{\"id\": …, \"field_value\": …}}"
            )));
        };
        let Some(field_value) = given.field_value else {
            return Err(serde::de::Error::custom(format_args!("custom field {:?} has no `field_value`", id.0)));
        };
        Ok(Self { id, key: given.key, field_value })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::super::List;
    use super::*;

    #[test]
    fn objects_texts_of_objects_and_the_text_of_the_whole_list() {
        let sent = json!([{"id": "f1", "field_value": 7}]);
        for given in [
            json!([{"id": "f1", "field_value": 7}]),
            json!(["{\"id\":\"f1\",\"field_value\":7}"]),
            json!("[{\"id\":\"f1\",\"field_value\":7}]"),
            json!("{\"id\":\"f1\",\"field_value\":7}"),
        ] {
            let list = from_value::<List<CustomField>>(given.clone()).unwrap_or_else(|e| panic!("{given}: {e}"));
            assert_eq!(to_value(list).unwrap(), sent);
        }
    }

    #[test]
    fn what_the_api_would_drop_is_refused() {
        for (given, named) in [
            (json!({"key": "lead_score", "field_value": 7}), "\"lead_score\" has no `id`"),
            (json!({"id": "f1"}), "has no `field_value`"),
            (json!({"id": "f1", "value": 7}), "unknown field `value`"),
            (json!("lead_score=7"), "expected an object"),
        ] {
            let error = from_value::<CustomField>(given.clone()).unwrap_err().to_string();
            assert!(error.contains(named), "{given}: {error}");
        }
        let cleared = from_value::<CustomField>(json!({"id": "f1", "field_value": null})).unwrap();
        assert_eq!(cleared.field_value, Value::Null);
    }
}
