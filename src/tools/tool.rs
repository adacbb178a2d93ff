//! One tool.

use std::sync::Arc;

use serde_json::Value;

use super::arguments::{self, Arguments, Names};
use super::definition::{Annotations, ListOptions, ToolDefinition};
use super::invalid_arguments::InvalidArguments;
use super::prepared_call::PreparedCall;
use super::{JsonObject, result_schema, schema};
use crate::leadconnector::{Endpoint, LocationId, Operation, Request, path};

/// A tool: an API operation as a model sees it.
#[derive(Debug)]
pub struct Tool {
    /// `<service>_<operationId>`, from the API's documents.
    pub name: &'static str,
    /// The name for display to people.
    pub title: &'static str,
    /// What it does, for a model.
    pub description: &'static str,
    /// What a client may assume about a call.
    pub hints: Hints,
    /// The endpoint it calls.
    pub endpoint: Endpoint,
    /// Its index in the registry, which is its bit in a selection.
    pub(super) position: usize,
    arguments: Names,
    input_schema: JsonObject,
    build: fn(Arguments, &str) -> Result<Request, InvalidArguments>,
}

/// What a client may assume about a call, as in MCP's tool annotations. MCP's fourth hint, idempotent, is a property of the
/// endpoint, because the gateway's own retries depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hints {
    /// It changes nothing.
    pub read_only: bool,
    /// It may overwrite or remove something, or cannot be undone.
    pub destructive: bool,
    /// It reaches people or systems beyond the CRM.
    pub open_world: bool,
}

impl Hints {
    /// A tool that only reads.
    pub const READ: Self = Self { read_only: true, destructive: false, open_world: false };
    /// A tool that adds something.
    pub const WRITE: Self = Self { read_only: false, destructive: false, open_world: false };

    /// The same hints, but destructive.
    pub const fn destructive(self) -> Self {
        Self { destructive: true, ..self }
    }

    /// The same hints, but reaching people or systems beyond the CRM.
    pub const fn open_world(self) -> Self {
        Self { open_world: true, ..self }
    }
}

impl Tool {
    /// Makes the tool of an operation.
    pub fn new<O: Operation>(name: &'static str, title: &'static str, hints: Hints, description: &'static str) -> Self {
        let mut input_schema = schema::input_schema::<O>();
        let required = schema::required_names(&input_schema);
        if hints.read_only {
            schema::add_fields(&mut input_schema);
        }
        Self {
            name,
            title,
            description,
            hints,
            endpoint: O::ENDPOINT,
            position: 0, // set by the registry
            arguments: Names {
                all: schema::property_names(&input_schema),
                required,
                own_id: path::names(O::ENDPOINT.path).find(|name| *name != "locationId").map(str::to_owned),
                record: record_of(service_of(name)),
            },
            input_schema,
            build: arguments::build::<O>,
        }
    }

    /// Replaces the description of a part of the input schema, given by its JSON pointer. For descriptions that refer to
    /// other tools, which the API's types do not know.
    pub fn describe(mut self, pointer: &str, description: &str) -> Self {
        let mut schema = Value::Object(std::mem::take(&mut self.input_schema));
        if let Some(Value::Object(part)) = schema.pointer_mut(pointer) {
            part.insert("description".to_owned(), description.into());
        }
        if let Value::Object(schema) = schema {
            self.input_schema = schema;
        }
        self
    }

    /// The service it belongs to: the first part of its name.
    pub fn service(&self) -> &'static str {
        service_of(self.name)
    }

    /// What the records of its service are called: `contact` in `contacts`.
    pub(super) fn record(&self) -> &'static str {
        self.arguments.record
    }

    /// The model of its custom fields: `contact` or `opportunity`.
    pub fn custom_field_model(&self) -> &'static str {
        if self.service() == "opportunities" { "opportunity" } else { "contact" }
    }

    /// The names of its arguments, except the location.
    pub fn arguments(&self) -> &[String] {
        &self.arguments.all
    }

    /// The names of its required arguments.
    pub fn required_arguments(&self) -> &[String] {
        &self.arguments.required
    }

    /// Reads a call's arguments. `pinned` is the caller's location if it is pinned.
    pub fn read(&self, arguments: JsonObject, pinned: Option<&LocationId>) -> Arguments {
        Arguments::read(arguments, &self.arguments, pinned)
    }

    /// Builds the request from the arguments.
    ///
    /// # Errors
    ///
    /// All problems at once: unknown, missing or invalid arguments, or a location that differs from the pinned one.
    pub fn prepare(&self, mut arguments: Arguments) -> Result<PreparedCall, InvalidArguments> {
        let fields = if self.hints.read_only { arguments.take_field_mask() } else { None };
        let takes_limit = self.arguments.all.iter().any(|name| name == "limit");
        Ok(PreparedCall { request: (self.build)(arguments, self.record())?, fields, takes_limit })
    }

    /// The definition for `tools/list`. With a pinned location there is no argument for it.
    pub fn definition(&self, pinned: bool, options: ListOptions) -> ToolDefinition {
        let mut input_schema = self.input_schema.clone();
        if !pinned && (self.endpoint.needs_location() || options.location_required) {
            schema::require_location(&mut input_schema);
        }
        let hints = self.hints;
        let writes = !hints.read_only;
        ToolDefinition {
            name: self.name,
            title: self.title,
            description: self.description,
            input_schema: Arc::new(input_schema),
            output_schema: options.structured_content.then(|| Arc::new(result_schema::result_schema())),
            annotations: Annotations {
                read_only_hint: hints.read_only,
                destructive_hint: writes.then_some(hints.destructive),
                idempotent_hint: writes.then_some(self.endpoint.idempotent),
                open_world_hint: hints.open_world,
            },
        }
    }
}

/// The service of a tool: the first part of its name.
fn service_of(name: &'static str) -> &'static str {
    name.split_once('_').map_or(name, |(service, _)| service)
}

/// What the records of a service are called: its name in the singular.
fn record_of(service: &'static str) -> &'static str {
    match service {
        "opportunities" => "opportunity",
        other => other.strip_suffix('s').unwrap_or(other),
    }
}
