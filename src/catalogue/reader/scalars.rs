//! Reads texts, numbers and booleans, and matches them to the documented values.

use serde_json::{Number, Value};

use super::at::At;
use super::names;
use super::problems::{Problems, shown_value};
use crate::catalogue::shape::{Shape, Type};

/// The maximum number of documented values in a note.
const MAX_VALUES: usize = 8;

/// Reads a text, a number or a boolean, perhaps in another form.
pub fn read(shape: &Shape, value: &Value, at: &At<'_>, problems: &mut Problems) -> Option<Value> {
    let converted = match shape.kind {
        Type::Number => number(value).map(Value::Number),
        Type::Integer => number(value).and_then(|number| whole(&number)).map(Value::from),
        Type::Boolean => boolean(value).map(Value::Bool),
        _ => text(value),
    };
    let Some(converted) = converted else {
        problems.add(at, || format!("must be {}, not {}", expected(shape), shown_value(value)));
        return None;
    };
    let documented = documented(shape, converted, at, problems);
    if let Some(problem) = out_of_bounds(shape, &documented) {
        problems.add(at, || problem);
        return None;
    }
    Some(documented)
}

/// What a shape expects, with its article.
pub fn expected(shape: &Shape) -> &'static str {
    match shape.kind {
        Type::String => "text",
        Type::Number => "a number",
        Type::Integer => "a whole number",
        Type::Boolean => "true or false",
        Type::Array => "a list",
        Type::Object => "an object",
        Type::Any => "a value",
    }
}

/// Whether a value has a type as it is.
pub fn is_of_kind(value: &Value, kind: Type) -> bool {
    match kind {
        Type::String => value.is_string(),
        Type::Number => value.is_number(),
        Type::Integer => value.is_i64() || value.is_u64(),
        Type::Boolean => value.is_boolean(),
        Type::Array => value.is_array(),
        Type::Object => value.is_object(),
        Type::Any => true,
    }
}

/// How many are allowed.
pub fn bounds(least: Option<usize>, most: Option<usize>) -> String {
    match (least, most) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "any number".to_owned(),
    }
}

fn text(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(boolean) => Some(boolean.to_string().into()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A number without a fraction: a client whose numbers are all floats sends 20.0.
fn whole(number: &Number) -> Option<Number> {
    if number.is_i64() || number.is_u64() {
        return Some(number.clone());
    }
    let float = number.as_f64()?;
    // 2^53: above it a float cannot represent every whole number.
    let exact = float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "checked to be exact above")]
    exact.then_some((float as i64).into())
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(boolean) => Some(*boolean),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The documented value that is meant. Another one is kept and noted: some documents contradict their own examples.
fn documented(shape: &Shape, value: Value, at: &At<'_>, problems: &mut Problems) -> Value {
    if shape.values.is_empty() || shape.values.contains(&value) {
        return value;
    }
    let as_text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let given = as_text(&value);
    // Where the types differ, the declared type is kept.
    // Values beyond those that can be noted are sent as they are: matching thousands of them with a long enum takes long.
    let meant =
        shape.values.iter().filter(|_| problems.can_note()).find(|known| names::same(&as_text(known), given.trim()));
    if let Some(meant) = meant {
        return if is_of_kind(meant, shape.kind) { meant.clone() } else { value };
    }
    problems.note(|| {
        let known: Vec<String> = shape.values.iter().take(MAX_VALUES).map(as_text).collect();
        let more = shape.values.len() - known.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("`{at}` is sent as {}; documented values: {}{more}", shown_value(&value), known.join(", "))
    });
    value
}

fn out_of_bounds(shape: &Shape, value: &Value) -> Option<String> {
    if let Value::String(text) = value {
        if shape.min_length.is_none() && shape.max_length.is_none() {
            return None;
        }
        let length = text.chars().count();
        let is_within =
            shape.min_length.is_none_or(|least| length >= least) && shape.max_length.is_none_or(|most| length <= most);
        let bounds = || bounds(shape.min_length, shape.max_length);
        return (!is_within).then(|| format!("has {length} characters, but takes {}", bounds()));
    }
    let number = value.as_f64()?;
    let least = shape.minimum.as_ref().filter(|least| least.as_f64().is_some_and(|least| number < least));
    let most = shape.maximum.as_ref().filter(|most| most.as_f64().is_some_and(|most| number > most));
    match (least, most) {
        (Some(least), _) => Some(format!("is {value}, but must be at least {least}")),
        (_, Some(most)) => Some(format!("is {value}, but must be at most {most}")),
        (None, None) => None,
    }
}
