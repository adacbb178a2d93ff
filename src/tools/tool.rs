//! One tool.

use std::sync::Arc;

use serde_json::Value;

use super::arguments::{self, Arguments, Names};
use super::definition::{Annotations, ListOptions, ToolDefinition};
use super::invalid_arguments::InvalidArguments;
use super::prepared_call::PreparedCall;
use super::{JsonObject, result_schema, schema};
use crate::leadconnector::{Endpoint, LocationId, Operation, Request};

/// A tool: an operation of the API as a model sees it.
#[derive(Debug)]
pub struct Tool {
    /// `<service>_<operationId>` of the API's documents.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// What it does, for a model.
    pub description: &'static str,
    /// What a client may assume about a call.
    pub hints: Hints,
    /// The endpoint it calls.
    pub endpoint: Endpoint,
    /// Its place among all tools: the bit that stands for it in a selection.
    pub(super) position: usize,
    arguments: Names,
    input_schema: JsonObject,
    build: fn(Arguments) -> Result<Request, InvalidArguments>,
}

/// What a client may assume about a call, as the tool annotations of MCP say it. The fourth of them, whether a call is
/// idempotent, is a fact of its endpoint: the gateway acts on it itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hints {
    /// It changes nothing.
    pub read_only: bool,
    /// It may overwrite or remove something, or cannot be taken back.
    pub destructive: bool,
    /// It reaches people or systems beyond the CRM.
    pub open_world: bool,
}

impl Hints {
    /// A tool that only reads.
    pub const READ: Self = Self { read_only: true, destructive: false, open_world: false };
    /// A tool that adds something.
    pub const WRITE: Self = Self { read_only: false, destructive: false, open_world: false };

    /// The same, destructive.
    pub const fn destructive(self) -> Self {
        Self { destructive: true, ..self }
    }

    /// The same, reaching beyond the CRM.
    pub const fn open_world(self) -> Self {
        Self { open_world: true, ..self }
    }
}

impl Tool {
    /// The tool of an operation.
    pub fn new<O: Operation>(name: &'static str, title: &'static str, hints: Hints, description: &'static str) -> Self {
        let mut input_schema = schema::of::<O>();
        let required = schema::required(&input_schema);
        if hints.read_only {
            schema::add_fields(&mut input_schema);
        }
        Self {
            name,
            title,
            description,
            hints,
            endpoint: O::ENDPOINT,
            position: 0, // set when the tools are put together
            arguments: Names { known: schema::property_names(&input_schema), required },
            input_schema,
            build: arguments::build::<O>,
        }
    }

    /// The same with other words for a part of the input schema, by its JSON pointer: those that name other tools, of
    /// which the API's own types know nothing.
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

    /// The service it belongs to: what its name begins with.
    pub fn service(&self) -> &'static str {
        self.name.split_once('_').map_or(self.name, |(service, _)| service)
    }

    /// What the custom fields of its records are called: `contact` or `opportunity`.
    pub fn custom_field_model(&self) -> &'static str {
        if self.service() == "opportunities" { "opportunity" } else { "contact" }
    }

    /// The names of its arguments, the location's left out.
    pub fn arguments(&self) -> &[String] {
        &self.arguments.known
    }

    /// The names of those without which there is no call.
    pub fn required_arguments(&self) -> &[String] {
        &self.arguments.required
    }

    /// Sorts a call's arguments out. `pinned` is the caller's location if it is fixed.
    pub fn read(&self, given: JsonObject, pinned: Option<&LocationId>) -> Arguments {
        Arguments::read(given, &self.arguments, pinned)
    }

    /// Turns arguments into what to send.
    ///
    /// # Errors
    ///
    /// If an argument is unknown, missing or wrong, or names another location than the pinned one: all of it at once.
    pub fn prepare(&self, mut arguments: Arguments) -> Result<PreparedCall, InvalidArguments> {
        let fields = if self.hints.read_only { arguments.take_fields() } else { None };
        let takes_limit = self.arguments.known.iter().any(|name| name == "limit");
        Ok(PreparedCall { request: (self.build)(arguments)?, fields, takes_limit })
    }

    /// What `tools/list` says of the tool: with a pinned location its arguments have none.
    pub fn definition(&self, pinned: bool, listing: ListOptions) -> ToolDefinition {
        let mut input_schema = self.input_schema.clone();
        if !pinned && (self.endpoint.needs_location() || listing.location_required) {
            schema::require_location(&mut input_schema);
        }
        let hints = self.hints;
        let writes = !hints.read_only;
        ToolDefinition {
            name: self.name,
            title: self.title,
            description: self.description,
            input_schema: Arc::new(input_schema),
            output_schema: listing.structured_content.then(|| Arc::new(result_schema::of())),
            annotations: Annotations {
                read_only_hint: hints.read_only,
                destructive_hint: writes.then_some(hints.destructive),
                idempotent_hint: writes.then_some(self.endpoint.idempotent),
                open_world_hint: hints.open_world,
            },
        }
    }
}
