//! Reads a call's arguments: leniently, never in silence, and all that is wrong at once.

mod names;

use serde_json::Value;

use super::JsonObject;
use super::custom_fields::{self, CustomFieldDefinitions};
use super::field_mask::{self, FieldMask};
use super::invalid_arguments::{InvalidArguments, MAX_TOLD};
use crate::leadconnector::{ArgumentError, LocationId, Operation, Request, RequestError, path};
use crate::text::{truncate, truncate_value};

/// The names of a tool's arguments, the location's left out.
#[derive(Debug)]
pub struct Names {
    /// All of them.
    pub known: Vec<String>,
    /// Those without which there is no call.
    pub required: Vec<String>,
}

/// The arguments of a call under their plain names, with what was found wrong so far.
#[derive(Debug, Clone)]
pub struct Arguments {
    values: JsonObject,
    location: Option<LocationId>,
    errors: Vec<ArgumentError>,
}

impl Arguments {
    /// Sorts the given arguments out by the names that the tool knows.
    pub fn read(given: JsonObject, names: &Names, pinned: Option<&LocationId>) -> Self {
        let mut arguments = Self { values: JsonObject::new(), location: pinned.cloned(), errors: Vec::new() };
        for (name, value) in given {
            match names::meaning(&name, &names.known) {
                names::ArgumentName::Argument(plain) => arguments.set(&name, plain, value),
                names::ArgumentName::Location => arguments.set_location(&name, &value, pinned.is_some()),
                names::ArgumentName::LocationType if value == "location" || value.is_null() => {}
                names::ArgumentName::LocationType => {
                    arguments.errors.push(ArgumentError::new(
                        name,
                        format!("is {}, but only \"location\" is supported", truncate_value(&value)),
                    ));
                }
                names::ArgumentName::Unknown if arguments.errors.len() < MAX_TOLD => {
                    arguments.errors.push(ArgumentError::new(truncate(&name), names::unknown(&name, &names.known)));
                }
                // Not worth the comparing: it will not be told.
                names::ArgumentName::Unknown => arguments.errors.push(ArgumentError::new(String::new(), "")),
            }
        }
        arguments.check_custom_fields();
        for name in &names.required {
            // `null` is how some clients leave an argument out.
            if arguments.values.get(name).is_none_or(Value::is_null) {
                arguments.values.shift_remove(name);
                arguments.errors.push(ArgumentError::new(name, "is required"));
            }
        }
        arguments
    }

    /// The location, if it is known.
    pub fn location(&self) -> Option<&LocationId> {
        self.location.as_ref()
    }

    /// Refuses custom fields that are too many: each costs time from here on.
    fn check_custom_fields(&mut self) {
        if let Some(Err(problem)) = self.values.get(custom_fields::NAME).map(custom_fields::check) {
            self.values.shift_remove(custom_fields::NAME);
            self.errors.push(ArgumentError::new(custom_fields::NAME, problem));
        }
    }

    /// Whether custom fields are given by a key or a name that the definitions do not have.
    pub fn name_unknown_custom_fields(&self, model: &str, definitions: &CustomFieldDefinitions) -> bool {
        let value = self.values.get(custom_fields::NAME);
        value.is_some_and(|value| custom_fields::has_unknown(value, model, definitions))
    }

    /// Whether custom fields are given by key or name, and must be looked up.
    pub fn name_custom_fields(&self) -> bool {
        self.values.get(custom_fields::NAME).is_some_and(custom_fields::has_names)
    }

    /// The same arguments without custom fields: for finding out what else is wrong.
    pub fn without_custom_fields(&self) -> Self {
        let others = self.values.iter().filter(|(name, _)| *name != custom_fields::NAME);
        Self {
            values: others.map(|(name, value)| (name.clone(), value.clone())).collect(),
            location: self.location.clone(),
            errors: self.errors.clone(),
        }
    }

    /// Gives the custom fields their ids.
    pub fn resolve_custom_fields(&mut self, model: &str, definitions: &CustomFieldDefinitions) {
        if let Some(value) = self.values.get_mut(custom_fields::NAME) {
            *value = custom_fields::resolve(value, model, definitions, &mut self.errors);
        }
    }

    /// Takes the argument that picks parts of the answer: it is not for the API.
    pub fn take_fields(&mut self) -> Option<FieldMask> {
        let value = self.values.shift_remove(field_mask::NAME).filter(|value| !value.is_null())?;
        FieldMask::read(&value).map_err(|problem| self.errors.push(ArgumentError::new(field_mask::NAME, problem))).ok()
    }

    fn set(&mut self, given_name: &str, plain: &str, value: Value) {
        match self.values.get(plain) {
            // `null` beside a value says nothing.
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

    /// Takes a location from an argument. It never changes one that is known.
    fn set_location(&mut self, given_name: &str, value: &Value, pinned: bool) {
        if value.is_null() {
            return; // not given
        }
        let named = value.as_str().and_then(|text| text.parse::<LocationId>().ok());
        let Some(named) = named else {
            let problem = format!("is {}, which is not a location id", truncate_value(value));
            return self.errors.push(ArgumentError::new(given_name, problem));
        };
        match &self.location {
            Some(known) if *known != named => {
                let problem = if pinned {
                    "names another location than the one this connection is pinned to: leave it out"
                } else {
                    "names another location than another argument of this call"
                };
                self.errors.push(ArgumentError::new(given_name, problem));
            }
            _ => self.location = Some(named),
        }
    }
}

/// Builds the request of an operation from arguments.
///
/// # Errors
///
/// All that is wrong with them.
///
/// # Panics
///
/// If the operation's parameters cannot be written as JSON, which is a bug of their type.
pub fn build<O: Operation>(arguments: Arguments) -> Result<Request, InvalidArguments> {
    let Arguments { values, location, mut errors } = arguments;
    if O::ENDPOINT.needs_location()
        && location.is_none()
        && !errors.iter().any(|error| names::is_location(&error.argument))
    {
        let problem = "is required: give the location's id, here or as the `locationId` header";
        errors.push(ArgumentError::new("locationId", problem));
    }
    let operation = deserialize::<O>(values, &mut errors);
    errors.extend(operation.as_ref().map(Operation::validate).unwrap_or_default());
    let Some(operation) = operation.filter(|_| errors.is_empty()) else {
        return Err(InvalidArguments(errors));
    };
    Request::new(&operation, location).map_err(|error| {
        InvalidArguments(vec![match error {
            RequestError::Path(path::PathError { name, problem }) => ArgumentError::new(name, problem),
            RequestError::Header(name) => ArgumentError::new(name, "has a character that no HTTP header can have"),
            RequestError::LocationMissing => ArgumentError::new("locationId", "is required"),
            RequestError::TooLong(_) => ArgumentError::new("arguments", format!("are too long: {error}")),
            // Not the caller's to correct: the call ends as an internal error.
            RequestError::Unserializable(_) => panic!("{error}"),
        }])
    })
}

/// Reads the parameters' type, collecting what is wrong with each argument.
///
/// Serde stops at the first wrong value. So where all of them together cannot be read, each is read alone: each is looked
/// at twice at most, however many are wrong. What is missing besides is noted already.
fn deserialize<O: Operation>(values: JsonObject, errors: &mut Vec<ArgumentError>) -> Option<O> {
    let error = match serde_path_to_error::deserialize::<_, O>(&values) {
        Ok(operation) => return Some(operation),
        Err(error) => error,
    };
    for (name, value) in values {
        let alone = JsonObject::from_iter([(name, value)]);
        let Err(error) = serde_path_to_error::deserialize::<_, O>(&alone) else { continue };
        let path = error.path().to_string();
        // An error without the argument's name is of another argument, which is not there.
        if path.split(['.', '[']).next().is_some_and(|name| alone.contains_key(name)) {
            let reason = error.into_inner().to_string();
            // The API's types name no tool, so where to find the ids is said here.
            let source = if path.starts_with(custom_fields::NAME) && reason.contains("no `id`") {
                "; locations_get-custom-fields lists the ids"
            } else {
                ""
            };
            errors.push(ArgumentError::new(path, format!("is wrong: {reason}{source}")));
        }
    }
    if errors.is_empty() {
        errors.push(ArgumentError::new("arguments", format!("cannot be read: {}", error.into_inner())));
    }
    None
}
