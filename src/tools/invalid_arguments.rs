//! The problems with a call's arguments, in one message.

use std::fmt;

use crate::leadconnector::ArgumentError;
use crate::text::{elide, truncate};

/// The maximum number of problems that a message reports; the rest is only counted.
pub const MAX_REPORTED: usize = 20;

/// The size of a message, in bytes, from which the remaining problems are only counted: a model reads it.
const MAX_REPORTED_BYTES: usize = 3_000;

/// All problems with a call's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidArguments(pub Vec<ArgumentError>);

impl InvalidArguments {
    /// One problem.
    pub fn one(argument: impl Into<String>, problem: impl Into<String>) -> Self {
        Self(vec![ArgumentError::new(argument, problem)])
    }
}

impl fmt::Display for InvalidArguments {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut reported, mut bytes) = (0, 0);
        for ArgumentError { argument, problem } in self.0.iter().take(MAX_REPORTED) {
            if bytes > MAX_REPORTED_BYTES {
                break;
            }
            let error = format!("`{}` {}", truncate(argument), elide(problem));
            (reported, bytes) = (reported + 1, bytes + error.len());
            write!(formatter, "{}{error}", if reported > 1 { "; " } else { "" })?;
        }
        match self.0.len() - reported {
            0 => Ok(()),
            more => write!(formatter, "; and {more} more"),
        }
    }
}
