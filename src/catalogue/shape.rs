//! The shape of a value: what the reader of arguments knows of it.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Number, Value};

/// The shape of a parameter, of a field in one, or of the elements of a list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the catalogue's lines")]
pub struct Shape {
    /// The API's name for it; empty for the elements of a list.
    #[serde(default)]
    pub name: String,
    /// The argument's name, where two parameters have one name: `query_type`.
    #[serde(default)]
    pub argument: Option<String>,
    /// The part of the request it goes into; `None` for a field or an element.
    #[serde(default, rename = "in")]
    pub place: Option<Place>,
    /// Whether a call must give it.
    #[serde(default)]
    pub required: bool,
    /// Our description, where the name does not say it.
    #[serde(default)]
    pub description: Option<String>,
    /// A list is sent as one text with commas, instead of a repeated name.
    #[serde(default)]
    pub comma: bool,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Type,
    /// The documented values. Others are sent too: some documents contradict their own examples.
    #[serde(default, rename = "enum")]
    pub values: Vec<Value>,
    /// Whether `null` is a value.
    #[serde(default)]
    pub nullable: bool,
    /// The shape of a list's elements; `None` for any.
    #[serde(default)]
    pub items: Option<Box<Shape>>,
    /// The fields of an object; none for an object of any fields.
    #[serde(default)]
    pub properties: Vec<Shape>,
    /// Whether an object may have other fields, too.
    #[serde(default)]
    pub open: bool,
    /// The shapes of which a value has one.
    #[serde(default)]
    pub alternatives: Vec<Shape>,
    /// The smallest number.
    #[serde(default)]
    pub minimum: Option<Number>,
    /// The largest number.
    #[serde(default)]
    pub maximum: Option<Number>,
    /// The fewest characters of a text.
    #[serde(default)]
    pub min_length: Option<usize>,
    /// The most characters of a text.
    #[serde(default)]
    pub max_length: Option<usize>,
    /// A regular expression for a text. It is shown and not checked: the API checks it.
    #[serde(default)]
    pub pattern: Option<String>,
    /// The fewest elements of a list.
    #[serde(default)]
    pub min_items: Option<usize>,
    /// The most elements of a list.
    #[serde(default)]
    pub max_items: Option<usize>,
    /// The format of a text (`binary` is a file), or the unit of a number (`epoch-ms`).
    #[serde(default)]
    pub format: Option<String>,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "JSON's types")]
pub enum Type {
    String,
    Number,
    Integer,
    Boolean,
    Array,
    Object,
    /// Any value: the documents do not say, or contradict themselves.
    Any,
}

/// The part of a request that a parameter goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the parts of a request")]
pub enum Place {
    Path,
    Query,
    Header,
    Body,
}

impl Shape {
    /// The name that a call gives it by.
    pub fn argument(&self) -> &str {
        self.argument.as_deref().unwrap_or(&self.name)
    }

    /// The documented values, each once and without `null`.
    pub(super) fn distinct_values(&self) -> Vec<&Value> {
        let mut seen = HashSet::new();
        self.values.iter().filter(|value| !value.is_null() && seen.insert(*value)).collect()
    }

    /// Whether it is a file, which a call gives as an object with its content.
    pub(super) fn is_file(&self) -> bool {
        self.format.as_deref() == Some("binary")
    }

    /// Whether it is an object of files, under names that no document can know.
    pub(super) fn is_files(&self) -> bool {
        self.format.as_deref() == Some("parts")
    }

    /// The unit of a point in time that is counted from 1970: `ms` or `s`.
    pub(super) fn epoch_unit(&self) -> Option<&str> {
        self.format.as_deref()?.strip_prefix("epoch-")
    }
}
