//! The overlay: our words for each operation, and what the documents lack. One TOML file a service.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::documents::Documents;

/// All files of the overlay.
pub struct Overlay {
    services: BTreeMap<String, Service>,
}

/// One service's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    /// Its name for people.
    title: String,
    /// What it holds, in a few nouns.
    about: String,
    /// The version to send where an operation's document declares none.
    version: Option<String>,
    operations: BTreeMap<String, Entry>,
}

/// One operation's table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub title: String,
    /// What it really does, in one line.
    pub summary: String,
    /// How people ask for it.
    pub phrases: [String; 3],
    /// `read`, `add` or `change`.
    pub kind: Kind,
    #[serde(default)]
    pub flags: Vec<String>,
    /// Why the gateway never runs it.
    pub unavailable: Option<String>,
    /// Why kind or flags differ from what the method suggests; for the reader of the file.
    #[serde(rename = "note")]
    _note: Option<String>,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Descriptions of arguments, by name or path (`items.amount`).
    #[serde(default)]
    pub arguments: BTreeMap<String, String>,
    /// Corrections of parameters: keys of their shapes, `false` or `""` removes one; with `in` and `type`, a new parameter.
    #[serde(default)]
    pub parameters: BTreeMap<String, Value>,
    pub version: Option<String>,
    pub scope: Option<String>,
    pub paging: Option<String>,
    /// The form of the body, where the document names another or none that could be sent.
    pub body: Option<String>,
    /// What it answers with, if it is not JSON: `binary` or `text`.
    pub answer: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Read,
    Add,
    Change,
}

/// The flags that the overlay may set. Others follow from the documents.
const FLAGS: [&str; 4] = ["reaches people", "costs money", "secrets", "browser"];

impl Overlay {
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut services = BTreeMap::new();
        let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
        for entry in std::fs::read_dir(folder).map_err(|error| problem(&error))? {
            let file = entry.map_err(|error| problem(&error))?.path();
            let Some(name) = file.file_name().and_then(|name| name.to_str()?.strip_suffix(".toml")) else { continue };
            let text = std::fs::read_to_string(&file).map_err(|error| format!("{name}: {error}"))?;
            let service: Service = toml::from_str(&text).map_err(|error| format!("overlay/{name}.toml: {error}"))?;
            services.insert(name.to_owned(), service);
        }
        Ok(Self { services })
    }

    /// The entry of an operation.
    pub fn operation(&self, service: &str, id: &str) -> Result<&Entry, String> {
        let entry = self.services.get(service).and_then(|service| service.operations.get(id));
        let entry = entry.ok_or("the overlay has no words for it")?;
        if let Some(unknown) = entry.flags.iter().find(|flag| !FLAGS.contains(&flag.as_str())) {
            return Err(format!("the flag {unknown:?} is unknown; there are: {}", FLAGS.join(", ")));
        }
        if [&entry.title, &entry.summary].into_iter().chain(&entry.phrases).any(|text| text.trim().is_empty()) {
            return Err("title, summary and three phrases must not be empty".to_owned());
        }
        // The program borrows these texts from the catalogue, so they must not need escapes.
        if [&entry.title, &entry.summary].into_iter().chain(&entry.phrases).any(|text| text.contains(['"', '\\', '\n']))
        {
            return Err("title, summary and phrases must not have quotes, backslashes or line ends".to_owned());
        }
        let acts = entry.flags.iter().any(|flag| flag == "reaches people" || flag == "costs money");
        if acts && entry.kind == Kind::Add {
            return Err("what reaches people or costs money is not `add`".to_owned());
        }
        Ok(entry)
    }

    /// The version that a service's operations send where their documents declare none.
    pub fn version(&self, service: &str) -> Option<&String> {
        self.services.get(service)?.version.as_ref()
    }

    /// The entries that belong to no operation.
    pub fn unused(&self, documents: &Documents) -> Vec<String> {
        let is_used = |service: &str, id: &str| {
            documents.operations().iter().any(|operation| operation.service == service && operation.id == id)
        };
        let mut unused = Vec::new();
        for (name, service) in &self.services {
            let ids = service.operations.keys().filter(|id| !is_used(name, id));
            unused.extend(ids.map(|id| format!("{name}_{id}: the overlay's entry belongs to no operation")));
        }
        unused
    }

    /// The first line of the catalogue: titles and contents of the services.
    pub fn services(&self, documents: &Documents) -> Result<Value, String> {
        let line = |name: &str| {
            let service = self.services.get(name).ok_or_else(|| format!("overlay/{name}.toml is missing"))?;
            Ok(json!({ "name": name, "title": service.title, "about": service.about }))
        };
        let services: Result<Vec<Value>, String> = documents.services().into_iter().map(line).collect();
        Ok(json!({ "services": services? }))
    }
}
