//! Lists, in the two forms that the API accepts.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::check_structured_text;

/// A list, sent as a JSON array. Also accepts the JSON text of an array, or a single element.
///
/// Text with a comma is rejected: it could be one element or several.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct List<T>(pub Vec<T>);

/// A list, sent as comma-separated text. Accepts such text, an array, or the JSON text of an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommaSeparated<T>(pub Vec<T>);

impl<'de, T: de::DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor { commas_separate: false, element: PhantomData }).map(Self)
    }
}

impl<'de, T: de::DeserializeOwned> Deserialize<'de> for CommaSeparated<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor { commas_separate: true, element: PhantomData }).map(Self)
    }
}

impl<T: Serialize> Serialize for CommaSeparated<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut joined = String::new();
        for element in &self.0 {
            let element = serde_json::to_value(element).map_err(serde::ser::Error::custom)?;
            if !joined.is_empty() {
                joined.push(',');
            }
            match element {
                serde_json::Value::String(text) => joined.push_str(&text),
                other => joined.push_str(&other.to_string()),
            }
        }
        serializer.serialize_str(&joined)
    }
}

impl<T: JsonSchema> JsonSchema for List<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("ListOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut items = generator.subschema_for::<T>();
        items.remove("description"); // the element type's; the list's own description says what it contains
        json_schema!({ "type": "array", "items": items })
    }
}

impl<T: JsonSchema> JsonSchema for CommaSeparated<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        List::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        List::<T>::json_schema(generator)
    }
}

struct ListVisitor<T> {
    commas_separate: bool,
    element: PhantomData<T>,
}

impl<'de, T: de::DeserializeOwned> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(if self.commas_separate {
            "a list or comma-separated text"
        } else {
            "a list like [\"a\", \"b\"]"
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Vec<T>, A::Error> {
        Ok(vec![T::deserialize(MapAccessDeserializer::new(entries))?])
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
        check_structured_text(text).map_err(E::custom)?;
        let trimmed = text.trim();
        if trimmed.starts_with('[') {
            return serde_json::from_str(trimmed).map_err(E::custom);
        }
        let element = |element: &str| T::deserialize(StrDeserializer::<E>::new(element.trim()));
        if trimmed.starts_with('{') {
            return Ok(vec![element(trimmed)?]);
        }
        if self.commas_separate {
            return trimmed.split(',').filter(|part| !part.trim().is_empty()).map(element).collect();
        }
        if trimmed.contains(',') || trimmed.is_empty() {
            return Err(E::invalid_value(de::Unexpected::Str(text), &self));
        }
        Ok(vec![element(trimmed)?])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json, to_value};

    use super::super::Text;
    use super::*;

    #[test]
    fn a_list_is_sent_as_an_array() {
        let read = |value: Value| from_value::<List<Text>>(value).and_then(to_value).map_err(|e| e.to_string());
        assert_eq!(read(json!(["a", "b, c"])), Ok(json!(["a", "b, c"])));
        assert_eq!(read(json!("[\"a\", \"b\"]")), Ok(json!(["a", "b"])));
        assert_eq!(read(json!("vip")), Ok(json!(["vip"])));
        assert!(read(json!("a,b")).is_err());
        assert!(read(json!("")).is_err());
        assert!(read(json!({"a": 1})).is_err());
    }

    #[test]
    fn a_comma_separated_list_is_sent_as_text() {
        let read =
            |value: Value| from_value::<CommaSeparated<Text>>(value).and_then(to_value).map_err(|e| e.to_string());
        assert_eq!(read(json!(["a", "b"])), Ok(json!("a,b")));
        assert_eq!(read(json!("a, b")), Ok(json!("a,b")));
        assert_eq!(read(json!("[\"a\",\"b\"]")), Ok(json!("a,b")));
    }
}
