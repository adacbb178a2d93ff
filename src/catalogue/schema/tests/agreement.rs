//! The schema and the reader agree: what the schema accepts, the reader accepts.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use super::instances::{LOCATION, Optional, accepted};
use super::{runner, samples};
use crate::catalogue::{Catalogue, Operation, SchemaOptions};
use crate::leadconnector::{ArgumentError, LocationId};

/// What went wrong, each with the first case.
type Found = BTreeMap<String, (&'static str, String, Value)>;

#[test]
fn the_reader_accepts_what_the_schema_describes() {
    let mut runner = runner();
    let pinned: LocationId = LOCATION.parse().unwrap();
    let (mut found, mut accepted_calls) = (Found::new(), 0);
    for operation in Catalogue::published().operations() {
        for location in [None, Some(&pinned)] {
            let options = SchemaOptions { pinned: location.is_some(), long_enums: true };
            let schema = Value::Object(operation.input_schema(options));
            for (optional, cases) in [(Optional::None, 1), (Optional::Some, 4), (Optional::All, 2)] {
                for arguments in samples(&accepted(&schema, optional), &mut runner, cases) {
                    let errors = errors(operation, &arguments, location);
                    accepted_calls += usize::from(errors.is_empty());
                    add(&mut found, operation, errors, &arguments);
                }
            }
        }
    }
    assert!(found.is_empty(), "the reader refuses these: {found:#?}");
    assert_eq!(accepted_calls, Catalogue::published().operations().len() * 2 * 7);
}

fn add(found: &mut Found, operation: &'static Operation, errors: Vec<ArgumentError>, arguments: &Value) {
    for ArgumentError { argument, problem } in errors {
        found.entry(problem).or_insert_with(|| (operation.name, argument, arguments.clone()));
    }
}

/// What the reader refuses and a schema cannot say, each with the beginning of the reader's sentence.
const BEYOND_SCHEMAS: [(&str, &str); 9] = [
    ("an id that looks like a name", "is wrong: not a valid id"),
    ("an empty part of the path", "is empty"),
    ("a part of the path that looks like several", "must not contain `/`"),
    ("a day in place of a time", "is a day"),
    ("a location's id that is none", "is not a location id"),
    ("a placeholder instead of a location's id", "is the name of a variable"),
    ("a date that is none", "is wrong: invalid value"),
    ("a whole number above 2^53", "must be a whole number, not 1e+18"),
    ("a file whose name, type or content is none", "needs "),
];

#[test]
fn what_the_reader_refuses_the_schema_refuses() {
    let mut runner = runner();
    let (mut found, mut classes) = (Found::new(), BTreeSet::new());
    for operation in Catalogue::published().operations() {
        let schema = Value::Object(operation.input_schema(SchemaOptions { pinned: false, long_enums: true }));
        let validator = jsonschema::draft202012::new(&closed(schema.clone())).unwrap();
        for arguments in samples(&damaged(&schema), &mut runner, 24) {
            if !validator.is_valid(&arguments) {
                continue;
            }
            let mut errors = errors(operation, &arguments, None);
            errors.retain(|error| {
                let class = BEYOND_SCHEMAS.iter().find(|(_, problem)| error.problem.starts_with(problem));
                classes.extend(class.map(|(name, _)| *name));
                // An omitted argument, for the reader: where any value is allowed, the schema allows `null`.
                let is_null = error.problem == "is required" && arguments.get(&error.argument) == Some(&Value::Null);
                class.is_none() && !is_null
            });
            add(&mut found, operation, errors, &arguments);
        }
    }
    assert!(found.is_empty(), "the schema accepts these: {found:#?}");
    assert!(classes.contains("an id that looks like a name"), "nothing was damaged: {classes:?}");
}

/// A schema whose objects have no other fields than those that it names. Definitions do not say so, because the reader's
/// error is more helpful than a client's.
fn closed(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(keywords) => {
            for value in keywords.values_mut() {
                *value = closed(value.take());
            }
            // `properties` itself may have a field of that name: then its value is a schema with a type.
            if keywords.get("type") == Some(&json!("object")) && keywords.contains_key("properties") {
                keywords.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| *element = closed(element.take())),
        _ => {}
    }
    schema
}

fn errors(operation: &'static Operation, arguments: &Value, location: Option<&LocationId>) -> Vec<ArgumentError> {
    let arguments: Map<String, Value> = arguments.as_object().unwrap().clone();
    operation.prepare(arguments, location).err().unwrap_or_default()
}

/// Arguments with another value, of any type, in one place.
pub fn damaged(schema: &Value) -> BoxedStrategy<Value> {
    (accepted(schema, Optional::Some), any::<Index>(), foreign())
        .prop_map(|(mut arguments, index, foreign)| {
            let mut places = Vec::new();
            add_places(&arguments, String::new(), &mut places);
            if !places.is_empty() {
                let place = &places[index.index(places.len())];
                *arguments.pointer_mut(place).unwrap() = foreign;
            }
            arguments
        })
        .boxed()
}

/// Values of every type, most of them wrong wherever they are put.
fn foreign() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(2.5),
        json!(1e18),
        json!(""),
        json!("Rosa Diaz"),
        json!("12"),
        json!("true"),
        json!("tomorrow"),
        json!("../x"),
        json!([]),
        json!(["a"]),
        json!([[1]]),
        json!({}),
        json!({ "unknownField": 1 }),
        json!("{\"a\": 1}"),
    ])
}

/// The JSON pointers of all values inside.
fn add_places(value: &Value, place: String, places: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (escaped(name), value)).collect(),
        Value::Array(elements) => {
            elements.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (name, value) in inner {
        add_places(value, format!("{place}/{name}"), places);
    }
    if !place.is_empty() {
        places.push(place);
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
