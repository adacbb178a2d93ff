//! The outline of a response: its upper levels, with lists as their lengths. Reading it costs little, however long the lists.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The levels of objects that are read.
const MAX_DEPTH: usize = 3;

/// The longest text that is kept, in bytes: that of a cursor.
const MAX_TEXT: usize = 2_000;

/// Names of the number of all elements.
const TOTAL: [&str; 3] = ["total", "totalCount", "totalRecords"];

/// Names of whether there are further elements.
const HAS_MORE: [&str; 3] = ["hasMore", "hasNext", "hasNextPage"];

/// A value of a response, without the elements of lists.
#[derive(Debug, Clone, PartialEq)]
pub enum Outline {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Number(u64),
    /// A text that may be a cursor.
    Text(String),
    /// A list of this length.
    List(u64),
    /// An object.
    Object(Vec<(String, Outline)>),
    /// Anything else.
    Other,
}

impl Outline {
    /// The outline of JSON text.
    pub fn of(response: &str) -> Option<Self> {
        Reader { depth: 0 }.deserialize(&mut serde_json::Deserializer::from_str(response)).ok()
    }

    /// A field of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.fields().iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The text.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The length of the one list: the response itself, one of its fields, or a field of these.
    pub fn list(&self) -> Option<u64> {
        if let Self::List(length) = self {
            return Some(*length);
        }
        let only = |mut lengths: Vec<u64>| if lengths.len() == 1 { lengths.pop() } else { None };
        let own = lengths(self);
        if own.is_empty() {
            only(self.fields().iter().flat_map(|(_, field)| lengths(field)).collect())
        } else {
            only(own)
        }
    }

    /// Whether the response says that there are further elements.
    pub fn has_more(&self) -> Option<bool> {
        let by_name = |outline: &Self| {
            let flag = HAS_MORE
                .iter()
                .find_map(|name| if let Some(Self::Bool(more)) = outline.get(name) { Some(*more) } else { None });
            flag.or_else(|| match outline.get("nextPage")? {
                Self::Null | Self::Bool(false) => Some(false),
                Self::Number(_) | Self::Bool(true) => Some(true),
                _ => None,
            })
        };
        self.levels().find_map(by_name)
    }

    /// The number of all elements.
    pub fn total(&self) -> Option<u64> {
        let number = |outline: &Self, name: &str| {
            if let Some(Self::Number(total)) = outline.get(name) { Some(*total) } else { None }
        };
        self.levels().find_map(|outline| TOTAL.iter().find_map(|name| number(outline, name)))
    }

    /// `count`: the number of all elements in some responses, of those on the page in others.
    pub fn count(&self) -> Option<u64> {
        self.levels()
            .find_map(|outline| if let Some(Self::Number(count)) = outline.get("count") { Some(*count) } else { None })
    }

    fn fields(&self) -> &[(String, Self)] {
        if let Self::Object(fields) = self { fields } else { &[] }
    }

    /// The response, its fields, and theirs.
    fn levels(&self) -> impl Iterator<Item = &Self> {
        let below = self.fields().iter().map(|(_, field)| field);
        let further = self.fields().iter().flat_map(|(_, field)| field.fields()).map(|(_, field)| field);
        std::iter::once(self).chain(below).chain(further)
    }
}

/// The lengths of the lists among an object's fields. A total is a list in a few responses.
fn lengths(outline: &Outline) -> Vec<u64> {
    let lists = outline.fields().iter().filter(|(name, _)| !TOTAL.contains(&name.as_str()));
    lists.filter_map(|(_, field)| if let Outline::List(length) = field { Some(*length) } else { None }).collect()
}

#[derive(Clone, Copy)]
struct Reader {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Outline;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Outline, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Outline;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Outline, E> {
        Ok(Outline::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Outline, E> {
        Ok(Outline::Bool(value))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Outline, E> {
        Ok(Outline::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Outline, E> {
        Ok(if text.len() <= MAX_TEXT { Outline::Text(text.to_owned()) } else { Outline::Other })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Outline, A::Error> {
        let mut length = 0;
        while elements.next_element::<IgnoredAny>()?.is_some() {
            length += 1;
        }
        Ok(Outline::List(length))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Outline, A::Error> {
        if self.depth >= MAX_DEPTH {
            while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Outline::Other);
        }
        let mut fields = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            fields.push((name, entries.next_value_seed(Self { depth: self.depth + 1 })?));
        }
        Ok(Outline::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_list_of_a_response_is_found() {
        let list = |response: &str| Outline::of(response).unwrap().list();
        assert_eq!(list("[1, 2]"), Some(2));
        assert_eq!(list(r#"{"users": [{}, {}, {}], "count": 3}"#), Some(3));
        assert_eq!(list(r#"{"success": true, "results": {"posts": [{}], "count": 9}}"#), Some(1));
        assert_eq!(list(r#"{"products": [{}], "total": [{"total": 4}]}"#), Some(1));
        assert_eq!(list(r#"{"a": [], "b": []}"#), None);
        assert_eq!(list(r#"{"id": "x"}"#), None);
    }

    #[test]
    fn what_a_response_says_of_further_elements_is_found() {
        let outline = |response: &str| Outline::of(response).unwrap();
        assert_eq!(outline(r#"{"pagination": {"total": 4, "hasNext": false}}"#).has_more(), Some(false));
        assert_eq!(outline(r#"{"meta": {"total": 4, "nextPage": null}}"#).has_more(), Some(false));
        assert_eq!(outline(r#"{"meta": {"total": 4, "nextPage": 2}}"#).has_more(), Some(true));
        assert_eq!(outline(r#"{"results": {"meta": {"total": 7}}}"#).total(), Some(7));
        assert_eq!(outline(r#"{"results": {"count": 7}}"#).count(), Some(7));
        assert_eq!(outline("[]").has_more(), None);
        assert_eq!(Outline::of("<html>"), None);
    }
}
