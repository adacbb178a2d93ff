//! The definitions of a location's custom fields, as `locations_get-custom-fields` answers them.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use crate::text::{suggest, truncate};

/// The most definitions that are taken: a location has some hundred at most, and each costs time and memory here.
const MAX_DEFINITIONS: usize = 10_000;

/// The most ids that are told where a name is that of several fields.
const MAX_AMBIGUOUS: usize = 5;

/// A location's custom fields, found by key or name in any case.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Answer")]
pub struct CustomFieldDefinitions {
    fields: Vec<CustomFieldDefinition>,
    /// Every key, with its prefix and without, and every name, in lower case, and whose it is. It is made once, so that a
    /// call compares no texts.
    by_name: HashMap<String, Vec<usize>>,
}

/// The API's answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(deserialize_with = "at_most_some")]
    custom_fields: Vec<CustomFieldDefinition>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomFieldDefinition {
    id: String,
    #[serde(default)]
    name: String,
    /// With the model's prefix: `contact.lead_score`.
    #[serde(default)]
    field_key: String,
    #[serde(default)]
    model: String,
}

impl CustomFieldDefinition {
    fn key(&self) -> &str {
        without_prefix(&self.field_key)
    }

    fn is_of(&self, model: &str) -> bool {
        self.model.is_empty() || self.model == model
    }
}

/// What a name is the name of.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'d> {
    /// The field with this id.
    One(&'d str),
    /// Several fields.
    Several,
    /// No field.
    None,
}

fn without_prefix(key: &str) -> &str {
    key.strip_prefix("contact.").or_else(|| key.strip_prefix("opportunity.")).unwrap_or(key)
}

impl From<Answer> for CustomFieldDefinitions {
    fn from(Answer { custom_fields: fields }: Answer) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::with_capacity(fields.len() * 3);
        for (index, field) in fields.iter().enumerate() {
            for known in [field.field_key.as_str(), field.key(), &field.name] {
                let indices = by_name.entry(known.to_lowercase()).or_default();
                if indices.last() != Some(&index) {
                    indices.push(index);
                }
            }
        }
        by_name.shrink_to_fit();
        Self { fields, by_name }
    }
}

impl CustomFieldDefinitions {
    /// What a key, with its prefix or without, or a name is the name of. `model` is `contact` or `opportunity`.
    pub fn find(&self, model: &str, given: &str) -> Found<'_> {
        let mut fields = self.named(model, given);
        match (fields.next(), fields.next()) {
            (None, _) => Found::None,
            (Some(field), None) => Found::One(&field.id),
            (Some(_), Some(_)) => Found::Several,
        }
    }

    fn named(&self, model: &str, given: &str) -> impl Iterator<Item = &CustomFieldDefinition> {
        let indices = self.by_name.get(&given.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        indices.iter().filter_map(|index| self.fields.get(*index)).filter(move |field| field.is_of(model))
    }

    /// What to say of a name of several fields, as the rest of a sentence.
    pub fn ambiguous(&self, model: &str, given: &str) -> String {
        let ids: Vec<&str> = self.named(model, given).take(MAX_AMBIGUOUS).map(|field| field.id.as_str()).collect();
        let (shown, ids) = (truncate(given), ids.join(", "));
        format!("names several fields: {shown:?} is the name of {ids}; give one of these ids")
    }

    /// What to say of a name of no field, as the rest of a sentence. Looking for the nearest names is the dearest part
    /// of a call, so it is left out where nobody reads the sentence.
    pub fn unknown(&self, model: &str, given: &str, suggest: bool) -> String {
        let shown = truncate(given);
        let near = if suggest { self.suggest_nearest(model, given) } else { Vec::new() };
        let near = if near.is_empty() {
            "; locations_get-custom-fields lists them".to_owned()
        } else {
            format!(" (nearest: {})", near.join(", "))
        };
        format!("names no {model} field of this location: {shown:?}{near}")
    }

    fn suggest_nearest(&self, model: &str, given: &str) -> Vec<&str> {
        let of_model = || self.fields.iter().filter(|field| field.is_of(model));
        let bare = without_prefix(given);
        let keys = suggest(bare, of_model().map(CustomFieldDefinition::key));
        if keys.is_empty() { suggest(bare, of_model().map(|field| field.name.as_str())) } else { keys }
    }

    /// About how much memory they take, in bytes.
    pub fn size(&self) -> usize {
        let texts = |field: &CustomFieldDefinition| {
            field.id.len() + field.name.len() + field.field_key.len() + field.model.len()
        };
        let fields: usize = self.fields.iter().map(|field| size_of::<CustomFieldDefinition>() + texts(field)).sum();
        // The map's capacity and not its length: an empty bucket takes as much.
        let buckets = self.by_name.capacity() * (size_of::<(String, Vec<usize>)>() + 1);
        let entry = |(name, indices): (&String, &Vec<usize>)| name.len() + indices.capacity() * size_of::<usize>();
        fields + buckets + self.by_name.iter().map(entry).sum::<usize>()
    }
}

/// Reads a list that is not too long. What is behind its bound is not read.
fn at_most_some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<CustomFieldDefinition>, D::Error> {
    struct ListVisitor;
    impl<'de> Visitor<'de> for ListVisitor {
        type Value = Vec<CustomFieldDefinition>;

        fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
            write!(formatter, "at most {MAX_DEFINITIONS} custom fields")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<CustomFieldDefinition>, A::Error> {
            let mut list = Vec::new();
            while let Some(element) = elements.next_element()? {
                if list.len() == MAX_DEFINITIONS {
                    return Err(de::Error::invalid_length(MAX_DEFINITIONS + 1, &self));
                }
                list.push(element);
            }
            Ok(list)
        }
    }
    deserializer.deserialize_seq(ListVisitor)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    #[test]
    fn their_number_has_a_bound() {
        let answer = |count: usize| json!({ "customFields": vec![json!({ "id": "f" }); count] });
        assert!(from_value::<CustomFieldDefinitions>(answer(MAX_DEFINITIONS)).is_ok());
        assert!(from_value::<CustomFieldDefinitions>(answer(MAX_DEFINITIONS + 1)).is_err());
    }

    #[test]
    fn a_name_of_very_many_fields_is_told_briefly() {
        let fields: Vec<Value> =
            (0..MAX_DEFINITIONS).map(|index| json!({ "id": index.to_string(), "name": "A" })).collect();
        let definitions: CustomFieldDefinitions = from_value(json!({ "customFields": fields })).unwrap();
        assert_eq!(definitions.find("contact", "a"), Found::Several);
        assert!(definitions.ambiguous("contact", "a").contains("the name of 0, 1, 2, 3, 4; give one"));
    }
}
