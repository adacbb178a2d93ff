//! Lists and objects that are sent as JSON text: command-line clients send every value as text.

use serde_json::Value;

use crate::leadconnector::field::{UniqueNames, check_structured_text};

/// The value that JSON text of a list or an object holds; any other value as it is.
///
/// # Errors
///
/// The problem with the text, as the rest of a sentence: it is too long, or an object in it has a name twice.
pub fn try_parse(value: Value) -> Result<Value, String> {
    let Value::String(text) = &value else { return Ok(value) };
    let trimmed = text.trim();
    if !trimmed.starts_with(['{', '[']) {
        return Ok(value);
    }
    check_structured_text(trimmed).map_err(|problem| format!("is wrong: {problem}"))?;
    match serde_json::from_str(trimmed) {
        Ok(UniqueNames(parsed)) => Ok(parsed),
        Err(error) if error.is_data() => Err(format!("is wrong: {error}")),
        Err(_) => Ok(value),
    }
}

/// The value that JSON text of a list or an object holds; any other value, and text that cannot be parsed, as it is.
pub fn parse(value: Value) -> Value {
    match &value {
        Value::String(text) => try_parse(text.as_str().into()).unwrap_or(value),
        _ => value,
    }
}
