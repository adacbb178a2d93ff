//! What the API offers: an operation is its parameters and the endpoint that it calls.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::endpoint::Endpoint;

/// One operation of the API. The implementing type holds its parameters, under the API's own names.
pub trait Operation: DeserializeOwned + Serialize + JsonSchema {
    /// The endpoint that the operation calls.
    const ENDPOINT: Endpoint;

    /// What is wrong with the parameters as a whole, beyond what their types say.
    fn validate(&self) -> Vec<ArgumentError> {
        Vec::new()
    }
}

/// What is wrong with an argument, in words that say how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentError {
    /// The argument's name; for a nested one its path, like `dndSettings.SMS.status`.
    pub argument: String,
    /// The rest of a sentence that begins with the argument's name.
    pub problem: String,
}

impl ArgumentError {
    /// A fault of one argument.
    pub fn new(argument: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { argument: argument.into(), problem: problem.into() }
    }
}
