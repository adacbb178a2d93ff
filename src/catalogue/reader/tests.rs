//! What every call of every operation must hold, and the forms that single arguments may have.

mod every_operation;
mod forms;
mod location;
mod refused;
mod sent;

use serde_json::{Map, Value, json};

use super::Prepared;
use crate::catalogue::{Catalogue, Operation, Shape, Type};
use crate::leadconnector::{ArgumentError, LocationId};

/// A location's id.
const LOCATION: &str = "ve9EPM428h8vShlRW1KT";

fn operation(name: &str) -> &'static Operation {
    Catalogue::published().find(name).unwrap_or_else(|| panic!("{name} is an operation"))
}

fn pinned() -> LocationId {
    LOCATION.parse().unwrap()
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("{value} is no object") };
    object
}

/// A call that is bound to the location.
fn prepare(name: &str, arguments: Value) -> Result<Prepared, Vec<ArgumentError>> {
    operation(name).prepare(object(arguments), Some(&pinned()))
}

/// The problems with a call, as `name problem`.
fn problems(name: &str, arguments: Value) -> Vec<String> {
    let errors = prepare(name, arguments).expect_err("the call is refused");
    errors.iter().map(|error| format!("{} {}", error.argument, error.problem)).collect()
}

/// The JSON body of a call.
fn body(prepared: &Prepared) -> Value {
    serde_json::from_slice(prepared.request.body.as_ref().expect("it has a body")).unwrap()
}

/// A value that a shape accepts.
fn plausible(shape: &Shape) -> Value {
    let number = || shape.minimum.clone().map_or(json!(1), Value::Number);
    match shape.kind {
        _ if shape.format.as_deref() == Some("binary") => json!({"name": "a.txt", "base64": "aGVsbG8="}),
        _ if shape.format.as_deref() == Some("parts") => json!({"f1": {"name": "a.txt", "base64": "aGVsbG8="}}),
        _ if shape.format.as_deref() == Some("epoch-ms") => json!(1_793_491_200_000_i64),
        _ if shape.format.as_deref() == Some("date-time") => json!("2026-11-01T09:00:00-05:00"),
        _ if shape.format.as_deref() == Some("epoch-s") => json!(1_793_491_200),
        _ if !shape.values.is_empty() => shape.values[0].clone(),
        Type::String => "x1".repeat(1 + shape.min_length.unwrap_or(1) / 2).into(),
        Type::Number | Type::Integer => number(),
        Type::Boolean => true.into(),
        Type::Array => {
            let count = shape.min_items.unwrap_or(1).max(1);
            let element = shape.items.as_deref().map_or(json!("x1"), plausible);
            vec![element; count].into()
        }
        Type::Object => {
            let required = shape.properties.iter().filter(|field| field.required);
            required.map(|field| (field.name.clone(), in_location(field))).collect::<Map<_, _>>().into()
        }
        Type::Any => shape.alternatives.first().map_or(json!("x1"), plausible),
    }
}

/// A value that a field accepts, in the location.
fn in_location(field: &Shape) -> Value {
    match field.name.as_str() {
        "altId" | "locationId" => LOCATION.into(),
        "locationIds" | "locations" if field.kind == Type::Array => json!([LOCATION]),
        _ => plausible(field),
    }
}

/// The smallest call of an operation: what is required, but for the location.
fn smallest(operation: &'static Operation) -> Map<String, Value> {
    let required = operation.parameters().iter().filter(|shape| shape.required && !is_slot(shape));
    required.map(|shape| (shape.argument().to_owned(), in_location(shape))).collect()
}

/// Whether a parameter names the location.
fn is_slot(shape: &Shape) -> bool {
    ["locationId", "location_id", "altType"].contains(&shape.name.as_str()) || (shape.name == "altId" && shape.required)
}
