//! Text and ids.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::inline_schema;
use crate::leadconnector::path;

/// Any text. Also accepts a number as its digits: models send postal codes and phone numbers this way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(pub String);

inline_schema!(Text, "Text", { "type": "string" });

/// The longest id that is accepted, in bytes; real ones have about 24 characters.
const MAX_ID_BYTES: usize = 256;

/// The id of a record: text that can be a path segment, so not empty, `.` or `..`, and not too long.
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
        match path::segment_problem(&id) {
            None if id.len() > MAX_ID_BYTES => {
                Err(de::Error::custom(format_args!("not a valid id: it is longer than {MAX_ID_BYTES} bytes")))
            }
            Some(problem) => Err(de::Error::custom(format_args!("not a valid id: it {problem}"))),
            None => Ok(Self(id)),
        }
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
    fn an_id_can_be_a_path_segment() {
        assert_eq!(from_value::<Id>(json!("a/b")).unwrap(), Id("a/b".into()));
        assert!(from_value::<Id>(json!("x".repeat(256))).is_ok());
        for bad in ["", ".", "..", &"x".repeat(257)] {
            assert!(from_value::<Id>(json!(bad)).is_err(), "{bad:?}");
        }
    }
}
