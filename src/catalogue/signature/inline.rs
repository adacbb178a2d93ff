//! Shapes as text on one line.

use std::fmt::Write;

use serde_json::Value;

use super::detail::{self, Detail};
use crate::catalogue::shape::{Shape, Type};

/// How many values of an enum are shown that is not shown whole.
const CUT_ENUM: usize = 5;

/// Writes shapes on one line, and notes whether it left something out.
#[derive(Debug, Default)]
pub struct Inline {
    /// Something that is documented was left out.
    pub has_cut: bool,
}

impl Inline {
    /// The arguments, each with its name.
    pub fn arguments(&mut self, arguments: &[&Shape], detail: Detail) -> Vec<String> {
        arguments.iter().map(|argument| self.field(argument.argument(), argument, detail)).collect()
    }

    /// A name with its type and its notes: `title?: str (shown to customers)`.
    fn field(&mut self, name: &str, shape: &Shape, detail: Detail) -> String {
        let mark = if shape.required { "" } else { "?" };
        format!("{name}{mark}: {}{}", self.value(shape, detail), self.notes(shape, detail.notes))
    }

    /// The type of a shape.
    pub fn value(&mut self, shape: &Shape, detail: Detail) -> String {
        let null = if shape.nullable { " or null" } else { "" };
        format!("{}{null}", self.bare(shape, detail))
    }

    fn bare(&mut self, shape: &Shape, detail: Detail) -> String {
        let values = shape.distinct_values();
        if !values.is_empty() {
            return self.values(&values, detail.enum_values);
        }
        let alternatives = shape.distinct_alternatives();
        if !alternatives.is_empty() {
            if detail.depth == 0 && alternatives.iter().any(is_opened) {
                self.has_cut = true;
                return "{…}".to_owned();
            }
            let texts: Vec<String> = alternatives.iter().map(|shape| self.value(shape, detail)).collect();
            return texts.join(" or ");
        }
        match shape.kind {
            Type::Array => {
                let items = shape.items.as_deref().map_or_else(
                    || "any".to_owned(),
                    |items| {
                        let notes = self.notes(items, detail.nested_notes);
                        format!("{}{notes}", self.value(items, detail))
                    },
                );
                format!("[{items}]")
            }
            Type::Object if !shape.properties.is_empty() => self.object(shape, detail),
            _ => plain(shape),
        }
    }

    fn object(&mut self, shape: &Shape, detail: Detail) -> String {
        let Some(depth) = detail.depth.checked_sub(1) else {
            self.has_cut = true;
            return "{…}".to_owned();
        };
        let inner = Detail { depth, notes: detail.nested_notes, ..detail };
        let fields = shape.properties.iter().filter(|field| field.required || detail.optional_fields);
        let mut texts: Vec<String> = fields.map(|field| self.field(&field.name, field, inner)).collect();
        if texts.len() < shape.properties.len() {
            self.has_cut = true;
            texts.push("…".to_owned());
        } else if shape.open {
            texts.push("any others".to_owned());
        }
        format!("{{{}}}", texts.join(", "))
    }

    fn values(&mut self, values: &[&Value], most: usize) -> String {
        let shown = if values.len() > most { CUT_ENUM } else { values.len() };
        let is_only = values.len() == 1;
        let texts: Vec<String> = values.iter().take(shown).map(|value| documented(value, is_only)).collect();
        let mut text = texts.join("|");
        if shown < values.len() {
            self.has_cut = true;
            // Writing to a String cannot fail.
            let _ = write!(text, "|…+{}", values.len() - shown);
        }
        text
    }

    fn notes(&mut self, shape: &Shape, is_shown: bool) -> String {
        let notes = notes(shape);
        self.has_cut |= !is_shown && !notes.is_empty();
        if is_shown { notes } else { String::new() }
    }
}

/// Limits and description, in parentheses with a space before; empty if there are none.
pub fn notes(shape: &Shape) -> String {
    let range = |least: Option<String>, most: Option<String>, unit: &str| match (least, most) {
        (Some(least), Some(most)) => Some(format!("{least}..{most}{unit}")),
        (Some(least), None) => Some(format!("min {least}{unit}")),
        (None, Some(most)) => Some(format!("max {most}{unit}")),
        (None, None) => None,
    };
    let count = |count: Option<usize>| count.map(|count| count.to_string());
    let number = |number: Option<&serde_json::Number>| number.map(ToString::to_string);
    let notes = [
        range(number(shape.minimum.as_ref()), number(shape.maximum.as_ref()), ""),
        range(count(shape.min_length), count(shape.max_length), " characters"),
        range(count(shape.min_items), count(shape.max_items), " elements"),
        shape.pattern.as_ref().map(|pattern| format!("like {pattern}")),
        shape.description.clone(),
    ];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) }
}

/// Whether its text has the fields of an object.
pub fn is_opened(shape: &Shape) -> bool {
    !shape.properties.is_empty()
        || shape.items.as_deref().is_some_and(is_opened)
        || shape.alternatives.iter().any(is_opened)
}

/// The whole text of a type.
pub fn whole(shape: &Shape) -> String {
    Inline::default().value(shape, detail::ALL)
}

/// The name of a type without parts.
fn plain(shape: &Shape) -> String {
    if let Some(unit) = shape.epoch_unit() {
        return format!("epoch {unit} or RFC 3339");
    }
    if shape.is_file() {
        return "file {name, type, base64}".to_owned();
    }
    if shape.is_files() {
        return "{<name>: file {name, type, base64}}".to_owned();
    }
    match shape.kind {
        Type::String if shape.format.as_deref() == Some("date-time") => "RFC 3339",
        Type::String => "str",
        Type::Number => "num",
        Type::Integer => "int",
        Type::Boolean => "bool",
        Type::Array => "[any]",
        Type::Object => "object",
        Type::Any => "any",
    }
    .to_owned()
}

/// A documented value. A text that could be misread is quoted: the only value, a number, a type's name, one with spaces.
fn documented(value: &Value, is_only: bool) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || "_-./+#:@".contains(char);
    let is_type =
        |text: &str| matches!(text, "str" | "num" | "int" | "bool" | "any" | "object" | "null" | "true" | "false");
    match value {
        Value::String(text)
            if !is_only
                && !text.is_empty()
                && text.chars().all(is_plain)
                && !is_type(text)
                && text.parse::<f64>().is_err() =>
        {
            text.clone()
        }
        other => other.to_string(),
    }
}
