//! Arguments with a line for each: small ones as in the short form, large ones with their fields indented below.

use super::inline::{is_opened, notes, whole};
use crate::catalogue::shape::{Shape, Type};

/// The longest line, in characters, on which an object is written with its fields.
const LONGEST_LINE: usize = 120;

/// One argument, with everything that is documented.
pub fn argument(shape: &Shape) -> String {
    let mut lines = Vec::new();
    add_field(&mut lines, 0, shape.argument(), shape);
    lines.join("\n")
}

fn add_field(lines: &mut Vec<String>, level: usize, name: &str, shape: &Shape) {
    let mark = if shape.required { "" } else { "?" };
    add(lines, level, &format!("{name}{mark}: "), shape);
}

/// Adds a shape after a prefix: on one line if it is short, otherwise with a line for each field.
fn add(lines: &mut Vec<String>, level: usize, prefix: &str, shape: &Shape) {
    let indent = " ".repeat(level);
    let line = format!("{indent}{prefix}{}{}", whole(shape), notes(shape));
    if !is_opened(shape) || line.chars().count() <= LONGEST_LINE {
        lines.push(line);
        return;
    }
    // A list's brackets go around the word for its elements.
    let (mut element, mut brackets, mut inner_notes) = (shape, 0, String::new());
    while let (Type::Array, Some(items)) = (element.kind, element.items.as_deref()) {
        element = items;
        brackets += 1;
        inner_notes = notes(items);
    }
    let alternatives = element.distinct_alternatives();
    let word = if alternatives.len() > 1 { "one of" } else { "object" };
    let null = if shape.nullable { " or null" } else { "" };
    let (open, close) = ("[".repeat(brackets), "]".repeat(brackets));
    lines.push(format!("{indent}{prefix}{open}{word}{inner_notes}{close}{null}{}", notes(shape)));
    match alternatives.as_slice() {
        [] => add_fields(lines, level + 1, element),
        [only] => add_fields(lines, level + 1, only),
        several => several.iter().for_each(|alternative| add(lines, level + 1, "- ", alternative)),
    }
}

fn add_fields(lines: &mut Vec<String>, level: usize, shape: &Shape) {
    let (required, optional): (Vec<&Shape>, Vec<&Shape>) = shape.properties.iter().partition(|field| field.required);
    required.into_iter().chain(optional).for_each(|field| add_field(lines, level, &field.name, field));
    if shape.open {
        lines.push(format!("{}any other fields", " ".repeat(level)));
    }
}
