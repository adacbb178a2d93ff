//! The id of a location (a sub-account).

use std::fmt;
use std::str::FromStr;

use super::placeholder::{self, Placeholder};
use crate::text::tokens::contains_token;

/// The longest location id that is accepted, in characters; real ones have 20.
const MAX_LENGTH: usize = 128;

/// The id of a location: ASCII letters, digits, `-` and `_`, so that it can be a header value and a path segment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LocationId(String);

/// The text is not a location id. Displayed, it follows "is".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLocationId {
    /// It has a form that no location id has.
    #[error("not a location id: it must be 1 to {MAX_LENGTH} letters, digits, `-` or `_`, and not a token")]
    Malformed,
    /// It was never filled in.
    #[error("{0}")]
    Placeholder(Placeholder),
}

impl LocationId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LocationId {
    type Err = InvalidLocationId;

    fn from_str(text: &str) -> Result<Self, InvalidLocationId> {
        if let Some(placeholder) = placeholder::find_in_location(text) {
            return Err(InvalidLocationId::Placeholder(placeholder));
        }
        // A token given as location id would be logged, so it is rejected, wherever in the text it begins.
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let valid =
            !contains_token(text.as_bytes()) && (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(is_allowed);
        valid.then(|| Self(text.to_owned())).ok_or(InvalidLocationId::Malformed)
    }
}

impl fmt::Display for LocationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_are_accepted() {
        assert_eq!("ve9EPM428h8vShlRW1KT".parse::<LocationId>().unwrap().as_str(), "ve9EPM428h8vShlRW1KT");
        for bad in ["pit-00000000-0000", "PIT-1", "", "..", "a b", "a/b", "ü", "a\nb", &"x".repeat(129)] {
            assert!(bad.parse::<LocationId>().is_err(), "{bad:?}");
        }
    }
}
