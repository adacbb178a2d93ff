//! The toolset `operations`: tools that find, describe and run any operation of the catalogue.
//!
//! There is one tool for each kind of operation, because clients ask their users by tool: a single one would ask about every
//! read, or about nothing. The tools of HighLevel's second hosted endpoint do the same under its names.

mod describe;
mod input;
pub mod listed;
pub mod names;
mod run;
mod search;

use serde_json::{Value, json};

use super::definition::{Annotations, ListOptions, ToolDefinition};
use super::tool::Hints;
use super::{JsonObject, result_schema};
use crate::catalogue::{Catalogue, Kind};

pub use run::{Resolved, RunOptions};

/// The name of the toolset.
pub const SERVICE: &str = "operations";

/// A tool for any operation.
#[derive(Debug)]
pub struct OperationsTool {
    /// Its name.
    pub name: &'static str,
    title: &'static str,
    description: &'static str,
    /// What it does.
    pub action: Action,
    /// Whether it is one of the hosted endpoint's, which only `/mcp/v2` lists.
    pub is_hosted: bool,
    /// Its index in the registry, which is its bit in a selection.
    pub(super) position: usize,
}

/// What a tool for any operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It finds operations by words.
    Search,
    /// It describes the arguments of operations.
    Describe,
    /// It runs an operation of this kind; `None`: of any kind.
    Run(Option<Kind>),
}

/// The tool that runs the operations of a kind.
pub const fn runner(kind: Kind) -> &'static str {
    match kind {
        Kind::Read => "operations_read",
        Kind::Add => "operations_add",
        Kind::Change => "operations_change",
    }
}

const SEARCH: &str = "Find operations of the CRM by what they do: everything that has no tool of its own, such as calendars, \
    notes, users, invoices, products, workflows. Use short queries of a verb and a thing, like \"create contact note\". \
    The answer has names and arguments.";
const DESCRIBE: &str = "Show all arguments of operations, where the answer of operations_search is not enough.";
const READ: &str = "Run an operation of kind read. `params` are its arguments by name, without the location.";
const ADD: &str = "Run an operation of kind add: it creates something and overwrites nothing.";
const CHANGE: &str =
    "Run an operation of kind change: it overwrites, deletes, sends or spends. Confirm with the user first.";
const HOSTED_SEARCH: &str =
    "Find operations of the CRM by what they do. Use a verb and a thing, like \"create contact note\".";
const HOSTED_DESCRIBE: &str = "Show all arguments of an operation.";
const HOSTED_EXECUTE: &str =
    "Run an operation. It may overwrite, delete, send or spend: confirm changes with the user first.";

/// The tools, those of the hosted endpoint last.
pub fn tools() -> Vec<OperationsTool> {
    let tool = |name, title, description, action| OperationsTool {
        name,
        title,
        description,
        action,
        is_hosted: !str::starts_with(name, SERVICE),
        position: 0, // set by the registry
    };
    vec![
        tool("operations_search", "Find operations", SEARCH, Action::Search),
        tool("operations_describe", "Describe operations", DESCRIBE, Action::Describe),
        tool(runner(Kind::Read), "Run an operation that reads", READ, Action::Run(Some(Kind::Read))),
        tool(runner(Kind::Add), "Run an operation that adds", ADD, Action::Run(Some(Kind::Add))),
        tool(runner(Kind::Change), "Run an operation that changes", CHANGE, Action::Run(Some(Kind::Change))),
        tool("search_operations", "Find operations", HOSTED_SEARCH, Action::Search),
        tool("describe_operation", "Describe an operation", HOSTED_DESCRIBE, Action::Describe),
        tool("execute_operation", "Run an operation", HOSTED_EXECUTE, Action::Run(None)),
    ]
}

impl OperationsTool {
    /// Whether it runs operations.
    pub fn runs(&self) -> bool {
        matches!(self.action, Action::Run(_))
    }

    fn hints(&self) -> Hints {
        match self.action {
            Action::Search | Action::Describe => Hints::READ,
            Action::Run(kind) => Hints::of(kind.unwrap_or(Kind::Change)),
        }
    }

    /// The definition for `tools/list`. With a pinned location there is no argument for it.
    pub fn definition(&self, pinned: bool, options: ListOptions) -> ToolDefinition {
        let hints = self.hints();
        let writes = !hints.read_only;
        let runs = matches!(self.action, Action::Run(_));
        ToolDefinition {
            name: self.name,
            title: self.title,
            description: self.description.into(),
            input_schema: std::sync::Arc::new(self.input_schema(pinned, options)),
            // The other two answer with text.
            output_schema: (runs && options.structured_content)
                .then(|| std::sync::Arc::new(result_schema::result_schema())),
            annotations: Annotations {
                read_only_hint: hints.read_only,
                destructive_hint: writes.then_some(hints.destructive),
                idempotent_hint: writes.then_some(false),
                open_world_hint: hints.open_world,
            },
        }
    }

    fn input_schema(&self, pinned: bool, options: ListOptions) -> JsonObject {
        let text = json!({ "type": "string" });
        let texts =
            |description: &str| json!({ "type": "array", "items": { "type": "string" }, "description": description });
        let kinds = json!({ "type": "string", "enum": ["read", "add", "change"] });
        let object = json!({ "type": "object" });
        let dry_run = json!({ "type": "boolean", "description": "Only show the request; nothing is sent" });
        let (mut properties, required) = match (self.action, self.is_hosted) {
            (Action::Search, false) => {
                let queries = texts("1 to 4, each a verb and a thing");
                let services: Vec<&str> =
                    Catalogue::published().services().iter().map(|service| service.name).collect();
                let service = json!({ "type": "string", "description": format!("One of {}", services.join(", ")) });
                (json!({ "queries": queries, "service": service, "kind": kinds }), "queries")
            }
            (Action::Search, true) => {
                let domains = texts("Services to search in");
                let limit = json!({ "type": "integer", "minimum": 1, "maximum": 8 });
                (json!({ "query": text, "domains": domains, "kind": kinds, "limit": limit }), "query")
            }
            (Action::Describe, false) => (json!({ "operations": texts("Their names") }), "operations"),
            (Action::Describe, true) => (json!({ "operationId": text }), "operationId"),
            (Action::Run(Some(Kind::Read)), _) => {
                let fields = texts("Return only these paths of the response, like contacts.id");
                (json!({ "operation": text, "params": object, "fields": fields, "dry_run": dry_run }), "operation")
            }
            (Action::Run(_), false) => {
                (json!({ "operation": text, "params": object, "dry_run": dry_run }), "operation")
            }
            (Action::Run(_), true) => {
                (json!({ "operationId": text, "params": object, "dryRun": dry_run }), "operationId")
            }
        };
        if !pinned
            && matches!(self.action, Action::Run(_))
            && let Some(properties) = properties.as_object_mut()
        {
            let location = json!({ "type": "string", "description": "Id of the location (sub-account)" });
            properties.insert("locationId".to_owned(), location);
        }
        let mut required = vec![required];
        if options.location_required && properties.get("locationId").is_some() {
            required.push("locationId");
        }
        match json!({ "type": "object", "properties": properties, "required": required }) {
            Value::Object(schema) => schema,
            _ => JsonObject::new(),
        }
    }
}
