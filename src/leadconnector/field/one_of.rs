//! One of a few allowed values.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::schema_of_value;

/// One of the values of an enum without data, in any case (`sms` for `SMS`): no enum of the API has two values that differ only
/// in case. The error for anything else lists the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OneOf<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for OneOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOfVisitor(PhantomData)).map(Self)
    }
}

schema_of_value!(OneOf);

struct OneOfVisitor<T>(PhantomData<T>);

impl<T: DeserializeOwned> Visitor<'_> for OneOfVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        // No enum has an empty value.
        let values = variant::<T>("").err().map(|Variants(values)| values).unwrap_or_default();
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        write!(formatter, "one of {}", values.join(", "))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        let text = text.trim();
        variant(text).or_else(|Variants(values)| {
            let value = values.iter().find(|value| value.eq_ignore_ascii_case(text));
            value.and_then(|value| variant(value).ok()).ok_or_else(|| E::unknown_variant(text, values))
        })
    }
}

/// The variant with exactly this name.
fn variant<T: DeserializeOwned>(name: &str) -> Result<T, Variants> {
    T::deserialize(StrDeserializer::new(name))
}

/// The names of an enum's variants, taken from the error for an unknown one. Unlike the schema, which contains them too, they
/// cost nothing: a list may have thousands of values.
#[derive(Debug)]
struct Variants(&'static [&'static str]);

impl de::Error for Variants {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

impl fmt::Display for Variants {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unknown variant")
    }
}

impl std::error::Error for Variants {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use schemars::JsonSchema;
    use serde_json::{from_value, json};

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        #[serde(rename = "Dark_Green")]
        Green,
    }

    #[test]
    fn every_error_lists_the_allowed_values() {
        assert_eq!(from_value::<OneOf<Colour>>(json!("red")).unwrap().0, Colour::Red);
        for wrong in [json!("blue"), json!(""), json!(7), json!(["red"]), json!({"red": 1})] {
            let error = from_value::<OneOf<Colour>>(wrong.clone()).unwrap_err().to_string();
            assert!(error.contains("`red`") && error.contains("`Dark_Green`"), "{wrong}: {error}");
        }
    }

    proptest! {
        #[test]
        fn the_case_is_ignored_and_nothing_else(flips in any::<u32>(), other in "\\PC{0,12}") {
            for colour in [Colour::Red, Colour::Green] {
                let name = json!(colour).as_str().unwrap().to_owned();
                let flipped: String = name
                    .chars()
                    .enumerate()
                    .map(|(at, char)| if flips >> at & 1 == 1 { char.to_ascii_uppercase() } else { char.to_ascii_lowercase() })
                    .collect();
                prop_assert_eq!(from_value::<OneOf<Colour>>(json!(flipped)).unwrap().0, colour);
            }
            let known = ["red", "dark_green"].contains(&other.trim().to_ascii_lowercase().as_str());
            prop_assert_eq!(from_value::<OneOf<Colour>>(json!(other)).is_ok(), known);
        }
    }
}
