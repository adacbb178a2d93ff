//! The API's published `OpenAPI` documents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

/// An edition of the documents: each has a folder of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    V2,
    V3,
}

impl Edition {
    fn folder(self) -> &'static str {
        match self {
            Self::V2 => "apps",
            Self::V3 => "apps/v3",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }
}

/// An operation of a document.
#[derive(Debug, Clone)]
pub struct Operation {
    pub edition: Edition,
    /// The document's name: `contacts`.
    pub service: String,
    /// The `operationId`, with `-` for characters that a tool's name cannot have.
    pub id: String,
    /// In capitals.
    pub method: String,
    pub path: String,
    /// The operation's object in the document.
    pub value: Value,
}

impl Operation {
    /// The name of its tool.
    pub fn name(&self) -> String {
        format!("{}_{}", self.service, self.id)
    }
}

/// All documents, and the distinct operations in them.
pub struct Documents {
    by_service: BTreeMap<(Edition, String), Value>,
    operations: Vec<Operation>,
    /// The scopes of the documentation page, by method and path with `{}` for each parameter.
    pub scopes: BTreeMap<(String, String), String>,
}

impl Documents {
    /// Reads a folder with `apps/*.json`, `apps/v3/*.json` and `Scopes.md`.
    pub fn read(folder: &Path, preferred: Edition) -> Result<Self, String> {
        let mut documents = BTreeMap::new();
        let mut found: BTreeMap<(String, String), BTreeMap<Edition, Operation>> = BTreeMap::new();
        for edition in [Edition::V2, Edition::V3] {
            for (service, document) in read_folder(&folder.join(edition.folder()))? {
                for operation in operations(edition, &service, &document)? {
                    // The editions name some parameters of a path differently.
                    let key = (operation.method.clone(), anonymous(&operation.path));
                    if let Some(twice) = found.entry(key).or_default().insert(edition, operation) {
                        return Err(format!(
                            "{} {} stands in two documents of {}",
                            twice.method,
                            twice.path,
                            edition.name()
                        ));
                    }
                }
                documents.insert((edition, service), document);
            }
        }
        let mut operations: Vec<Operation> = Vec::new();
        let mut names = BTreeSet::new();
        for mut editions in found.into_values() {
            let chosen = editions.remove(&preferred).or_else(|| editions.into_values().next());
            operations.extend(chosen);
        }
        // Those of the preferred edition come first: they keep their names.
        operations.sort_by_key(|operation| (operation.edition != preferred, operation.name()));
        for operation in &mut operations {
            // The same operation under a path that the other edition spells differently.
            if !names.insert(operation.name()) {
                operation.id = format!("{}-{}", operation.id, operation.edition.name());
                if !names.insert(operation.name()) {
                    return Err(format!("{} is the name of three operations", operation.name()));
                }
            }
        }
        operations.sort_by_key(Operation::name);
        let page = std::fs::read_to_string(folder.join("Scopes.md")).map_err(|error| format!("Scopes.md: {error}"))?;
        Ok(Self { by_service: documents, operations, scopes: super::scopes::read(&page) })
    }

    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The services, in alphabetical order.
    pub fn services(&self) -> BTreeSet<&str> {
        self.operations.iter().map(|operation| operation.service.as_str()).collect()
    }

    /// The document of an operation.
    pub fn of(&self, operation: &Operation) -> &Value {
        &self.by_service[&(operation.edition, operation.service.clone())]
    }
}

/// A path without the names of its parameters.
fn anonymous(path: &str) -> String {
    path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment }).collect::<Vec<_>>().join("/")
}

fn read_folder(folder: &Path) -> Result<Vec<(String, Value)>, String> {
    let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| problem(&error))? {
        let file = entry.map_err(|error| problem(&error))?.path();
        let Some(name) = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".json"))
        else {
            continue;
        };
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{name}: {error}"))?;
        let document = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        documents.push((name.strip_suffix("-v3").unwrap_or(name).to_owned(), document));
    }
    documents.sort_by(|left, right| left.0.cmp(&right.0));
    Ok(documents)
}

fn operations(edition: Edition, service: &str, document: &Value) -> Result<Vec<Operation>, String> {
    const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, value) in item.as_object().into_iter().flatten() {
            if !METHODS.contains(&method.as_str()) {
                return Err(format!("{service}: {path} has the unknown method {method}"));
            }
            let published_id = value["operationId"].as_str().unwrap_or_default();
            let legal = |char: char| if char.is_ascii_alphanumeric() || "_-.".contains(char) { char } else { '-' };
            let id: String = published_id.chars().map(legal).collect();
            if id.is_empty() || service.len() + 1 + id.len() > 64 {
                return Err(format!(
                    "{service}: the operationId {published_id:?} of {path} makes no name of 1 to 64 characters"
                ));
            }
            operations.push(Operation {
                edition,
                service: service.to_owned(),
                id,
                method: method.to_uppercase(),
                path: path.clone(),
                value: value.clone(),
            });
        }
    }
    Ok(operations)
}
