//! Reads a value by its shape.

use serde_json::{Map, Value};

use super::at::At;
use super::extra;
use super::json_text;
use super::names;
use super::problems::{Problems, shown, shown_value};
use super::{scalars, times};
use crate::catalogue::shape::{Place, Shape, Type};

/// The most elements of a list that is text with commas.
const MAX_IN_TEXT: usize = 500;

/// Reads a value, in any of the forms that clients send. Returns it in the form that the API expects; `None` after a problem.
pub fn read(shape: &Shape, value: Value, at: &At<'_>, problems: &mut Problems) -> Option<Value> {
    if value.is_null() {
        if !shape.nullable && shape.kind != Type::Any {
            problems.add(at, || format!("must be {}, not null", scalars::expected(shape)));
            return None;
        }
        return Some(value);
    }
    if let Some(unit) = times::unit(shape) {
        return times::read(unit, shape, &value, at, problems);
    }
    if shape.format.as_deref() == Some("date-time") {
        return times::date(&value, at, problems);
    }
    match shape.kind {
        Type::Array => list(shape, value, at, problems),
        Type::Object => object(shape, value, at, problems),
        Type::Any if shape.alternatives.is_empty() => Some(value),
        Type::Any => alternative(shape, &value, at, problems),
        Type::String | Type::Number | Type::Integer | Type::Boolean => scalars::read(shape, &value, at, problems),
    }
}

fn list(shape: &Shape, value: Value, at: &At<'_>, problems: &mut Problems) -> Option<Value> {
    let items = shape.items.as_deref();
    // Only a query can have a list as text with commas. Elsewhere `a, b` is ambiguous: one element or two.
    let takes_commas = shape.place == Some(Place::Query);
    let elements = match elements(items, takes_commas, value) {
        Ok(elements) => elements,
        Err(problem) => {
            problems.add(at, || problem);
            return None;
        }
    };
    let count = elements.len();
    if shape.min_items.is_some_and(|least| count < least) || shape.max_items.is_some_and(|most| count > most) {
        let bounds = scalars::bounds(shape.min_items, shape.max_items);
        problems.add(at, || format!("has {count} elements, but takes {bounds}"));
        return None;
    }
    let Some(items) = items else { return Some(elements.into()) };
    let before = problems.count();
    let mut list = Vec::with_capacity(count);
    for (index, element) in elements.into_iter().enumerate() {
        if problems.too_many() {
            return None;
        }
        list.extend(read(items, element, &at.element(index), problems));
    }
    (problems.count() == before).then(|| list.into())
}

/// The elements of a list that may be JSON text, in a query text with commas, or one element alone.
fn elements(items: Option<&Shape>, takes_commas: bool, value: Value) -> Result<Vec<Value>, String> {
    let is_scalar = items.is_none_or(|items| {
        matches!(items.kind, Type::String | Type::Number | Type::Integer | Type::Boolean) && items.format.is_none()
    });
    Ok(match json_text::try_parse(value)? {
        Value::Array(elements) => elements,
        Value::String(text) if is_scalar && !takes_commas && text.contains(',') => {
            return Err("is text with commas: give a list, like [\"a\", \"b\"]".to_owned());
        }
        Value::String(text) if is_scalar && text.matches(',').count() >= MAX_IN_TEXT => {
            return Err(format!("is text with more than {MAX_IN_TEXT} elements: send it as a list, or split it"));
        }
        Value::String(text) if is_scalar => {
            text.split(',').map(str::trim).filter(|element| !element.is_empty()).map(Value::from).collect()
        }
        Value::String(text) if text.trim().is_empty() => Vec::new(),
        other => vec![other],
    })
}

fn object(shape: &Shape, value: Value, at: &At<'_>, problems: &mut Problems) -> Option<Value> {
    let fields = match json_text::try_parse(value) {
        Ok(Value::Object(fields)) => fields,
        Ok(other) => {
            problems.add(at, || format!("must be an object, not {}", shown_value(&other)));
            return None;
        }
        Err(problem) => {
            problems.add(at, || problem);
            return None;
        }
    };
    if shape.properties.is_empty() {
        return Some(fields.into());
    }
    let (before, takes_extra) = (problems.count(), problems.takes_extra());
    let mut given: Vec<Option<(String, Value)>> = vec![None; shape.properties.len()];
    let mut others = Map::new();
    for (name, value) in fields {
        if problems.too_many() {
            return None;
        }
        match names::field(&name, &shape.properties) {
            Some(index) => match &given[index] {
                Some((_, earlier)) if value.is_null() && !earlier.is_null() => {}
                Some((known, earlier)) if *earlier != value && !earlier.is_null() => {
                    problems.add(&at.field(&name), || names::twice(known, &name));
                }
                _ => given[index] = Some((name, value)),
            },
            None if shape.open => drop(others.insert(name, value)),
            None => problems.add(&at.field(&shown(&name)), || unknown_field(&name, shape, at, takes_extra)),
        }
    }
    let mut read_fields = Map::new();
    for (field, given) in shape.properties.iter().zip(given) {
        let at = at.field(&field.name);
        // Some clients send `null` for an omitted field.
        match given.filter(|(_, value)| !value.is_null() || field.nullable || field.kind == Type::Any) {
            Some((_, value)) => {
                if let Some(value) = read(field, value, &at, problems) {
                    read_fields.insert(field.name.clone(), value);
                }
            }
            None if field.required => problems.add(&at, || "is required".to_owned()),
            None => {}
        }
    }
    read_fields.extend(others);
    (problems.count() == before).then(|| read_fields.into())
}

fn unknown_field(name: &str, shape: &Shape, at: &At<'_>, takes_extra: bool) -> String {
    let hint = names::hint(name, shape.properties.iter().map(|field| field.name.as_str()));
    let way_out = if takes_extra { extra::way_out(&at.field(name).to_string()) } else { String::new() };
    format!("is not a field here{hint}{way_out}")
}

/// Reads a value that has one of several shapes: the first that fits it as it is, else the first that can be made to fit.
fn alternative(shape: &Shape, value: &Value, at: &At<'_>, problems: &mut Problems) -> Option<Value> {
    let mut shapes: Vec<&Shape> = shape.alternatives.iter().collect();
    shapes.sort_by_key(|shape| !scalars::is_of_kind(value, shape.kind));
    let mut fewest: Option<Problems> = None;
    for shape in shapes {
        let mut trial = problems.trial();
        let read = read(shape, value.clone(), at, &mut trial);
        if !trial.any() {
            problems.append(trial);
            return read;
        }
        if fewest.as_ref().is_none_or(|fewest| trial.count() < fewest.count()) {
            fewest = Some(trial);
        }
    }
    if let Some(fewest) = fewest {
        problems.append(fewest);
    }
    None
}
