//! What an endpoint's query and body may hold, as a table, and the check against it.
//!
//! Problems are worded the way the real API's framework (`NestJS` with class-validator) words them, because
//! clients read these words. Names that are not in the table are refused in queries as well as in bodies; of the real
//! API that is known for bodies and for some queries (`locationId` where opportunities say `location_id`).

use serde_json::{Map, Number, Value};

/// One query parameter or body property.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    name: &'static str,
    kind: FieldKind,
    required: bool,
}

#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    Text,
    /// A text that `null` clears.
    ClearableText,
    Flag,
    Number,
    /// A whole number between two bounds, both included.
    Count(u64, u64),
    Choice(&'static [&'static str]),
    /// A comma-separated list of choices.
    Choices(&'static [&'static str]),
    Texts,
    /// An array of anything.
    List,
    Record,
    /// An object with some of these keys, each holding an object with one of these statuses.
    Channels(&'static [&'static str], &'static [&'static str]),
    Anything,
}

pub const fn optional(name: &'static str, kind: FieldKind) -> Field {
    Field { name, kind, required: false }
}

pub const fn required(name: &'static str, kind: FieldKind) -> Field {
    Field { name, kind, required: true }
}

/// Values that passed the check. An optional field that was not sent, or sent empty in a query, is absent.
#[derive(Debug, Default)]
pub struct FieldValues(Map<String, Value>);

impl FieldValues {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// An empty text counts as none.
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

    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The items of a comma-separated list. `None`: no list was sent.
    pub fn items(&self, name: &str) -> Option<Vec<&str>> {
        let items = self.text(name)?.split(',').map(str::trim);
        Some(items.filter(|item| !item.is_empty()).collect())
    }
}

/// Reads a query, whose values are all strings, into the types its table names.
pub fn from_query(query: Map<String, Value>, table: &[Field], problems: &mut Vec<String>) -> FieldValues {
    let typed = query
        .into_iter()
        .filter(|(name, value)| value != "" || !is_optional(table, name))
        .map(|(name, value)| {
            let value = match (find(table, &name), &value) {
                (Some(field), Value::String(text)) => typed(field.kind, text).unwrap_or(value),
                _ => value,
            };
            (name, value)
        })
        .collect();
    check(typed, table, problems)
}

/// Checks a body.
pub fn from_body(body: Map<String, Value>, table: &[Field], problems: &mut Vec<String>) -> FieldValues {
    check(body, table, problems)
}

fn find<'t>(table: &'t [Field], name: &str) -> Option<&'t Field> {
    table.iter().find(|field| field.name == name)
}

fn is_optional(table: &[Field], name: &str) -> bool {
    find(table, name).is_some_and(|field| !field.required)
}

/// The text as the number or flag it stands for; the check words the problem if it stands for none.
fn typed(kind: FieldKind, text: &str) -> Option<Value> {
    match kind {
        FieldKind::Number | FieldKind::Count(..) => text
            .parse::<i64>()
            .map(Number::from)
            .ok()
            .or_else(|| Number::from_f64(text.parse().ok()?))
            .map(Value::Number),
        FieldKind::Flag => text.parse().ok().map(Value::Bool),
        _ => None,
    }
}

fn check(sent: Map<String, Value>, table: &[Field], problems: &mut Vec<String>) -> FieldValues {
    for name in sent.keys().filter(|name| find(table, name).is_none()) {
        problems.push(format!("property {name} should not exist"));
    }
    for field in table {
        match sent.get(field.name) {
            None if !field.required => {}
            // A missing list is no list: the words that removing tags without a body is known for.
            None if matches!(field.kind, FieldKind::Texts) => {
                problems.push(format!("{} must be an array", field.name));
            }
            None => problems.push(format!("{} should not be empty", field.name)),
            Some(Value::String(text)) if text.is_empty() && field.required => {
                problems.push(format!("{} should not be empty", field.name));
            }
            Some(value) => {
                if let Some(problem) = field.kind.problem(value) {
                    problems.push(format!("{} {problem}", field.name));
                }
            }
        }
    }
    FieldValues(sent)
}

impl FieldKind {
    /// What is wrong with a value, to be read after the field's name.
    fn problem(self, value: &Value) -> Option<String> {
        let plain = |right: bool, words: &str| (!right).then(|| words.to_owned());
        match self {
            Self::Anything => None,
            Self::ClearableText if value.is_null() => None,
            Self::Text | Self::ClearableText => plain(value.is_string(), "must be a string"),
            Self::Flag => plain(value.is_boolean(), "must be a boolean value"),
            Self::Number => plain(value.is_number(), "must be a number"),
            Self::Record => plain(value.is_object(), "must be an object"),
            Self::List => plain(value.is_array(), "must be an array"),
            Self::Texts => match value.as_array() {
                None => Some("must be an array".to_owned()),
                Some(texts) => plain(texts.iter().all(Value::is_string), "must hold strings only"),
            },
            Self::Count(min, max) => count_problem(value, min, max),
            Self::Choice(choices) => plain_choice(value.as_str().is_some_and(|v| choices.contains(&v)), choices),
            Self::Choices(choices) => {
                let all = |list: &str| list.split(',').all(|v| choices.contains(&v.trim()));
                plain_choice(value.as_str().is_some_and(all), choices)
            }
            Self::Channels(channels, statuses) => channels_problem(value, channels, statuses),
        }
    }
}

fn plain_choice(right: bool, choices: &[&str]) -> Option<String> {
    (!right).then(|| format!("must be one of the following values: {}", choices.join(", ")))
}

fn count_problem(value: &Value, min: u64, max: u64) -> Option<String> {
    if value.as_f64().is_some_and(|number| number < 0.0) || value.as_u64().is_some_and(|n| n < min) {
        return Some(format!("must not be less than {min}"));
    }
    match value.as_u64() {
        None => Some("must be an integer number".to_owned()),
        Some(number) if number > max => Some(format!("must not be greater than {max}")),
        Some(_) => None,
    }
}

fn channels_problem(value: &Value, channels: &[&str], statuses: &[&str]) -> Option<String> {
    let Some(settings) = value.as_object() else {
        return Some("must be an object".to_owned());
    };
    settings.iter().find_map(|(channel, setting)| {
        if !channels.contains(&channel.as_str()) {
            return Some(format!("property {channel} should not exist"));
        }
        let status = setting["status"].as_str().unwrap_or_default();
        let problem = plain_choice(statuses.contains(&status), statuses)?;
        Some(format!("{channel}.status {problem}"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TABLE: &[Field] = &[
        required("locationId", FieldKind::Text),
        optional("limit", FieldKind::Count(1, 100)),
        optional("sort", FieldKind::Choice(&["asc", "desc"])),
        optional("types", FieldKind::Choices(&["A", "B"])),
        optional("getTasks", FieldKind::Flag),
        optional("startAfter", FieldKind::Number),
    ];

    fn query_problems(query: &Value) -> Vec<String> {
        let mut problems = Vec::new();
        let query = query.as_object().unwrap().clone();
        from_query(query, TABLE, &mut problems);
        problems
    }

    #[test]
    fn a_query_is_read_into_types() {
        let query = json!({"locationId": "x", "limit": "20", "types": "A, B", "getTasks": "true",
            "startAfter": "1793491200000", "sort": ""});
        let mut problems = Vec::new();
        let fields = from_query(query.as_object().unwrap().clone(), TABLE, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(fields.count("limit"), Some(20));
        assert_eq!(fields.items("types"), Some(vec!["A", "B"]));
        assert!(fields.flag("getTasks"));
        assert_eq!(fields.number("startAfter"), Some(1_793_491_200_000));
        assert_eq!(fields.text("sort"), None);
    }

    #[test]
    fn every_problem_is_named() {
        let query = json!({"limit": "101", "sort": "up", "types": "A,C", "getTasks": "yes",
            "startAfter": "soon", "colour": "red"});
        let expected = [
            "property colour should not exist",
            "locationId should not be empty",
            "limit must not be greater than 100",
            "sort must be one of the following values: asc, desc",
            "types must be one of the following values: A, B",
            "getTasks must be a boolean value",
            "startAfter must be a number",
        ];
        assert_eq!(query_problems(&query), expected);
    }

    #[test]
    fn counts_have_bounds() {
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

    #[test]
    fn null_clears_only_what_may_be_cleared() {
        assert_eq!(FieldKind::ClearableText.problem(&Value::Null), None);
        assert!(FieldKind::Text.problem(&Value::Null).is_some());
        assert!(FieldKind::Texts.problem(&Value::Null).is_some());
    }

    #[test]
    fn channels_are_checked_to_the_status() {
        let kind = FieldKind::Channels(&["SMS"], &["active"]);
        assert_eq!(kind.problem(&json!({"SMS": {"status": "active"}})), None);
        for wrong in [json!([]), json!({"Fax": {}}), json!({"SMS": {"status": "on"}}), json!({"SMS": "on"})] {
            assert!(kind.problem(&wrong).is_some(), "{wrong}");
        }
    }
}
