//! The query parameters and body properties of a route, as a table, and the validation against it.
//!
//! Problems are worded as the real API's framework does (`NestJS` with class-validator), because clients read these
//! words. Unknown names are rejected in queries as well as in bodies. The real API is known to do so for bodies, and
//! for some queries (`locationId` where opportunities say `location_id`).

mod format;
mod nested;

use serde_json::{Map, Number, Value};

use super::time;

/// One query parameter or body property.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    name: &'static str,
    kind: FieldKind,
    required: bool,
}

/// The type of a field.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    String,
    Email,
    Phone,
    /// A date with a time and an offset, which is one moment.
    Moment,
    /// A day, or a moment.
    Date,
    Boolean,
    Number,
    /// A whole number between two bounds, both included.
    BoundedInt(u64, u64),
    OneOf(&'static [&'static str]),
    /// A comma-separated list of these values.
    CommaSeparated(&'static [&'static str]),
    Strings,
    Emails,
    /// An array of anything.
    Array,
    Object,
    /// An object with these properties, and perhaps others.
    Nested(&'static [Field]),
    /// An array of at least one such object.
    Items(&'static [Field]),
    /// An object with some of these keys, each holding an object with one of these statuses.
    Channels(&'static [&'static str], &'static [&'static str]),
    /// Another type, or `null`, which clears the value.
    Nullable(&'static FieldKind),
    Any,
}

pub const fn optional(name: &'static str, kind: FieldKind) -> Field {
    Field { name, kind, required: false }
}

pub const fn required(name: &'static str, kind: FieldKind) -> Field {
    Field { name, kind, required: true }
}

/// Valid values. An optional field that was not sent, or sent empty in a query, is absent.
#[derive(Debug, Default)]
pub struct FieldValues(Map<String, Value>);

impl FieldValues {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// A text; `None` if it is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        let number = self.get(name)?;
        // Epoch milliseconds may come as 1793491200000.0; the cast saturates.
        #[expect(clippy::cast_possible_truncation, reason = "a fraction of a millisecond")]
        number.as_i64().or_else(|| number.as_f64().map(|n| n as i64))
    }

    pub fn count(&self, name: &str) -> Option<usize> {
        usize::try_from(self.get(name)?.as_u64()?).ok()
    }

    /// The start of a [`FieldKind::Moment`] or [`FieldKind::Date`], in epoch milliseconds.
    pub fn moment(&self, name: &str) -> Option<i64> {
        time::parse_span(self.text(name)?).map(|(start, _)| start)
    }

    pub fn boolean(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The items of a comma-separated list; `None` if no list was sent.
    pub fn items(&self, name: &str) -> Option<Vec<&str>> {
        let items = self.text(name)?.split(',').map(str::trim);
        Some(items.filter(|item| !item.is_empty()).collect())
    }
}

/// Validates a query. Its values are all strings, and are converted to the types of the table.
pub fn from_query(query: Map<String, Value>, table: &[Field], problems: &mut Vec<String>) -> FieldValues {
    let typed = query
        .into_iter()
        .filter(|(name, value)| value != "" || !is_optional(table, name))
        .map(|(name, value)| {
            let value = match (find(table, &name), &value) {
                (Some(field), Value::String(text)) => convert(field.kind, text).unwrap_or(value),
                _ => value,
            };
            (name, value)
        })
        .collect();
    validate(typed, table, problems)
}

/// Validates a body.
pub fn from_body(body: Map<String, Value>, table: &[Field], problems: &mut Vec<String>) -> FieldValues {
    validate(body, table, problems)
}

fn find<'t>(table: &'t [Field], name: &str) -> Option<&'t Field> {
    table.iter().find(|field| field.name == name)
}

fn is_optional(table: &[Field], name: &str) -> bool {
    find(table, name).is_some_and(|field| !field.required)
}

/// The text as a number or boolean. `None` if it is none; the validation then reports the problem.
fn convert(kind: FieldKind, text: &str) -> Option<Value> {
    match kind {
        FieldKind::Number | FieldKind::BoundedInt(..) => text
            .parse::<i64>()
            .map(Number::from)
            .ok()
            .or_else(|| Number::from_f64(text.parse().ok()?))
            .map(Value::Number),
        FieldKind::Boolean => text.parse().ok().map(Value::Bool),
        _ => None,
    }
}

fn validate(sent: Map<String, Value>, table: &[Field], problems: &mut Vec<String>) -> FieldValues {
    for name in sent.keys().filter(|name| find(table, name).is_none()) {
        problems.push(format!("property {name} should not exist"));
    }
    problems.extend(table.iter().filter_map(|field| check(field, sent.get(field.name))));
    FieldValues(sent)
}

/// What is wrong with a field, given what was sent of it.
fn check(field: &Field, sent: Option<&Value>) -> Option<String> {
    match sent {
        None if !field.required => None,
        // The message that removing tags without a body is known for.
        None if matches!(field.kind, FieldKind::Strings) => Some(format!("{} must be an array", field.name)),
        None => Some(format!("{} should not be empty", field.name)),
        Some(Value::String(text)) if text.is_empty() && field.required => {
            Some(format!("{} should not be empty", field.name))
        }
        Some(value) => field.kind.problem(field.name, value),
    }
}

impl FieldKind {
    /// What is wrong with the value of the field with this name.
    fn problem(self, name: &str, value: &Value) -> Option<String> {
        let text = value.as_str();
        let (is_valid, expected) = match self {
            Self::Any => return None,
            Self::Nullable(_) if value.is_null() => return None,
            Self::Nullable(kind) => return kind.problem(name, value),
            Self::BoundedInt(min, max) => return int_problem(name, value, min, max),
            Self::Strings => return items_problem(name, value, "a string", |_| true),
            Self::Emails => return items_problem(name, value, "an email", format::is_email),
            Self::OneOf(values) => return choice_problem(name, text.as_slice(), values),
            Self::CommaSeparated(values) => {
                let items: Vec<&str> = text.into_iter().flat_map(|list| list.split(',')).map(str::trim).collect();
                return choice_problem(name, &items, values);
            }
            Self::Channels(channels, statuses) => return channels_problem(name, value, channels, statuses),
            Self::Nested(table) => return nested::object_problem(name, value, table),
            Self::Items(table) => return nested::items_problem(name, value, table),
            Self::Moment => {
                let is_moment = text.is_some_and(|text| time::epoch_ms(text).is_some());
                (is_moment, "a valid ISO 8601 date string with an offset")
            }
            Self::Date => {
                let is_date = text.is_some_and(|text| time::parse_span(text).is_some());
                (is_date, "a valid ISO 8601 date string")
            }
            Self::String => (value.is_string(), "a string"),
            Self::Email => (text.is_some_and(format::is_email), "an email"),
            Self::Phone => (text.is_some_and(format::is_phone), "a valid phone number"),
            Self::Boolean => (value.is_boolean(), "a boolean value"),
            Self::Number => (value.is_number(), "a number conforming to the specified constraints"),
            Self::Object => (value.is_object(), "an object"),
            Self::Array => (value.is_array(), "an array"),
        };
        (!is_valid).then(|| format!("{name} must be {expected}"))
    }
}

fn items_problem(name: &str, value: &Value, expected: &str, is_valid: fn(&str) -> bool) -> Option<String> {
    let Some(items) = value.as_array() else {
        return Some(format!("{name} must be an array"));
    };
    let all_valid = items.iter().all(|item| item.as_str().is_some_and(is_valid));
    (!all_valid).then(|| format!("each value in {name} must be {expected}"))
}

/// No items are those of a value that is no text.
fn choice_problem(name: &str, items: &[&str], values: &[&str]) -> Option<String> {
    let is_valid = !items.is_empty() && items.iter().all(|item| values.contains(item));
    (!is_valid).then(|| format!("{name} must be one of the following values: {}", values.join(", ")))
}

fn int_problem(name: &str, value: &Value, min: u64, max: u64) -> Option<String> {
    let is_negative = value.as_f64().is_some_and(|number| number < 0.0);
    match value.as_u64() {
        Some(number) if number > max => Some(format!("{name} must not be greater than {max}")),
        Some(number) if number >= min => None,
        None if !is_negative => Some(format!("{name} must be an integer number")),
        _ => Some(format!("{name} must not be less than {min}")),
    }
}

fn channels_problem(name: &str, value: &Value, channels: &[&str], statuses: &[&str]) -> Option<String> {
    let Some(settings) = value.as_object() else {
        return Some(format!("{name} must be an object"));
    };
    settings.iter().find_map(|(channel, setting)| {
        if !channels.contains(&channel.as_str()) {
            return Some(format!("{name}.property {channel} should not exist"));
        }
        choice_problem(&format!("{name}.{channel}.status"), setting["status"].as_str().as_slice(), statuses)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TABLE: &[Field] = &[
        required("locationId", FieldKind::String),
        optional("limit", FieldKind::BoundedInt(1, 100)),
        optional("sort", FieldKind::OneOf(&["asc", "desc"])),
        optional("types", FieldKind::CommaSeparated(&["A", "B"])),
        optional("getTasks", FieldKind::Boolean),
        optional("startAfter", FieldKind::Number),
    ];

    fn query_problems(query: &Value) -> Vec<String> {
        let mut problems = Vec::new();
        let query = query.as_object().unwrap().clone();
        from_query(query, TABLE, &mut problems);
        problems
    }

    #[test]
    fn a_query_is_converted_to_types() {
        let query = json!({"locationId": "x", "limit": "20", "types": "A, B", "getTasks": "true",
            "startAfter": "1793491200000", "sort": ""});
        let mut problems = Vec::new();
        let fields = from_query(query.as_object().unwrap().clone(), TABLE, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(fields.count("limit"), Some(20));
        assert_eq!(fields.items("types"), Some(vec!["A", "B"]));
        assert!(fields.boolean("getTasks"));
        assert_eq!(fields.number("startAfter"), Some(1_793_491_200_000));
        assert_eq!(fields.text("sort"), None);
    }

    #[test]
    fn every_problem_is_reported() {
        let query = json!({"limit": "101", "sort": "up", "types": "A,C", "getTasks": "yes",
            "startAfter": "soon", "colour": "red"});
        let expected = [
            "property colour should not exist",
            "locationId should not be empty",
            "limit must not be greater than 100",
            "sort must be one of the following values: asc, desc",
            "types must be one of the following values: A, B",
            "getTasks must be a boolean value",
            "startAfter must be a number conforming to the specified constraints",
        ];
        assert_eq!(query_problems(&query), expected);
    }

    #[test]
    fn integers_have_bounds() {
        for (limit, problem) in [
            ("0", "limit must not be less than 1"),
            ("-3", "limit must not be less than 1"),
            ("2.5", "limit must be an integer number"),
            ("many", "limit must be an integer number"),
        ] {
            let query = json!({"locationId": "x", "limit": limit});
            assert_eq!(query_problems(&query), [problem], "{limit}");
        }
    }

    fn problem(kind: FieldKind, value: &Value) -> Option<String> {
        kind.problem("x", value)
    }

    #[test]
    fn null_clears_nullable_values_only() {
        let nullable = FieldKind::Nullable(&FieldKind::Email);
        assert_eq!(problem(nullable, &Value::Null), None);
        assert_eq!(problem(nullable, &json!("a@b")), Some("x must be an email".to_owned()));
        for kind in [FieldKind::String, FieldKind::Email, FieldKind::Phone, FieldKind::Strings] {
            assert!(problem(kind, &Value::Null).is_some(), "{kind:?}");
        }
    }

    #[test]
    fn every_item_of_a_list_is_validated() {
        assert_eq!(problem(FieldKind::Emails, &json!(["a@example.com"])), None);
        let wrong = json!(["a@example.com", "b"]);
        assert_eq!(problem(FieldKind::Emails, &wrong).unwrap(), "each value in x must be an email");
        assert_eq!(problem(FieldKind::Strings, &json!([1])).unwrap(), "each value in x must be a string");
        assert_eq!(problem(FieldKind::Strings, &json!("a")).unwrap(), "x must be an array");
    }

    #[test]
    fn channels_are_validated_down_to_the_status() {
        let kind = FieldKind::Channels(&["SMS"], &["active"]);
        assert_eq!(problem(kind, &json!({"SMS": {"status": "active"}})), None);
        for (wrong, expected) in [
            (json!([]), "x must be an object"),
            (json!({"Fax": {}}), "x.property Fax should not exist"),
            (json!({"SMS": {"status": "on"}}), "x.SMS.status must be one of the following values: active"),
            (json!({"SMS": "on"}), "x.SMS.status must be one of the following values: active"),
        ] {
            assert_eq!(problem(kind, &wrong).as_deref(), Some(expected), "{wrong}");
        }
    }
}
