//! Text and ids.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::inline_schema;
use crate::leadconnector::path;
use crate::text::tokens::contains_token;

/// Any text. Also accepts a number as its digits: models send postal codes and phone numbers this way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(pub String);

inline_schema!(Text, "Text", { "type": "string" });

/// The longest id that is accepted, in bytes; real ones have about 24 characters.
const MAX_ID_BYTES: usize = 256;

/// How the problem with a value begins that is not an id.
pub const NOT_AN_ID: &str = "not a valid id";

/// The length, in characters, from which text of letters only may be an id. The API's ids are 20 or 24 random letters and digits,
/// or UUIDs. One in thirty of those with 20 characters happens to have no digit, and names rarely have 15 letters.
const MIN_LETTERS: usize = 15;

/// The id of a record: text that can be a path segment, so not empty, `.` or `..`, and not too long; and not a name, an email
/// address or a phrase.
///
/// For a name in place of an id the API often returns an empty list instead of an error, and a model then reports that there is
/// nothing. So what cannot be an id is rejected: white space, control characters, `@`, other than ASCII, the punctuation of paths
/// and URLs, tokens, and one word of letters. Nothing else is known of ids: some are of other systems, with punctuation
/// (`sub_1Nx…`), so the rule is not a pattern for them. Digits alone make a value an id here, because a name has none; a single
/// letter is allowed, because it is no name either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Id(pub String);

inline_schema!(Id, "Id", { "type": "string" });

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor("text")).map(Self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = deserializer.deserialize_any(TextVisitor("an id (text)"))?;
        if let Some(problem) = path::segment_problem(&id) {
            return Err(de::Error::custom(format_args!("{NOT_AN_ID}: it {problem}")));
        }
        if id.len() > MAX_ID_BYTES {
            return Err(de::Error::custom(format_args!("{NOT_AN_ID}: it is longer than {MAX_ID_BYTES} bytes")));
        }
        if contains_token(id.as_bytes()) {
            // It would stand in a URL, which is logged on its way; and it is not repeated here.
            return Err(de::Error::custom(format_args!("{NOT_AN_ID}: it contains a token")));
        }
        match name_problem(&id) {
            Some(problem) => Err(de::Error::custom(format_args!("{NOT_AN_ID}: {id:?} {problem}"))),
            None => Ok(Self(id)),
        }
    }
}

/// Why text is a name or a phrase instead of an id, as the rest of a sentence; `None` if it can be an id.
fn name_problem(id: &str) -> Option<&'static str> {
    if id.contains('@') {
        Some("is an email address")
    } else if !id.is_ascii() || id.contains(|char: char| char.is_ascii_whitespace() || char.is_ascii_control()) {
        Some("is a name or other text")
    } else if id.contains(['/', '\\', '%', '?', '#']) {
        // Percent-encoded they stay in their segment; but a proxy on the way may decode them.
        Some("is a path or a URL")
    } else if (2..MIN_LETTERS).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Some("is a word")
    } else {
        None
    }
}

/// Reads text, or a number as text. The field is the `expecting` text.
struct TextVisitor(&'static str);

impl Visitor<'_> for TextVisitor {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<String, E> {
        Ok(text)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn numbers_are_accepted_as_text() {
        assert_eq!(from_value::<Text>(json!(35061)).unwrap(), Text("35061".into()));
        assert_eq!(from_value::<Text>(json!(-1.5)).unwrap(), Text("-1.5".into()));
        let error = from_value::<Text>(json!(true)).unwrap_err().to_string();
        assert_eq!(error, "invalid type: boolean `true`, expected text");
    }

    #[test]
    fn what_cannot_be_an_id_is_rejected() {
        for (given, problem) in [
            ("Rosa", "\"Rosa\" is a word"),
            ("main", "\"main\" is a word"),
            ("Al", "\"Al\" is a word"),
            ("Roofing projects", "\"Roofing projects\" is a name or other text"),
            ("c1 ", "\"c1 \" is a name or other text"),
            ("Søren", "\"Søren\" is a name or other text"),
            ("rosa@example.com", "\"rosa@example.com\" is an email address"),
        ] {
            let error = from_value::<Id>(json!(given)).unwrap_err().to_string();
            assert_eq!(error, format!("not a valid id: {problem}"));
        }
    }

    proptest! {
        #[test]
        fn every_id_of_the_api_is_accepted(id in "[A-Za-z0-9]{20}|[a-f0-9]{24}|[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}") {
            prop_assert_eq!(from_value::<Id>(json!(id)).unwrap(), Id(id));
        }

        #[test]
        fn no_name_or_email_is_accepted(first in "\\p{L}{2,14}", last in "\\p{L}{2,20}") {
            let names = [first.clone(), format!("{first} {last}"), format!("{first}@{last}.example")];
            for name in names {
                prop_assert!(from_value::<Id>(json!(name)).is_err(), "{name}");
            }
        }
    }

    #[test]
    fn an_id_can_be_a_path_segment() {
        for path in ["a/b", "../x1", "%2e%2e%2fx1", "x1?a=1", "x1#y"] {
            assert!(from_value::<Id>(json!(path)).unwrap_err().to_string().ends_with("is a path or a URL"), "{path}");
        }
        let error = from_value::<Id>(json!("pit-0123456789")).unwrap_err().to_string();
        assert_eq!(error, "not a valid id: it contains a token");
        assert!(from_value::<Id>(json!("x".repeat(256))).is_ok());
        for bad in ["", ".", "..", &"x".repeat(257)] {
            assert!(from_value::<Id>(json!(bad)).is_err(), "{bad:?}");
        }
    }
}
