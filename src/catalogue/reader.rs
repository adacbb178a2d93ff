//! Reads the arguments of any operation and makes its request. Lenient, never silent: every problem is reported at once,
//! and what is sent although no document knows it is noted.

mod at;
mod extra;
mod files;
mod given;
mod ids;
mod json_text;
mod locations;
mod names;
mod parts;
mod problems;
mod scalars;
mod slots;
mod times;
mod values;

use serde_json::{Map, Value};

use super::operation::Operation;
use super::shape::{Place, Shape};
use crate::leadconnector::{ArgumentError, LocationId, Request, RequestError, path};
use at::At;
use given::Given;
use problems::Problems;

/// What a call is made of.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The request, complete except for the token.
    pub request: Request,
    /// What the caller should know about what is sent: fields and values that no document knows.
    pub notes: Vec<String>,
}

impl Operation {
    /// Reads arguments and builds the request. A pinned location is filled in, and is the only one that a call may name.
    ///
    /// # Errors
    ///
    /// All problems with the arguments. Beyond the first twenty they are only counted: they are empty.
    pub fn prepare(
        &'static self,
        arguments: Map<String, Value>,
        pinned: Option<&LocationId>,
    ) -> Result<Prepared, Vec<ArgumentError>> {
        let mut problems = Problems::new(self.takes_extra());
        let parameters = self.parameters();
        let Given { mut values, extra, slots } = given::sort(self, arguments, pinned, &mut problems);
        let mut read: Vec<Option<Value>> = vec![None; parameters.len()];
        let mut files = files::Files::default();
        for (index, shape) in parameters.iter().enumerate() {
            if slots.is_slot(index) {
                continue;
            }
            let at = At::argument(shape.argument());
            let value = values[index].take().filter(|value| !is_omitted(value, shape));
            match value {
                None if shape.required => problems.add(&at, || "is required".to_owned()),
                None => {}
                Some(value) if files::is_file(shape) => files.read(shape, value, &at, &mut problems),
                Some(value) => {
                    read[index] = values::read(shape, value, &at, &mut problems);
                    ids::check(shape, read[index].as_ref(), &at, &mut problems);
                }
            }
        }
        let location = slots.fill(parameters, &mut read, &mut problems);
        let extra = extra::check(self, extra, &read, &mut problems);
        if let Some(pinned) = pinned {
            locations::check(self, &read, &extra, pinned, &mut problems);
        }
        let notes = problems.notes(&extra);
        let parts = parts::sort(self, read, files, extra);
        problems.finish()?;
        let request =
            Request::from_parts(self.endpoint(), parts, location).map_err(|error| vec![unbuildable(&error)])?;
        Ok(Prepared { request, notes })
    }
}

/// Some clients send `null` for an omitted argument. Only a field of the body can be sent as `null`.
fn is_omitted(value: &Value, shape: &Shape) -> bool {
    value.is_null() && !(shape.nullable && shape.place == Some(Place::Body))
}

fn unbuildable(error: &RequestError) -> ArgumentError {
    match error {
        RequestError::Path(path::PathError { name, problem }) => ArgumentError::new(name, *problem),
        RequestError::Header(name) => {
            ArgumentError::new(name, "contains a character that is invalid in an HTTP header")
        }
        other => ArgumentError::new("arguments", format!("make no request: {other}")),
    }
}

#[cfg(test)]
mod tests;
