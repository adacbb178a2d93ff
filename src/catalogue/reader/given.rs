//! Sorts the arguments of a call: parameters, the location, fields that are sent unchecked.

use serde_json::{Map, Value};

use super::at::At;
use super::extra::{self, EXTRA};
use super::ids;
use super::json_text::parse;
use super::names;
use super::problems::{Problems, shown};
use super::slots::Slots;
use crate::catalogue::operation::Operation;
use crate::catalogue::shape::{Place, Shape, Type};
use crate::leadconnector::LocationId;

/// Objects that group arguments by their place.
const GROUPS: [(&str, Place); 4] =
    [("path", Place::Path), ("query", Place::Query), ("body", Place::Body), ("headers", Place::Header)];

/// The arguments of a call, sorted.
#[derive(Debug)]
pub struct Given {
    /// The value of each parameter, in the order of the operation's parameters.
    pub values: Vec<Option<Value>>,
    /// The fields to be sent unchecked.
    pub extra: Map<String, Value>,
    /// The location.
    pub slots: Slots,
}

struct Sorter<'a> {
    operation: &'static Operation,
    given: Given,
    /// The name by which each value was given.
    names: Vec<Option<String>>,
    problems: &'a mut Problems,
}

/// Whether a name is that of a group: `path`, `pathParams`, `path_params`.
fn is_group(name: &str, group: &str) -> bool {
    name == group || names::same(name, &format!("{group}Params"))
}

/// Sorts the arguments of a call.
pub fn sort(
    operation: &'static Operation,
    arguments: Map<String, Value>,
    pinned: Option<&LocationId>,
    problems: &mut Problems,
) -> Given {
    let parameters = operation.parameters();
    let given = Given {
        values: vec![None; parameters.len()],
        extra: Map::new(),
        slots: Slots::new(parameters, pinned.cloned()),
    };
    let mut sorter = Sorter { operation, given, names: vec![None; parameters.len()], problems };
    for (name, value) in arguments {
        sorter.sort(name, value);
    }
    sorter.given
}

impl Sorter<'_> {
    fn sort(&mut self, name: String, value: Value) {
        if self.problems.too_many() {
            return self.problems.add(&At::argument(&name), String::new);
        }
        // A parameter `body` that is text is not meant by an object.
        let takes = |shape: &Shape| !value.is_object() || matches!(shape.kind, Type::Object | Type::Any | Type::Array);
        let is_parameter = self.operation.parameters().iter().any(|shape| shape.argument() == name && takes(shape));
        if !is_parameter && name == EXTRA {
            return self.extra(value);
        }
        if let Some((_, place)) = GROUPS.iter().find(|(group, _)| !is_parameter && is_group(&name, group)) {
            match parse(value) {
                Value::Null => {}
                Value::Object(group) => {
                    for (name, value) in group {
                        if self.problems.too_many() {
                            return self.problems.add(&At::argument(&name), String::new);
                        }
                        self.argument(name, Some(*place), value);
                    }
                }
                other => self.unknown(&name, &other),
            }
            return;
        }
        self.argument(name, None, value);
    }

    fn argument(&mut self, name: String, within: Option<Place>, value: Value) {
        let parameters = self.operation.parameters();
        let index = names::parameter(&name, within, parameters);
        if let Some(index) = index.filter(|index| !self.given.slots.is_slot(*index)) {
            return self.set(index, name, value);
        }
        if self.given.slots.set(&name, &value, self.problems) {
            return;
        }
        match ids::own_id(self.operation).filter(|_| names::same(&name, "id") || names::same(&name, "path_id")) {
            Some(index) => self.set(index, name, value),
            None => self.unknown(&name, &value),
        }
    }

    fn set(&mut self, index: usize, name: String, value: Value) {
        let earlier = &self.given.values[index];
        match earlier {
            // Beside a value, `null` is ignored.
            Some(earlier) if value.is_null() && !earlier.is_null() => {}
            Some(earlier) if *earlier != value && !earlier.is_null() => {
                let known = self.names[index].as_deref().unwrap_or_default();
                self.problems.add(&At::argument(&name), || names::twice(known, &name));
            }
            _ => {
                self.given.values[index] = Some(value);
                self.names[index] = Some(name);
            }
        }
    }

    fn extra(&mut self, value: Value) {
        let at = At::argument(EXTRA);
        match parse(value) {
            Value::Null => {}
            Value::Object(fields) if self.operation.takes_extra() || fields.is_empty() => self.given.extra = fields,
            Value::Object(_) => {
                self.problems.add(&at, || "is for fields of a body, which this operation does not have".to_owned());
            }
            _ => self.problems.add(&at, || "must be an object with the fields to send unchecked".to_owned()),
        }
    }

    fn unknown(&mut self, name: &str, value: &Value) {
        // Some clients send `null` for an argument of another operation.
        if value.is_null() {
            return;
        }
        let operation = self.operation;
        let slots = &self.given.slots;
        self.problems.add(&At::argument(&shown(name)), || {
            let shapes = operation.parameters().iter().enumerate().filter(|(index, _)| !slots.is_slot(*index));
            let hint = names::hint(name, shapes.map(|(_, shape)| shape.argument()));
            let bare = names::aliases(name).last().map_or(name, |(bare, _)| bare);
            let way_out = if operation.takes_extra() { extra::way_out(bare) } else { String::new() };
            format!("is not an argument of {}{hint}{way_out}", operation.name)
        });
    }
}
