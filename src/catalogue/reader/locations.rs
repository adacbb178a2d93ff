//! A call that is bound to a location names no other, wherever in its arguments.

use serde_json::{Map, Value};

use super::at::At;
use super::extra;
use super::json_text;
use super::names;
use super::problems::{Problems, shown};
use crate::catalogue::operation::Operation;
use crate::leadconnector::LocationId;

/// Names, folded, that end like that of a location and are no sub-accounts: places of meetings and of services.
const OTHER_PLACES: [&str; 2] = ["meetinglocationid", "servicelocationid"];

/// Top-level lists `locations` that hold no sub-accounts but regions.
const REGIONS: [&str; 1] = ["ad-manager_google-get-keyword-ideas"];

/// How deep JSON text within JSON text is searched. The API parses one level at most.
const MAX_TEXTS: usize = 4;

/// What a name holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// Ids of locations: one, a list, or text with commas.
    Ids,
    /// Ids of locations, or objects with one each.
    Locations,
    /// The type of an entity: `location`.
    Type,
    /// Anything else.
    Other,
}

struct Search<'a> {
    pinned: &'a LocationId,
    problems: &'a mut Problems,
}

/// Checks all values of a call.
pub fn check(
    operation: &'static Operation,
    read: &[Option<Value>],
    unchecked: &Map<String, Value>,
    pinned: &LocationId,
    problems: &mut Problems,
) {
    let mut search = Search { pinned, problems };
    for (shape, value) in operation.parameters().iter().zip(read) {
        let Some(value) = value else { continue };
        let held = match held(&shape.name) {
            Held::Locations if REGIONS.contains(&operation.name) => Held::Other,
            // The places of the location are filled in. This one is another system's id: see `Slots`.
            Held::Ids if shape.name == "altId" && value.as_str() != Some(pinned.as_str()) => Held::Other,
            held => held,
        };
        search.value(held, value, &At::argument(shape.argument()), 0);
    }
    let within = At::argument(extra::EXTRA);
    for (key, value) in unchecked {
        // Any step of a path: a parser may take `locationId.x` for the plain name.
        let held = key.split('.').map(held).find(|held| *held != Held::Other).unwrap_or(Held::Other);
        search.value(held, value, &within.field(&shown(key)), 0);
    }
}

/// What a name holds.
fn held(name: &str) -> Held {
    // Parsers of forms turn `[locationId]` and `locationId[]` into the plain name, and some strip other characters.
    let folded: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect();
    let is_id = folded.contains("locationid");
    match folded.as_str() {
        name if OTHER_PLACES.iter().any(|place| name.contains(place)) => Held::Other,
        "altid" | "altids" | "subaccountid" | "subaccountids" => Held::Ids,
        _ if is_id => Held::Ids,
        "locations" | "subaccounts" | "subaccount" => Held::Locations,
        "alttype" => Held::Type,
        _ => Held::Other,
    }
}

impl Search<'_> {
    fn value(&mut self, held: Held, value: &Value, at: &At<'_>, texts: usize) {
        match (held, value) {
            (_, Value::Null | Value::Bool(_)) | (Held::Type | Held::Other, Value::Number(_)) => {}
            (Held::Type, Value::String(text)) if names::same(text.trim(), "location") || text.is_empty() => {}
            (Held::Type, Value::String(_)) => self.problems.add(at, || "must be \"location\"".to_owned()),
            (Held::Ids | Held::Locations, Value::String(text)) => self.ids(held, text, at, texts),
            (Held::Ids | Held::Locations, Value::Number(_)) => self.foreign(at),
            (Held::Locations, Value::Object(fields)) => {
                for (name, value) in fields {
                    let held = if name == "id" || name == "_id" { Held::Ids } else { self::held(name) };
                    self.value(held, value, &at.field(name), texts);
                }
            }
            // A condition: `{"$in": […]}`.
            (Held::Ids, Value::Object(fields)) => {
                for (name, value) in fields {
                    self.value(held, value, &at.field(name), texts);
                }
            }
            (_, Value::Array(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    self.value(held, element, &at.element(index), texts);
                }
            }
            (_, Value::Object(fields)) => self.object(fields, at, texts),
            (_, Value::String(text)) => self.text(text, at, texts),
        }
    }

    fn object(&mut self, fields: &Map<String, Value>, at: &At<'_>, texts: usize) {
        // A filter: `{"field": "locationId", "value": "…"}`, whatever the two are called.
        let is_about_locations =
            fields.values().any(|value| value.as_str().is_some_and(|text| held(text) == Held::Ids));
        let filtered = if is_about_locations { Held::Ids } else { Held::Other };
        for (name, value) in fields {
            let is_filter = filtered == Held::Ids && name.to_ascii_lowercase().starts_with("value");
            self.value(if is_filter { filtered } else { held(name) }, value, &at.field(name), texts);
        }
    }

    fn ids(&mut self, held: Held, text: &str, at: &At<'_>, texts: usize) {
        if text.trim_start().starts_with(['{', '[']) {
            return match parse(text, texts) {
                Some(parsed) => self.value(held, &parsed, at, texts + 1),
                None => self.foreign(at),
            };
        }
        let mut ids = text.split(',').map(str::trim).filter(|id| !id.is_empty());
        if ids.any(|id| id != self.pinned.as_str()) {
            self.foreign(at);
        }
    }

    /// Text that may be JSON: the API may parse it.
    fn text(&mut self, text: &str, at: &At<'_>, texts: usize) {
        if !text.trim_start().starts_with(['{', '[']) {
            return;
        }
        match parse(text, texts) {
            Some(parsed) => self.value(Held::Other, &parsed, at, texts + 1),
            None if mentions_location(text) => {
                self.problems.add(at, || {
                    "holds JSON text with a location, which is too long, too deep or malformed to be checked".to_owned()
                });
            }
            None => {}
        }
    }

    fn foreign(&mut self, at: &At<'_>) {
        // Never the value itself: it may be a token in the wrong place.
        self.problems.add(at, || "names a location other than the one that this connection is pinned to".to_owned());
    }
}

/// The value of JSON text; `None` if it is malformed, too long or too deep within other text.
fn parse(text: &str, texts: usize) -> Option<Value> {
    if texts >= MAX_TEXTS {
        return None;
    }
    let parsed = json_text::try_parse(text.into()).ok()?;
    (!parsed.is_string()).then_some(parsed)
}

/// Whether text has a name of a location.
fn mentions_location(text: &str) -> bool {
    let folded: String = names::folded(text).collect();
    ["locationid", "altid", "\"locations\"", "subaccount"].iter().any(|name| folded.contains(name))
}
