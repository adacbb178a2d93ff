//! `fields`: the parts of a response to return.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::leadconnector::field::{CommaSeparated, Text};
use crate::text::truncate;

/// The argument's name.
pub const NAME: &str = "fields";

/// The maximum number of paths in a call.
const MAX_PATHS: usize = 100;

/// The maximum number of names in a path, and of its bytes; the API's responses are less deep.
const MAX_DEPTH: usize = 16;
const MAX_PATH_BYTES: usize = 256;

/// The maximum depth of lists directly within lists; the API's responses have a depth of one.
const MAX_NESTED_LISTS: usize = 8;

/// A set of paths into a response (a field mask as in AIP-157). A path applies to every element of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMask {
    paths: Vec<String>,
    root: Node,
}

/// A node of the tree of paths: what is selected below one point of a response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Node {
    /// The paths that end here, which select everything below.
    ends: Vec<usize>,
    children: Vec<(String, Node)>,
}

/// The selected parts of a response.
#[derive(Debug, PartialEq, Eq)]
pub struct Masked<'a> {
    /// The parts as JSON text, in the shape of the response.
    pub text: String,
    /// The paths that matched nothing.
    pub unmatched: Vec<&'a str>,
}

impl FieldMask {
    /// Parses the argument's value.
    ///
    /// # Errors
    ///
    /// The problem, as the rest of a sentence that starts with the argument's name.
    pub fn read(value: &serde_json::Value) -> Result<Self, String> {
        let CommaSeparated(paths) =
            CommaSeparated::<Text>::deserialize(value).map_err(|error| format!("is wrong: {error}"))?;
        if paths.is_empty() || paths.len() > MAX_PATHS {
            return Err(format!("must have 1 to {MAX_PATHS} paths, like contacts.id"));
        }
        let mut root = Node::default();
        let paths: Vec<String> = paths.into_iter().map(|Text(path)| plain(&path)).collect();
        for (index, path) in paths.iter().enumerate() {
            let names = path.split('.');
            if path.len() > MAX_PATH_BYTES || names.clone().count() > MAX_DEPTH || names.clone().any(str::is_empty) {
                return Err(format!("is wrong: {:?} is not a path like contacts.id", truncate(path)));
            }
            root.descend(path).ends.push(index);
        }
        Ok(Self { paths, root })
    }

    /// The number of paths.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Copies the selected parts of a response, byte for byte.
    pub fn apply(&self, response: &RawValue) -> Masked<'_> {
        let mut writer = Writer { text: String::new(), matched: vec![false; self.paths.len()] };
        if !writer.write(&self.root, response, 0) {
            writer.text = if response.get().starts_with('[') { "[]".to_owned() } else { "{}".to_owned() };
        }
        let unmatched = self.paths.iter().zip(&writer.matched).filter(|(_, matched)| !**matched);
        Masked { unmatched: unmatched.map(|(path, _)| path.as_str()).collect(), text: writer.text }
    }
}

/// A path without indexes: it applies to all elements of a list anyway.
fn plain(path: &str) -> String {
    let names = path.split('.').map(|name| match name.split_once('[') {
        Some((list, index))
            if index.trim_end_matches(']').bytes().all(|byte| byte.is_ascii_digit() || byte == b'*') =>
        {
            list
        }
        _ => name,
    });
    names.collect::<Vec<_>>().join(".")
}

impl Node {
    fn descend(&mut self, path: &str) -> &mut Self {
        path.split('.').fold(self, |node, name| {
            let index = node.children.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                node.children.push((name.to_owned(), Self::default()));
                node.children.len() - 1
            });
            &mut node.children[index].1
        })
    }

    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|(known, _)| known == name).map(|(_, node)| node)
    }
}

struct Writer {
    text: String,
    matched: Vec<bool>,
}

impl Writer {
    /// Writes the selected parts of a value; returns false if nothing matches.
    fn write(&mut self, node: &Node, value: &RawValue, lists: usize) -> bool {
        // Paths that continue below the end of another are followed too, to find out whether they match.
        let below = match value.get().as_bytes().first() {
            _ if node.children.is_empty() => None,
            Some(b'{') => Some(self.write_object(node, value)),
            Some(b'[') if lists < MAX_NESTED_LISTS => Some(self.write_list(node, value, lists)),
            _ => None,
        };
        if node.ends.is_empty() {
            return below.is_some_and(|written| written.any);
        }
        if let Some(written) = below {
            self.text.truncate(written.start);
        }
        for path in &node.ends {
            self.matched[*path] = true;
        }
        self.text.push_str(value.get());
        true
    }

    fn write_object(&mut self, node: &Node, value: &RawValue) -> Written {
        let mut written = Written { start: self.text.len(), any: false };
        let Ok(Entries(entries)) = serde_json::from_str(value.get()) else {
            return written;
        };
        self.text.push('{');
        for (name, value) in entries {
            let Some(child) = node.child(&name) else { continue };
            let mark = self.text.len();
            if written.any {
                self.text.push(',');
            }
            self.text.push_str(&serde_json::Value::from(name.as_ref()).to_string());
            self.text.push(':');
            if self.write(child, value, 0) {
                written.any = true;
            } else {
                self.text.truncate(mark);
            }
        }
        self.text.push('}');
        written
    }

    fn write_list(&mut self, node: &Node, value: &RawValue, lists: usize) -> Written {
        let mut written = Written { start: self.text.len(), any: false };
        let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(value.get()) else {
            return written;
        };
        if elements.is_empty() {
            // An empty list matches every path into its elements.
            self.match_all(node);
            written.any = true;
        }
        self.text.push('[');
        for (index, element) in elements.into_iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            let mark = self.text.len();
            if self.write(node, element, lists + 1) {
                written.any = true;
            } else {
                // The other elements must keep their positions.
                self.text.truncate(mark);
                self.text.push_str(if element.get().starts_with('{') { "{}" } else { "null" });
            }
        }
        self.text.push(']');
        written
    }

    fn match_all(&mut self, node: &Node) {
        for path in &node.ends {
            self.matched[*path] = true;
        }
        for (_, child) in &node.children {
            self.match_all(child);
        }
    }
}

/// An object or list that was written.
struct Written {
    /// The position in the text at which it starts.
    start: usize,
    /// Whether anything matched.
    any: bool,
}

/// The entries of an object, with unparsed values.
pub struct Entries<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(Key(name)) = map.next_key()? {
                    entries.push((name, map.next_value()?));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}

/// A key; borrowed if it contains no escapes.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn apply(fields: &Value, response: &str) -> (String, Vec<String>) {
        let fields = FieldMask::read(fields).unwrap();
        let response: &RawValue = serde_json::from_str(response).unwrap();
        let Masked { text, unmatched } = fields.apply(response);
        (text, unmatched.into_iter().map(str::to_owned).collect())
    }

    const RESPONSE: &str =
        r#"{"contacts":[{"id":"a","n":1.0e2,"x":{"y":[1, 2]}},{"id":"b","x":null}],"meta":{"total":2},"tags":["q"]}"#;

    #[test]
    fn a_path_applies_to_all_elements_and_the_shape_is_kept() {
        let (text, unmatched) = apply(&json!(["contacts.id", "contacts.n", "meta"]), RESPONSE);
        assert_eq!(text, r#"{"contacts":[{"id":"a","n":1.0e2},{"id":"b"}],"meta":{"total":2}}"#);
        assert!(unmatched.is_empty());
        assert_eq!(apply(&json!("contacts.x.y"), RESPONSE).0, r#"{"contacts":[{"x":{"y":[1, 2]}},{}]}"#);
    }

    #[test]
    fn unmatched_paths_are_reported() {
        let (text, unmatched) = apply(&json!(["contacts.name", "meta.total.x", "tags.x", "meta"]), RESPONSE);
        assert_eq!(text, r#"{"meta":{"total":2}}"#);
        assert_eq!(unmatched, ["contacts.name", "meta.total.x", "tags.x"]);
        assert_eq!(apply(&json!(["a"]), "7"), ("{}".into(), vec!["a".into()]));
        assert_eq!(apply(&json!(["contacts.id"]), r#"{"contacts":[]}"#), (r#"{"contacts":[]}"#.into(), vec![]));
    }

    #[test]
    fn a_path_includes_everything_below() {
        let (text, unmatched) = apply(&json!(["meta.total", "meta", "meta.none"]), RESPONSE);
        assert_eq!((text.as_str(), unmatched), (r#"{"meta":{"total":2}}"#, vec!["meta.none".to_owned()]));
    }

    #[test]
    fn invalid_paths_are_rejected() {
        for bad in [
            json!([]),
            json!(["a..b"]),
            json!([""]),
            json!({"a": 1}),
            json!(7),
            json!(vec!["a"; 101]),
            json!(["a.".repeat(100_000) + "a"]),
        ] {
            assert!(FieldMask::read(&bad).is_err(), "{bad}");
        }
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(apply(&json!(["a"]), &deep).1, ["a"]);
    }

    fn responses() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![any::<i32>().prop_map(Value::from), "[a-c]{0,2}".prop_map(Value::from), Just(Value::Null)];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c]", inner, 0..3)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_masked_response_is_json_and_part_of_the_response(
            response in responses(),
            paths in prop::collection::vec("[a-c](\\.[a-c]){0,2}", 1..4),
        ) {
            let (text, _) = apply(&json!(paths), &response.to_string());
            let part: Value = serde_json::from_str(&text).unwrap();
            prop_assert!(is_part(&part, &response), "{} of {}", part, response);
        }
    }

    fn is_part(part: &Value, whole: &Value) -> bool {
        match (part, whole) {
            (Value::Object(part), Value::Object(whole)) => {
                part.iter().all(|(name, part)| whole.get(name).is_some_and(|whole| is_part(part, whole)))
            }
            (Value::Array(part), Value::Array(whole)) => {
                part.is_empty()
                    || part.len() == whole.len() && part.iter().zip(whole).all(|(part, whole)| is_part(part, whole))
            }
            (Value::Object(part), _) if part.is_empty() => true,
            (Value::Null, _) => true,
            _ => part == whole,
        }
    }
}
