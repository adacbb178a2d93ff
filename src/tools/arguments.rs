//! Reads a call's arguments. Parsing is lenient, never silent: every problem is reported in one response.

mod id_source;
mod names;

use serde_json::Value;

use super::JsonObject;
use super::custom_fields::{self, CustomFieldDefinitions};
use super::field_mask::{self, FieldMask};
use super::invalid_arguments::{InvalidArguments, MAX_REPORTED};
use crate::leadconnector::{ArgumentError, LocationId, Operation, Request, RequestError, path};
use crate::text::{elide, truncate, truncate_value};

/// The names of a tool's arguments, except the location.
#[derive(Debug)]
pub struct Names {
    /// All names.
    pub all: Vec<String>,
    /// The names of the required arguments.
    pub required: Vec<String>,
    /// The argument that is the id of the tool's own record, in the path of the request.
    pub own_id: Option<String>,
    /// What the tool's records are called: `contact`.
    pub record: &'static str,
}

/// The number of errors from which further arguments are only counted.
const MAX_MATCHED_ERRORS: usize = 100;

/// The arguments of a call by their plain names, with the problems found so far.
#[derive(Debug, Clone)]
pub struct Arguments {
    values: JsonObject,
    location: Option<LocationId>,
    errors: Vec<ArgumentError>,
}

impl Arguments {
    /// Matches a call's arguments to the names that the tool knows.
    pub fn read(given: JsonObject, names: &Names, pinned: Option<&LocationId>) -> Self {
        let mut arguments = Self { values: JsonObject::new(), location: pinned.cloned(), errors: Vec::new() };
        for (name, value) in given {
            // The call fails in any case; matching each of thousands of names would cost more than parsing them.
            if arguments.errors.len() >= MAX_MATCHED_ERRORS {
                arguments.errors.push(ArgumentError::new(String::new(), ""));
                continue;
            }
            match names::resolve(&name, names) {
                names::ArgumentName::Argument(plain) => arguments.set(&name, plain, value),
                names::ArgumentName::Location => arguments.set_location(&name, &value, pinned.is_some()),
                names::ArgumentName::LocationType if value == "location" || value.is_null() => {}
                names::ArgumentName::LocationType => {
                    arguments.errors.push(ArgumentError::new(
                        name,
                        format!("is {}, but only \"location\" is supported", truncate_value(&value)),
                    ));
                }
                names::ArgumentName::Unknown if arguments.errors.len() < MAX_REPORTED => {
                    arguments
                        .errors
                        .push(ArgumentError::new(truncate(&name), names::unknown_argument(&name, &names.all)));
                }
                // Only counted, so the search for similar names would be wasted.
                names::ArgumentName::Unknown => arguments.errors.push(ArgumentError::new(String::new(), "")),
            }
        }
        arguments.validate_custom_fields();
        for name in &names.required {
            // Some clients send `null` for an omitted argument.
            if arguments.values.get(name).is_none_or(Value::is_null) {
                arguments.values.shift_remove(name);
                arguments.errors.push(ArgumentError::new(name, "is required"));
            }
        }
        arguments
    }

    /// Arguments that the catalogue's reader will read.
    pub fn unread(values: JsonObject, pinned: Option<&LocationId>) -> Self {
        Self { values, location: pinned.cloned(), errors: Vec::new() }
    }

    /// The same arguments, bound to a location.
    pub fn bound_to(self, location: LocationId) -> Self {
        Self { location: Some(location), ..self }
    }

    /// The values, the location and the problems found so far.
    pub fn into_parts(self) -> (JsonObject, Option<LocationId>, Vec<ArgumentError>) {
        (self.values, self.location, self.errors)
    }

    /// The location, if it is known.
    pub fn location(&self) -> Option<&LocationId> {
        self.location.as_ref()
    }

    /// Rejects too many custom fields, because all further work takes time for each of them.
    fn validate_custom_fields(&mut self) {
        if let Some(Err(problem)) = self.values.get(custom_fields::NAME).map(custom_fields::validate) {
            self.values.shift_remove(custom_fields::NAME);
            self.errors.push(ArgumentError::new(custom_fields::NAME, problem));
        }
    }

    /// Whether a custom field has a key or name that is not among the definitions.
    pub fn has_unknown_custom_fields(&self, model: &str, definitions: &CustomFieldDefinitions) -> bool {
        let value = self.values.get(custom_fields::NAME);
        value.is_some_and(|value| custom_fields::has_unknown(value, model, definitions))
    }

    /// Whether a custom field has a key or name instead of an id, so that a lookup is needed.
    pub fn needs_custom_field_lookup(&self) -> bool {
        self.values.get(custom_fields::NAME).is_some_and(custom_fields::needs_lookup)
    }

    /// A copy without custom fields, to validate the other arguments before the lookup.
    pub fn without_custom_fields(&self) -> Self {
        let others = self.values.iter().filter(|(name, _)| *name != custom_fields::NAME);
        Self {
            values: others.map(|(name, value)| (name.clone(), value.clone())).collect(),
            location: self.location.clone(),
            errors: self.errors.clone(),
        }
    }

    /// Replaces keys and names of custom fields by their ids.
    pub fn resolve_custom_fields(&mut self, model: &str, definitions: &CustomFieldDefinitions) {
        if let Some(value) = self.values.get_mut(custom_fields::NAME) {
            *value = custom_fields::resolve(value, model, definitions, &mut self.errors);
        }
    }

    /// Removes and returns the field mask, which is not sent to the API.
    pub fn take_field_mask(&mut self) -> Option<FieldMask> {
        let value = self.values.shift_remove(field_mask::NAME).filter(|value| !value.is_null())?;
        FieldMask::read(&value).map_err(|problem| self.errors.push(ArgumentError::new(field_mask::NAME, problem))).ok()
    }

    fn set(&mut self, given_name: &str, plain: &str, value: Value) {
        match self.values.get(plain) {
            // Beside a value, `null` is ignored.
            Some(earlier) if value.is_null() && !earlier.is_null() => {}
            Some(earlier) if *earlier != value && !earlier.is_null() => {
                let problem = format!(
                    "is given twice with different values: {} and {}",
                    truncate_value(earlier),
                    truncate_value(&value)
                );
                self.errors.push(ArgumentError::new(given_name, problem));
            }
            _ => {
                self.values.insert(plain.to_owned(), value);
            }
        }
    }

    /// Sets the location from an argument. A location that is already known is never changed.
    fn set_location(&mut self, given_name: &str, value: &Value, pinned: bool) {
        if value.is_null() {
            return; // omitted
        }
        // Never the value itself: it may be a token in the wrong place.
        let location = match value.as_str().map(str::parse::<LocationId>) {
            Some(Ok(location)) => location,
            Some(Err(error)) => return self.errors.push(ArgumentError::new(given_name, format!("is {error}"))),
            None => return self.errors.push(ArgumentError::new(given_name, "must be a location id, as text")),
        };
        match &self.location {
            Some(known) if *known != location => {
                let problem = if pinned {
                    "differs from the location that this connection is pinned to: omit it"
                } else {
                    "differs from the location in another argument of this call"
                };
                self.errors.push(ArgumentError::new(given_name, problem));
            }
            _ => self.location = Some(location),
        }
    }
}

/// Builds the request of an operation from arguments.
///
/// # Errors
///
/// All problems with the arguments.
///
/// # Panics
///
/// If the operation's parameters cannot be serialized as JSON, which is a bug of their type.
pub fn build<O: Operation>(arguments: Arguments, record: &str) -> Result<Request, InvalidArguments> {
    let Arguments { values, location, mut errors } = arguments;
    if O::ENDPOINT.needs_location()
        && location.is_none()
        && !errors.iter().any(|error| names::is_location(&error.argument))
    {
        let problem = "is required: pass the location's id here or in the `locationId` header";
        errors.push(ArgumentError::new("locationId", problem));
    }
    let operation = deserialize::<O>(values, record, &mut errors);
    for error in operation.as_ref().map(Operation::validate).unwrap_or_default() {
        let source = id_source::of_id(record, &error.argument);
        errors.push(with_source(error.argument, error.problem, source));
    }
    let Some(operation) = operation.filter(|_| errors.is_empty()) else {
        return Err(InvalidArguments(errors));
    };
    Request::new(&operation, location).map_err(|error| {
        InvalidArguments(vec![match error {
            RequestError::Path(path::PathError { name, problem }) => ArgumentError::new(name, problem),
            RequestError::Header(name) => {
                ArgumentError::new(name, "contains a character that is invalid in an HTTP header")
            }
            RequestError::LocationMissing => ArgumentError::new("locationId", "is required"),
            RequestError::TooLong(_) => ArgumentError::new("arguments", format!("are too long: {error}")),
            // A bug, which the caller cannot correct: the panic becomes an internal error.
            RequestError::Unserializable(_) => panic!("{error}"),
        }])
    })
}

/// Deserializes the parameters, and collects the problems with each argument.
///
/// Serde stops at the first invalid value. So if deserializing all arguments together fails, each is deserialized alone:
/// every argument is read at most twice, however many are invalid. Missing arguments are already reported.
fn deserialize<O: Operation>(values: JsonObject, record: &str, errors: &mut Vec<ArgumentError>) -> Option<O> {
    let error = match serde_path_to_error::deserialize::<_, O>(&values) {
        Ok(operation) => return Some(operation),
        Err(error) => error,
    };
    for (name, value) in values {
        let alone = JsonObject::from_iter([(name, value)]);
        let Err(error) = serde_path_to_error::deserialize::<_, O>(&alone) else { continue };
        let path = error.path().to_string();
        // An error without the argument's name is about another argument, which is missing here.
        if path.split(['.', '[']).next().is_some_and(|name| alone.contains_key(name)) {
            let reason = error.into_inner().to_string();
            let source = id_source::of_problem(record, &path, &reason);
            errors.push(with_source(path, format!("is wrong: {reason}"), source));
        }
    }
    if errors.is_empty() {
        errors.push(ArgumentError::new("arguments", format!("cannot be parsed: {}", error.into_inner())));
    }
    None
}

/// An error of the catalogue's reader, with where the value comes from, if that is known.
pub fn with_its_source(record: &str, error: ArgumentError) -> ArgumentError {
    let source = id_source::of_problem(record, &error.argument, &error.problem);
    with_source(error.argument, error.problem, source)
}

/// An error that ends with where the value comes from. The API's types do not know the tools, so the tool is named here.
fn with_source(argument: String, problem: String, source: Option<&str>) -> ArgumentError {
    match source {
        // A long value in the problem must not displace the next step.
        Some(source) => ArgumentError::new(argument, format!("{}; {source}", elide(&problem))),
        None => ArgumentError::new(argument, problem),
    }
}
