//! The definitions of a location's custom fields, as `locations_get-custom-fields` returns them.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use crate::text::{suggest, truncate};

/// The maximum number of definitions: a location has at most some hundreds, and each takes time and memory.
const MAX_DEFINITIONS: usize = 10_000;

/// The maximum number of ids in the message on an ambiguous name.
const MAX_AMBIGUOUS: usize = 5;

/// A location's custom fields, searchable by key or name, ignoring case.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "ApiResponse")]
pub struct CustomFieldDefinitions {
    fields: Vec<CustomFieldDefinition>,
    /// An index from every key (with and without its prefix) and every name, in lower case, to positions in `fields`. It is
    /// built once, so that a call only looks names up.
    by_name: HashMap<String, Vec<usize>>,
}

/// The API's response.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ApiResponse {
    #[serde(deserialize_with = "bounded_list")]
    custom_fields: Vec<CustomFieldDefinition>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomFieldDefinition {
    id: String,
    #[serde(default)]
    name: String,
    /// The key with the model's prefix: `contact.lead_score`.
    #[serde(default)]
    field_key: String,
    #[serde(default)]
    model: String,
}

impl CustomFieldDefinition {
    fn key(&self) -> &str {
        without_prefix(&self.field_key)
    }

    fn belongs_to(&self, model: &str) -> bool {
        self.model.is_empty() || self.model == model
    }
}

/// The result of a search by key or name.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'d> {
    /// One field, with this id.
    One(&'d str),
    /// Several fields: the name is ambiguous.
    Several,
    /// No field.
    None,
}

fn without_prefix(key: &str) -> &str {
    key.strip_prefix("contact.").or_else(|| key.strip_prefix("opportunity.")).unwrap_or(key)
}

impl From<ApiResponse> for CustomFieldDefinitions {
    fn from(ApiResponse { custom_fields: fields }: ApiResponse) -> Self {
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
    /// Finds a field by its key (with or without prefix) or its name. `model` is `contact` or `opportunity`.
    pub fn find(&self, model: &str, name: &str) -> Found<'_> {
        let mut fields = self.matching(model, name);
        match (fields.next(), fields.next()) {
            (None, _) => Found::None,
            (Some(field), None) => Found::One(&field.id),
            (Some(_), Some(_)) => Found::Several,
        }
    }

    fn matching(&self, model: &str, name: &str) -> impl Iterator<Item = &CustomFieldDefinition> {
        let indices = self.by_name.get(&name.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        indices.iter().filter_map(|index| self.fields.get(*index)).filter(move |field| field.belongs_to(model))
    }

    /// The problem with an ambiguous name, as the rest of a sentence.
    pub fn ambiguous_name(&self, model: &str, name: &str) -> String {
        let ids: Vec<&str> = self.matching(model, name).take(MAX_AMBIGUOUS).map(|field| field.id.as_str()).collect();
        let (shown, ids) = (truncate(name), ids.join(", "));
        format!("is ambiguous: several fields are named {shown:?}; use one of their ids: {ids}")
    }

    /// The problem with an unknown name, as the rest of a sentence. The search for similar names is the most expensive
    /// part of a call, so it is skipped if the problem will not be reported.
    pub fn unknown_name(&self, model: &str, name: &str, suggest: bool) -> String {
        let shown = truncate(name);
        let similar = if suggest { self.similar_names(model, name) } else { Vec::new() };
        let advice = if similar.is_empty() {
            "; locations_get-custom-fields lists them".to_owned()
        } else {
            format!(" (nearest: {})", similar.join(", "))
        };
        format!("names no {model} field of this location: {shown:?}{advice}")
    }

    fn similar_names(&self, model: &str, name: &str) -> Vec<&str> {
        let fields = || self.fields.iter().filter(|field| field.belongs_to(model));
        let bare = without_prefix(name);
        let keys = suggest(bare, fields().map(CustomFieldDefinition::key));
        if keys.is_empty() { suggest(bare, fields().map(|field| field.name.as_str())) } else { keys }
    }

    /// The approximate memory use, in bytes.
    pub fn size(&self) -> usize {
        let texts = |field: &CustomFieldDefinition| {
            field.id.len() + field.name.len() + field.field_key.len() + field.model.len()
        };
        let fields: usize = self.fields.iter().map(|field| size_of::<CustomFieldDefinition>() + texts(field)).sum();
        // The map's capacity, not its length: an empty bucket takes as much memory.
        let buckets = self.by_name.capacity() * (size_of::<(String, Vec<usize>)>() + 1);
        let entry = |(name, indices): (&String, &Vec<usize>)| name.len() + indices.capacity() * size_of::<usize>();
        fields + buckets + self.by_name.iter().map(entry).sum::<usize>()
    }
}

/// Deserializes a list of at most [`MAX_DEFINITIONS`] elements; stops reading at the limit.
fn bounded_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<CustomFieldDefinition>, D::Error> {
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
    fn the_number_of_definitions_is_bounded() {
        let response = |count: usize| json!({ "customFields": vec![json!({ "id": "f" }); count] });
        assert!(from_value::<CustomFieldDefinitions>(response(MAX_DEFINITIONS)).is_ok());
        assert!(from_value::<CustomFieldDefinitions>(response(MAX_DEFINITIONS + 1)).is_err());
    }

    #[test]
    fn the_message_on_an_ambiguous_name_is_bounded() {
        let fields: Vec<Value> =
            (0..MAX_DEFINITIONS).map(|index| json!({ "id": index.to_string(), "name": "A" })).collect();
        let definitions: CustomFieldDefinitions = from_value(json!({ "customFields": fields })).unwrap();
        assert_eq!(definitions.find("contact", "a"), Found::Several);
        assert!(definitions.ambiguous_name("contact", "a").ends_with("use one of their ids: 0, 1, 2, 3, 4"));
    }
}
