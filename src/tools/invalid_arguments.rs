//! What is wrong with a call's arguments, in one sentence.

use std::fmt;

use crate::leadconnector::ArgumentError;
use crate::text::{elide, truncate};

/// The most faults of a call that are told; the rest is counted.
pub const MAX_TOLD: usize = 20;

/// How many bytes of faults are told before the rest is only counted: a model reads them.
const MAX_TOLD_BYTES: usize = 3_000;

/// All that is wrong with a call's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidArguments(pub Vec<ArgumentError>);

impl fmt::Display for InvalidArguments {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut told, mut bytes) = (0, 0);
        for ArgumentError { argument, problem } in self.0.iter().take(MAX_TOLD) {
            if bytes > MAX_TOLD_BYTES {
                break;
            }
            let fault = format!("`{}` {}", truncate(argument), elide(problem));
            (told, bytes) = (told + 1, bytes + fault.len());
            write!(formatter, "{}{fault}", if told > 1 { "; " } else { "" })?;
        }
        match self.0.len() - told {
            0 => Ok(()),
            more => write!(formatter, "; and {more} more"),
        }
    }
}
