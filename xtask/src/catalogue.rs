//! `catalogue`: writes `catalogue/operations.jsonl` from the API's published documents and from the overlay.
//!
//! Facts (names, places, types, enums, versions, scopes) come from the documents, words from the overlay. What the documents
//! leave open, or contradict, has a rule here or an entry in the overlay: anything else is an error, never a guess.

mod changes;
mod documents;
mod facts;
mod overlay;
mod scopes;
mod shapes;
mod times;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::{Generated, path};
use documents::Documents;
use overlay::Overlay;

/// The catalogue, from the repository's root.
pub const FILE: &str = "catalogue/operations.jsonl";

/// The version of the API's documents that is taken where both describe an operation. The other is taken for what only it has.
const PREFERRED: documents::Edition = documents::Edition::V2;

/// The result of a run: the file, and what it would change in the one that is there.
pub struct Catalogue {
    pub file: Generated,
    /// One line for each operation that differs from the current file.
    pub changes: Vec<String>,
    /// How many places each rule for an irregularity applied to.
    pub irregularities: BTreeMap<&'static str, usize>,
}

/// Reads the documents in a folder and the overlay.
pub fn read(folder: &Path) -> Result<Catalogue, String> {
    let documents = Documents::read(folder, PREFERRED)?;
    let overlay = Overlay::read(&path("catalogue/overlay"))?;
    let mut problems = Vec::new();
    let mut irregularities = BTreeMap::new();
    let mut lines = BTreeMap::new();
    for operation in documents.operations() {
        let entry = overlay.operation(&operation.service, &operation.id);
        let mut reader = facts::Reader::new(operation, &documents, &mut irregularities);
        match entry.and_then(|entry| reader.line(&overlay, entry)) {
            Ok(line) => drop(lines.insert(operation.name(), line)),
            Err(problem) => problems.push(format!("{}: {problem}", operation.name())),
        }
    }
    problems.extend(overlay.unused(&documents));
    if !problems.is_empty() {
        return Err(format!("the catalogue cannot be written:\n  {}", problems.join("\n  ")));
    }
    let services = overlay.services(&documents)?;
    let lines: Vec<String> =
        std::iter::once(services).chain(lines.into_values()).map(|line| line.to_string()).collect();
    let content = format!("{}\n", lines.join("\n"));
    let changes = changes::between(&crate::read(FILE).unwrap_or_default(), &content);
    Ok(Catalogue { file: Generated { file: FILE, content }, changes, irregularities })
}

/// A value with its object keys sorted at every level, and without keys that say nothing: `null`, `false`, `[]`.
fn tidy(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let sorted: BTreeMap<String, Value> = object.into_iter().map(|(key, value)| (key, tidy(value))).collect();
            let says_something = |value: &Value| {
                !matches!(value, Value::Null | Value::Bool(false)) && *value != Value::Array(Vec::new())
            };
            Value::Object(sorted.into_iter().filter(|(_, value)| says_something(value)).collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(tidy).collect()),
        other => other,
    }
}
