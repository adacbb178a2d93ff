//! Times: those that the API takes as a count since 1970 are also accepted as dates, and a date must have an offset.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::at::At;
use super::problems::Problems;
use crate::catalogue::shape::{Shape, Type};
use crate::leadconnector::field::{EpochMillis, EpochSeconds};
use crate::text::elide;
use crate::text::tokens::mask_tokens;

/// The unit of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Milliseconds,
    Seconds,
}

/// The unit of a shape's times; `None` if it is no such time.
pub fn unit(shape: &Shape) -> Option<Unit> {
    match shape.format.as_deref() {
        Some("epoch-ms") => Some(Unit::Milliseconds),
        Some("epoch-s") => Some(Unit::Seconds),
        _ => None,
    }
}

/// Reads a date with an offset, which stays as it is. One without would be read in a time zone that nobody named.
pub fn date(value: &Value, at: &At<'_>, problems: &mut Problems) -> Option<Value> {
    let text = value.as_str().map(str::trim).unwrap_or_default();
    match EpochMillis::deserialize(value) {
        Ok(_) if text.len() == "2026-11-26".len() && text.contains('-') => {
            problems.add(at, || "is a day: give a time with its offset, like 2026-11-26T17:00:00-05:00".to_owned());
            None
        }
        Ok(_) if text.contains('-') => Some(value.clone()),
        Ok(EpochMillis(count)) => Timestamp::from_millisecond(count).ok().map(|time| time.to_string().into()),
        Err(error) => {
            problems.add(at, || format!("is wrong: {}", mask_tokens(&elide(&error.to_string()))));
            None
        }
    }
}

/// Reads a count, a date with an offset, or a day.
pub fn read(unit: Unit, shape: &Shape, value: &Value, at: &At<'_>, problems: &mut Problems) -> Option<Value> {
    let count = match unit {
        Unit::Milliseconds => EpochMillis::deserialize(value).map(|EpochMillis(count)| count),
        Unit::Seconds => EpochSeconds::deserialize(value).map(|EpochSeconds(count)| count),
    };
    match count {
        Ok(count) if shape.kind == Type::String => Some(count.to_string().into()),
        Ok(count) => Some(count.into()),
        Err(error) => {
            problems.add(at, || format!("is wrong: {}", mask_tokens(&elide(&error.to_string()))));
            None
        }
    }
}
