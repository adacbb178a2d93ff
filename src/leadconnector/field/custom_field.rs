//! The values of a record's custom fields.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Id, JsonString, Text};

/// The value of one custom field.
///
/// For a custom field without an id the API reports success and stores nothing, so the id is required here.
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

/// The value as a client sends it, which may lack an id.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCustomField {
    id: Option<Id>,
    key: Option<Text>,
    #[serde(default, deserialize_with = "deserialize_some")]
    field_value: Option<Value>,
}

/// Distinguishes `null` (`Some(Null)`) from a missing value (`None`).
fn deserialize_some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for CustomField {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let JsonString(raw) = JsonString::<RawCustomField>::deserialize(deserializer)?;
        let name = raw.key.as_ref().map(|key| format!(" {:?}", key.0)).unwrap_or_default();
        let Some(id) = raw.id else {
            return Err(serde::de::Error::custom(format_args!(
                "custom field{name} has no `id`, so the API would not store it; \
                 send {{\"id\": …, \"field_value\": …}}"
            )));
        };
        let Some(field_value) = raw.field_value else {
            return Err(serde::de::Error::custom(format_args!("custom field {:?} has no `field_value`", id.0)));
        };
        Ok(Self { id, key: raw.key, field_value })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::super::List;
    use super::*;

    #[test]
    fn a_list_may_contain_objects_or_json_text_or_be_json_text() {
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
    fn a_value_that_the_api_would_drop_is_rejected() {
        for (given, expected) in [
            (json!({"key": "lead_score", "field_value": 7}), "\"lead_score\" has no `id`"),
            (json!({"id": "f1"}), "has no `field_value`"),
            (json!({"id": "f1", "value": 7}), "unknown field `value`"),
            (json!("lead_score=7"), "expected an object"),
        ] {
            let error = from_value::<CustomField>(given.clone()).unwrap_err().to_string();
            assert!(error.contains(expected), "{given}: {error}");
        }
        let cleared = from_value::<CustomField>(json!({"id": "f1", "field_value": null})).unwrap();
        assert_eq!(cleared.field_value, Value::Null);
    }
}
