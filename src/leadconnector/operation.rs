//! Operations of the API: an operation is its parameters and the endpoint that it calls.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::endpoint::Endpoint;

/// One operation of the API. The implementing type holds its parameters, under the API's own names.
pub trait Operation: DeserializeOwned + Serialize + JsonSchema {
    /// The endpoint that the operation calls.
    const ENDPOINT: Endpoint;

    /// Validates the parameters together, beyond what their types check. Returns every error.
    fn validate(&self) -> Vec<ArgumentError> {
        Vec::new()
    }
}

/// An invalid argument, with a message that says how to fix it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentError {
    /// The argument's name; for a nested one its path, like `dndSettings.SMS.status`.
    pub argument: String,
    /// The problem, as the rest of a sentence that begins with the argument's name.
    pub problem: String,
}

impl ArgumentError {
    /// Creates the error of one argument.
    pub fn new(argument: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { argument: argument.into(), problem: problem.into() }
    }
}
