//! One of a few allowed values.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, SchemaGenerator};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::schema_of_value;

/// One of the values of an enum without data. The error for anything else lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OneOf<T>(pub T);

impl<'de, T: DeserializeOwned + JsonSchema> Deserialize<'de> for OneOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOfVisitor(PhantomData)).map(Self)
    }
}

schema_of_value!(OneOf);

struct OneOfVisitor<T>(PhantomData<T>);

impl<T: DeserializeOwned + JsonSchema> Visitor<'_> for OneOfVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        // Generates the schema again; only errors get here, so its cost does not matter.
        let schema = T::json_schema(&mut SchemaGenerator::default());
        let values = schema.get("enum").and_then(|values| values.as_array()).cloned().unwrap_or_default();
        let values: Vec<String> = values.iter().filter_map(|value| Some(format!("`{}`", value.as_str()?))).collect();
        write!(formatter, "one of {}", values.join(", "))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::deserialize(StrDeserializer::new(text))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Green,
    }

    #[test]
    fn every_error_lists_the_allowed_values() {
        assert_eq!(from_value::<OneOf<Colour>>(json!("red")).unwrap().0, Colour::Red);
        for wrong in [json!("blue"), json!(7), json!(["red"]), json!({"red": 1})] {
            let error = from_value::<OneOf<Colour>>(wrong.clone()).unwrap_err().to_string();
            assert!(error.contains("`red`") && error.contains("`green`"), "{wrong}: {error}");
        }
    }
}
