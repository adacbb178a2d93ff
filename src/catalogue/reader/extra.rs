//! Fields that no document knows, which a call may send all the same: the argument `extra`.
//!
//! A key is the name of a field of the body, or the path to one in an object that the call gives: `items[0].note`.

use serde_json::{Map, Value};

use super::at::At;
use super::names;
use super::problems::{Problems, shown};
use crate::catalogue::operation::{BodyForm, Operation};
use crate::catalogue::shape::{Place, Shape};

/// The argument whose fields are sent unchecked.
pub const EXTRA: &str = "extra";

/// The maximum number of steps of a path.
const MAX_STEPS: usize = 16;

/// The maximum number of fields: each is compared with all that are declared.
const MAX_FIELDS: usize = 200;

impl Operation {
    /// Whether a call can send fields of the body unchecked, with the argument `extra`.
    pub fn takes_extra(&self) -> bool {
        matches!(self.body, Some(BodyForm::Json | BodyForm::Form | BodyForm::Multipart))
            && !self.parameters().iter().any(|shape| shape.argument() == EXTRA)
    }
}

/// How a field is sent that no document knows, as the end of a sentence.
pub fn way_out(path: &str) -> String {
    // Whoever means a dry run must not be told how to send.
    if path.rsplit('.').next().is_some_and(|name| names::same(name, "dryRun")) {
        return "; it belongs beside `params` of operations_read, operations_add or operations_change".to_owned();
    }
    format!("; `{EXTRA}: {{\"{}\": …}}` sends it unchecked", shown(path))
}

/// The fields that may be sent: those that the operation does not declare and the call does not give.
pub fn check(
    operation: &'static Operation,
    extra: Map<String, Value>,
    read: &[Option<Value>],
    problems: &mut Problems,
) -> Map<String, Value> {
    let within = At::argument(EXTRA);
    let mut kept = Map::new();
    if extra.len() > MAX_FIELDS {
        problems.add(&within, || format!("has {} fields; the maximum is {MAX_FIELDS}", extra.len()));
        return kept;
    }
    for (key, value) in extra {
        match problem(operation, &key, read) {
            Some(problem) => problems.add(&within.field(&shown(&key)), || problem.to_owned()),
            None => drop(kept.insert(key, value)),
        }
    }
    kept
}

fn problem(operation: &'static Operation, key: &str, read: &[Option<Value>]) -> Option<&'static str> {
    let in_body = |shape: &Shape| shape.place == Some(Place::Body);
    let position =
        |name: &str| operation.parameters().iter().position(|shape| in_body(shape) && names::same(&shape.name, name));
    if names::same(key.rsplit('.').next().unwrap_or(key), "dryRun") {
        return Some("belongs beside `params`: nothing is sent with it here");
    }
    let declared = "is a documented argument: give it without `extra`, so that it is checked";
    if key.is_empty() {
        return Some("has no name");
    }
    if !key.chars().all(|char| char.is_ascii_alphanumeric() || "_-.[]".contains(char)) || key.starts_with('[') {
        return Some("is not the name of a field, nor a path to one");
    }
    if position(key).is_some() {
        return Some(declared);
    }
    let (first, steps) = steps(key);
    let index = position(first).filter(|_| !steps.is_empty())?;
    let mut shape = Some(&operation.parameters()[index]);
    let Some(mut value) = read.get(index).and_then(Option::as_ref) else {
        return Some("belongs to an argument that the call does not give");
    };
    for (position, step) in steps.iter().enumerate() {
        let is_last = position + 1 == steps.len();
        match (step, value) {
            (Step::Name(name), Value::Object(fields)) => {
                shape = shape.and_then(|shape| shape.properties.iter().find(|field| names::same(&field.name, name)));
                if is_last {
                    return shape
                        .map(|_| declared)
                        .or_else(|| fields.contains_key(*name).then_some("is given already, in its object"));
                }
                value = fields.get(*name)?;
            }
            (Step::Index(index), Value::Array(elements)) if !is_last => {
                shape = shape.and_then(|shape| shape.items.as_deref());
                value = match elements.get(*index) {
                    Some(element) => element,
                    None => return Some("belongs to an element that the list does not have"),
                };
            }
            _ => return Some("does not lead to an object that the call gives"),
        }
    }
    None
}

/// Adds fields to a body: each at its path where that leads to an object of the body, else under its name as it is.
pub fn add(body: &mut Map<String, Value>, extra: Map<String, Value>) {
    let given: Vec<String> = body.keys().cloned().collect();
    for (key, value) in extra {
        add_one(body, &given, key, value);
    }
}

fn add_one(body: &mut Map<String, Value>, given: &[String], key: String, value: Value) {
    let (first, steps) = steps(&key);
    let Some((Step::Name(last), before)) = steps.split_last() else {
        body.insert(key, value);
        return;
    };
    let Some(first) = given.iter().find(|name| names::same(name, first)) else {
        body.insert(key, value);
        return;
    };
    let mut target = body.get_mut(first);
    for step in before {
        target = match (step, target) {
            (Step::Name(name), Some(Value::Object(fields))) => fields.get_mut(*name),
            (Step::Index(index), Some(Value::Array(elements))) => elements.get_mut(*index),
            _ => None,
        };
    }
    if let Some(Value::Object(fields)) = target {
        fields.insert((*last).to_owned(), value);
    }
}

#[derive(Debug, Clone, Copy)]
enum Step<'k> {
    Name(&'k str),
    Index(usize),
}

/// The first name of a path, and the further steps: none where it is not a path.
fn steps(key: &str) -> (&str, Vec<Step<'_>>) {
    let first = key.split(['.', '[']).next().unwrap_or(key);
    let mut rest = &key[first.len()..];
    let mut steps = Vec::new();
    while !rest.is_empty() && steps.len() < MAX_STEPS {
        let step = if let Some(name) = rest.strip_prefix('.') {
            let name = name.split(['.', '[']).next().unwrap_or(name);
            rest = &rest[1 + name.len()..];
            Step::Name(name)
        } else {
            let Some((index, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
                return (key, Vec::new());
            };
            let Ok(index) = index.parse() else { return (key, Vec::new()) };
            rest = after;
            Step::Index(index)
        };
        steps.push(step);
    }
    if rest.is_empty() { (first, steps) } else { (key, Vec::new()) }
}
