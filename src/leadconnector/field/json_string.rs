//! An object that may be sent as JSON text.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::{UniqueNames, check_structured_text, schema_of_value};

/// An object, or its JSON text: command-line clients send every value as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct JsonString<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for JsonString<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonStringVisitor(PhantomData)).map(Self)
    }
}

schema_of_value!(JsonString);

struct JsonStringVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for JsonStringVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(entries))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        check_structured_text(text).map_err(E::custom)?;
        match serde_json::from_str::<UniqueNames>(text) {
            Ok(UniqueNames(value @ serde_json::Value::Object(_))) => serde_json::from_value(value).map_err(E::custom),
            Err(error) if error.is_data() => Err(E::custom(error)),
            _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }
}
