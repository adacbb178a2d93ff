//! One of a few allowed values.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::schema_of_value;

/// One of the values of an enum without data. Case, `_`, `-` and spaces are ignored (`lastMessageDate` for `last_message_date`),
/// and so is a word that all values begin with (`sms` for `TYPE_SMS`): no enum of the API has two values that then are equal.
/// The error for anything else lists the values.
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
            let prefix = common_prefix(values);
            let is_meant = |value: &str| fold(value).eq(fold(text)) || fold(&value[prefix..]).eq(fold(text));
            let value = values.iter().find(|value| is_meant(value));
            value.and_then(|value| variant(value).ok()).ok_or_else(|| E::unknown_variant(text, values))
        })
    }
}

/// A name without case and punctuation.
fn fold(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|char| !matches!(char, '_' | '-' | ' ')).map(|char| char.to_ascii_lowercase())
}

/// The length of the word, with its `_`, that several values begin with, all of them.
fn common_prefix(values: &[&str]) -> usize {
    let Some((first, rest)) = values.split_first() else { return 0 };
    let prefix = first.find('_').map_or("", |end| &first[..=end]);
    if !rest.is_empty() && rest.iter().all(|value| value.starts_with(prefix)) { prefix.len() } else { 0 }
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

    #[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
    enum Channel {
        #[serde(rename = "TYPE_SMS")]
        Sms,
        #[serde(rename = "TYPE_LIVE_CHAT")]
        LiveChat,
    }

    #[test]
    fn the_word_that_all_values_begin_with_may_be_omitted() {
        for given in ["TYPE_SMS", "type_sms", "SMS", "sms", "typeSms"] {
            assert_eq!(from_value::<OneOf<Channel>>(json!(given)).unwrap().0, Channel::Sms, "{given}");
        }
        assert_eq!(from_value::<OneOf<Channel>>(json!("live chat")).unwrap().0, Channel::LiveChat);
        assert!(
            from_value::<OneOf<Channel>>(json!("TYPE_")).is_err() && from_value::<OneOf<Channel>>(json!("")).is_err()
        );
    }

    proptest! {
        #[test]
        fn case_and_separators_are_ignored_and_nothing_else(flips in any::<u32>(), other in "\\PC{0,12}") {
            for colour in [Colour::Red, Colour::Green] {
                let name = json!(colour).as_str().unwrap().to_owned();
                let flipped: String = name
                    .chars()
                    .enumerate()
                    .map(|(at, char)| if flips >> at & 1 == 1 { char.to_ascii_uppercase() } else { char.to_ascii_lowercase() })
                    .collect();
                prop_assert_eq!(from_value::<OneOf<Colour>>(json!(flipped)).unwrap().0, colour);
            }
            let folded = other.trim().to_ascii_lowercase().replace(['_', '-', ' '], "");
            prop_assert_eq!(from_value::<OneOf<Colour>>(json!(other)).is_ok(), ["red", "darkgreen"].contains(&&*folded));
        }
    }
}
