//! The places of the location in a request: they are filled in, and a call that is bound to a location names no other.

use serde_json::Value;

use super::at::At;
use super::names;
use super::problems::Problems;
use crate::catalogue::shape::Shape;
use crate::leadconnector::LocationId;

/// The names that the API's operations use for the location.
const LOCATION: [&str; 2] = ["locationId", "altId"];

/// The name of the type of the entity that `altId` names.
const TYPE: &str = "altType";

/// The value of `altType` for a location.
const TYPE_LOCATION: &str = "location";

/// The places of the location among an operation's parameters, and the location so far.
#[derive(Debug)]
pub struct Slots {
    /// The parameters that are the location's id.
    ids: Vec<usize>,
    /// The parameters that are `altType`.
    types: Vec<usize>,
    location: Option<LocationId>,
    is_pinned: bool,
    /// `altType`, where a call gives another one than `location`.
    other_type: Option<Value>,
    has_problem: bool,
}

impl Slots {
    /// Finds the places of the location.
    pub fn new(parameters: &[Shape], location: Option<LocationId>) -> Self {
        let has = |name: &str| parameters.iter().any(|shape| shape.name == name);
        // Without `altType`, and optional, `altId` is another system's id: that of an imported message.
        let is_id = |shape: &Shape| match shape.name.as_str() {
            "locationId" | "location_id" => true,
            "altId" => has(TYPE) || shape.required,
            _ => false,
        };
        let positions = |is: &dyn Fn(&Shape) -> bool| {
            parameters.iter().enumerate().filter(|(_, shape)| is(shape)).map(|(index, _)| index).collect()
        };
        Self {
            ids: positions(&is_id),
            types: positions(&|shape| shape.name == TYPE),
            is_pinned: location.is_some(),
            location,
            other_type: None,
            has_problem: false,
        }
    }

    /// Whether a parameter is a place of the location.
    pub fn is_slot(&self, index: usize) -> bool {
        self.ids.contains(&index) || self.types.contains(&index)
    }

    /// Takes an argument that names the location, in any spelling; `false` if its name is another.
    pub fn set(&mut self, name: &str, value: &Value, problems: &mut Problems) -> bool {
        let is = |known: &str| names::aliases(name).any(|(bare, _)| names::same(bare, known));
        let at = At::argument(name);
        if LOCATION.into_iter().any(is) {
            self.set_location(&at, value, problems);
            true
        } else if is(TYPE) {
            self.set_type(&at, value, problems);
            true
        } else {
            false
        }
    }

    fn set_location(&mut self, at: &At<'_>, value: &Value, problems: &mut Problems) {
        if value.is_null() {
            return; // omitted
        }
        // Never the value itself: it may be a token in the wrong place.
        let location = match value.as_str().map(str::parse::<LocationId>) {
            Some(Ok(location)) => location,
            Some(Err(error)) => {
                self.has_problem = true;
                return problems.add(at, || format!("is {error}"));
            }
            None => {
                self.has_problem = true;
                return problems.add(at, || "must be a location id, as text".to_owned());
            }
        };
        match &self.location {
            Some(known) if *known != location => {
                self.has_problem = true;
                let pinned = self.is_pinned;
                problems.add(at, || foreign(pinned).to_owned());
            }
            _ => self.location = Some(location),
        }
    }

    fn set_type(&mut self, at: &At<'_>, value: &Value, problems: &mut Problems) {
        let is_location = value.as_str().is_some_and(|text| names::same(text.trim(), TYPE_LOCATION));
        if value.is_null() || is_location {
        } else if self.is_pinned || self.types.is_empty() || !value.is_string() {
            problems.add(at, || "must be \"location\"".to_owned());
        } else {
            self.other_type = Some(value.clone());
        }
    }

    /// Fills the places of the location. Returns the location.
    pub fn fill(self, parameters: &[Shape], read: &mut [Option<Value>], problems: &mut Problems) -> Option<LocationId> {
        let location = self.location.as_ref().map(|location| Value::from(location.as_str()));
        for index in self.ids {
            let shape = &parameters[index];
            if location.is_none() && shape.required && !self.has_problem {
                problems.add(&At::argument("locationId"), || {
                    "is required: pass it here or in the locationId header".to_owned()
                });
                return None;
            }
            read[index].clone_from(&location);
        }
        for index in self.types {
            let kind = self.other_type.clone().or_else(|| location.is_some().then(|| TYPE_LOCATION.into()));
            read[index] = kind;
        }
        // Then `altId` is not the id of a location, and no rate limit is its own.
        if self.other_type.is_some() { None } else { self.location }
    }
}

/// The problem with another location than the one that is known.
fn foreign(pinned: bool) -> &'static str {
    if pinned {
        "differs from the location that this connection is pinned to: omit it"
    } else {
        "differs from the location in another argument of this call"
    }
}
