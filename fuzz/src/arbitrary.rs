//! Generates JSON from bytes: most random bytes are not valid JSON, but any bytes generate some.

use serde_json::{Map, Value};

/// The maximum depth; the JSON parser's limit is 128.
const MAX_DEPTH: usize = 8;

/// Values that are valid for some arguments, so that many calls succeed.
const PLAUSIBLE: [&str; 24] = [
    "c1",
    "LOC",
    "OTHER",
    "location",
    "5",
    "100",
    "-1",
    "2026-11-01",
    "2026-11-08T00:00:00Z",
    "1793181600000",
    "true",
    "[\"a\"]",
    "open",
    "SMS",
    "Email",
    "all",
    "asc",
    "..",
    "a/b",
    "a b?c#d",
    "a@example.com",
    "contacts.id",
    "{\"id\":\"f1\"}",
    "lead_score",
];

/// Property names of objects in arguments.
const NAMES: [&str; 12] = [
    "id",
    "key",
    "name",
    "field_value",
    "value",
    "status",
    "SMS",
    "all",
    "lead_score",
    "field",
    "direction",
    "isForwarded",
];

/// The bytes to generate values from. Once none are left, each byte counts as 0.
pub struct Bytes<'b>(pub &'b [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::from(self.byte()) % bound
    }

    fn text(&mut self) -> String {
        let length = usize::from(self.byte()).min(self.0.len());
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }

    /// Arguments, most of them with the given names.
    pub fn arguments(&mut self, known: &[String]) -> Map<String, Value> {
        let mut arguments = Map::new();
        while !self.0.is_empty() && arguments.len() < 40 {
            let prefix = self.pick(&["", "", "", "path_", "query_", "body_"]);
            let name = match usize::from(self.byte()) {
                choice if choice < 200 && !known.is_empty() => known[choice % known.len()].clone(),
                choice if choice < 240 => {
                    let others = ["locationId", "location_id", "altId", "altType", "fields", "customFields"];
                    others[choice % others.len()].to_owned()
                }
                _ => self.text(),
            };
            arguments.insert(format!("{prefix}{name}"), self.value(0));
        }
        arguments
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(12) {
            0..=3 => self.pick(&PLAUSIBLE).into(),
            4 => self.text().into(),
            5 => i64::from_le_bytes(std::array::from_fn(|_| self.byte())).into(),
            6 => f64::from_le_bytes(std::array::from_fn(|_| self.byte())).into(),
            7 => (self.below(2) == 0).into(),
            8 => Value::Null,
            9 if depth < MAX_DEPTH => (0..self.below(6)).map(|_| self.value(depth + 1)).collect(),
            10 if depth < MAX_DEPTH => self.object(depth).into(),
            11 if depth < MAX_DEPTH => self.value(depth + 1).to_string().into(),
            _ => self.byte().into(),
        }
    }

    fn object(&mut self, depth: usize) -> Map<String, Value> {
        let size = self.below(6);
        let mut object = Map::new();
        for _ in 0..size {
            let name = if self.below(4) == 0 { self.text() } else { self.pick(&NAMES).to_owned() };
            object.insert(name, self.value(depth + 1));
        }
        object
    }
}
