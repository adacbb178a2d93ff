//! Sorts the values of a call into the parts of its request.

use serde_json::{Map, Value};

use super::extra;
use super::files::Files;
use crate::catalogue::operation::{BodyForm, Operation};
use crate::catalogue::shape::{Place, Shape};
use crate::leadconnector::multipart::{Content, Part};
use crate::leadconnector::{Body, Parts};

/// Sorts the values of a call into the parts of its request.
pub fn sort(operation: &'static Operation, read: Vec<Option<Value>>, files: Files, extra: Map<String, Value>) -> Parts {
    let mut parts = Parts::default();
    let mut body = Map::new();
    let mut bare = None;
    for (shape, value) in operation.parameters().iter().zip(read) {
        let Some(value) = value else { continue };
        let name = shape.name.as_str();
        match shape.place {
            Some(Place::Path) => parts.path.push((name, text(value))),
            Some(Place::Query) => parts.query.extend(texts(shape, value).into_iter().map(|text| (name, text))),
            // Repeated header lines are equivalent to one line with commas (RFC 9110 section 5.3).
            Some(Place::Header) => parts.headers.push((name, texts(shape, value).join(","))),
            Some(Place::Body) | None if operation.body == Some(BodyForm::Bare) => bare = Some(value),
            Some(Place::Body) | None => drop(body.insert(name.to_owned(), value)),
        }
    }
    extra::add(&mut body, extra);
    parts.body = match operation.body {
        None => None,
        Some(BodyForm::Json) => Some(Body::Json(body.into())),
        Some(BodyForm::Bare) => bare.map(Body::Json),
        Some(BodyForm::Form) => Some(Body::Form(pairs(body).collect())),
        Some(BodyForm::Multipart) => {
            let texts = pairs(body).map(|(name, text)| Part { name, content: Content::Text(text) });
            // Files come last: some servers read no field behind them.
            Some(Body::Multipart(texts.chain(files.0).collect()))
        }
    };
    parts
}

/// The fields of a form: a list is a field for each element.
fn pairs(body: Map<String, Value>) -> impl Iterator<Item = (String, String)> {
    body.into_iter().flat_map(|(name, value)| {
        let values = match value {
            Value::Array(elements) => elements,
            other => vec![other],
        };
        values.into_iter().map(move |value| (name.clone(), text(value)))
    })
}

/// A value as the texts of a query or header: a list is repeated or has commas.
fn texts(shape: &Shape, value: Value) -> Vec<String> {
    match value {
        Value::Array(elements) if shape.comma => {
            vec![elements.into_iter().map(text).collect::<Vec<_>>().join(",")]
        }
        Value::Array(elements) => elements.into_iter().map(text).collect(),
        other => vec![text(other)],
    }
}

/// A value as text; lists and objects as JSON.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
