//! One tool.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::arguments::{self, Arguments, Names};
use super::definition::{Annotations, ListOptions, ToolDefinition};
use super::invalid_arguments::InvalidArguments;
use super::prepared_call::PreparedCall;
use super::{JsonObject, field_mask, result_schema, schema};
use crate::catalogue::{Catalogue, Flag, Kind, Operation, SchemaOptions};
use crate::leadconnector::{Endpoint, LocationId, Operation as TypedOperation, Request, path};

/// A tool: an API operation as a model sees it. The hand-written ones have a type for their arguments; the others take them as
/// the catalogue describes them.
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
    /// The catalogue's entry; `None` only for a hand-written tool of a test.
    pub operation: Option<&'static Operation>,
    /// Its index in the registry, which is its bit in a selection.
    pub(super) position: usize,
    service: &'static str,
    reader: Reader,
}

/// What reads a tool's arguments.
#[derive(Debug)]
enum Reader {
    /// The type of a hand-written tool.
    Typed { names: Names, input_schema: JsonObject, build: fn(Arguments, &str) -> Result<Request, InvalidArguments> },
    /// The catalogue's entry.
    Published(&'static Operation),
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
    /// What a kind of operation promises.
    pub const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Read => Self::READ,
            Kind::Add => Self::WRITE,
            Kind::Change => Self::WRITE.destructive().open_world(),
        }
    }

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
    pub fn new<O: TypedOperation>(
        name: &'static str,
        title: &'static str,
        hints: Hints,
        description: &'static str,
    ) -> Self {
        let mut input_schema = schema::input_schema::<O>();
        let required = schema::required_names(&input_schema);
        if hints.read_only {
            schema::add_fields(&mut input_schema);
        }
        let service = service_of(name);
        let names = Names {
            all: schema::property_names(&input_schema),
            required,
            own_id: path::names(O::ENDPOINT.path).find(|name| *name != "locationId").map(str::to_owned),
            record: record_of(service),
        };
        Self {
            name,
            title,
            description,
            hints,
            endpoint: O::ENDPOINT,
            operation: Catalogue::published().find(name),
            position: 0, // set by the registry
            service,
            reader: Reader::Typed { names, input_schema, build: arguments::build::<O> },
        }
    }

    /// Makes the tool of an operation of the catalogue.
    pub fn published(operation: &'static Operation) -> Self {
        Self {
            name: operation.name,
            title: operation.title,
            description: operation.summary,
            hints: hints(operation),
            endpoint: operation.endpoint(),
            operation: Some(operation),
            position: 0, // set by the registry
            service: operation.service,
            reader: Reader::Published(operation),
        }
    }

    /// Replaces the description of a part of the input schema, given by its JSON pointer. For descriptions that refer to
    /// other tools, which the API's types do not know.
    pub fn describe(mut self, pointer: &str, description: &str) -> Self {
        let Reader::Typed { input_schema, .. } = &mut self.reader else { return self };
        let mut schema = Value::Object(std::mem::take(input_schema));
        if let Some(Value::Object(part)) = schema.pointer_mut(pointer) {
            part.insert("description".to_owned(), description.into());
        }
        if let Value::Object(schema) = schema {
            *input_schema = schema;
        }
        self
    }

    /// The service it belongs to.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// What a call does to the data.
    pub fn kind(&self) -> Kind {
        match self.hints {
            Hints { read_only: true, .. } => Kind::Read,
            Hints { destructive: false, open_world: false, .. } => Kind::Add,
            Hints { .. } => Kind::Change,
        }
    }

    /// Whether it is hand-written.
    pub fn is_typed(&self) -> bool {
        matches!(self.reader, Reader::Typed { .. })
    }

    /// The model of its custom fields: `contact` or `opportunity`.
    pub fn custom_field_model(&self) -> &'static str {
        if self.service() == "opportunities" { "opportunity" } else { "contact" }
    }

    /// The names of the arguments of a hand-written tool, except the location.
    pub fn arguments(&self) -> &[String] {
        match &self.reader {
            Reader::Typed { names, .. } => &names.all,
            Reader::Published(_) => &[],
        }
    }

    /// The names of the required arguments of a hand-written tool.
    pub fn required_arguments(&self) -> &[String] {
        match &self.reader {
            Reader::Typed { names, .. } => &names.required,
            Reader::Published(_) => &[],
        }
    }

    /// Reads a call's arguments. `pinned` is the caller's location if it is pinned.
    pub fn read(&self, arguments: JsonObject, pinned: Option<&LocationId>) -> Arguments {
        match &self.reader {
            Reader::Typed { names, .. } => Arguments::read(arguments, names, pinned),
            Reader::Published(_) => Arguments::unread(arguments, pinned),
        }
    }

    /// Builds the request from the arguments.
    ///
    /// # Errors
    ///
    /// All problems at once: unknown, missing or invalid arguments, or a location that differs from the pinned one.
    pub fn prepare(&self, mut arguments: Arguments) -> Result<PreparedCall, InvalidArguments> {
        match &self.reader {
            Reader::Typed { names, build, .. } => {
                let fields = if self.hints.read_only { arguments.take_field_mask() } else { None };
                let takes_limit = names.all.iter().any(|name| name == "limit");
                let request = build(arguments, names.record)?;
                Ok(PreparedCall { request, fields, takes_limit, operation: self.operation, notes: Vec::new() })
            }
            Reader::Published(operation) => {
                // An operation's own argument `fields` is not the field mask.
                let has = |name: &str| operation.parameters().iter().any(|parameter| parameter.argument() == name);
                let fields = if has(field_mask::NAME) { None } else { arguments.take_field_mask() };
                let (values, location, errors) = arguments.into_parts();
                let prepared = operation.prepare(values, location.as_ref());
                let prepared = match prepared {
                    Ok(prepared) if errors.is_empty() => prepared,
                    Ok(_) => return Err(InvalidArguments(errors)),
                    Err(more) => {
                        let more =
                            more.into_iter().map(|error| arguments::with_its_source(record_of(self.service), error));
                        return Err(InvalidArguments(errors.into_iter().chain(more).collect()));
                    }
                };
                Ok(PreparedCall {
                    request: prepared.request,
                    fields,
                    takes_limit: has("limit"),
                    operation: Some(operation),
                    notes: prepared.notes,
                })
            }
        }
    }

    /// The definition for `tools/list`. With a pinned location there is no argument for it.
    pub fn definition(&self, pinned: bool, options: ListOptions) -> ToolDefinition {
        let hints = self.hints;
        let writes = !hints.read_only;
        ToolDefinition {
            name: self.name,
            title: self.title,
            description: self.listed_description(),
            input_schema: Arc::new(self.listed_schema(pinned, options)),
            output_schema: options.structured_content.then(|| Arc::new(result_schema::result_schema())),
            annotations: Annotations {
                read_only_hint: hints.read_only,
                destructive_hint: writes.then_some(hints.destructive),
                idempotent_hint: writes.then_some(self.endpoint.idempotent),
                open_world_hint: hints.open_world,
            },
        }
    }

    /// The description in a list: that of a published operation ends with its flags.
    fn listed_description(&self) -> Cow<'static, str> {
        let Reader::Published(operation) = &self.reader else { return self.description.into() };
        if let Some(reason) = operation.unavailable {
            return format!("Not available here: {reason}").into();
        }
        if operation.flags.is_empty() {
            return self.description.into();
        }
        let flags: Vec<&str> = operation.flags.iter().map(|flag| flag.as_str()).collect();
        format!("{} [{}]", self.description, flags.join("; ")).into()
    }

    fn listed_schema(&self, pinned: bool, options: ListOptions) -> JsonObject {
        let mut schema = match &self.reader {
            Reader::Typed { input_schema, .. } => input_schema.clone(),
            Reader::Published(operation) => {
                let mut schema = operation.input_schema(SchemaOptions { pinned, long_enums: false });
                if self.hints.read_only && !schema::property_names(&schema).iter().any(|name| name == field_mask::NAME)
                {
                    schema::add_fields(&mut schema);
                }
                schema
            }
        };
        let needs_location = self.is_typed() && self.endpoint.needs_location();
        if !pinned && (needs_location || options.location_required) {
            schema::require_location(&mut schema);
        }
        schema
    }
}

/// What an operation promises: only what sends, publishes or spends reaches beyond the CRM.
fn hints(operation: &Operation) -> Hints {
    let open_world = operation.has(Flag::ReachesPeople) || operation.has(Flag::CostsMoney);
    Hints { open_world, ..Hints::of(operation.kind) }
}

/// The service of a tool: the first part of its name.
fn service_of(name: &'static str) -> &'static str {
    name.split_once('_').map_or(name, |(service, _)| service)
}

/// What the records of a service are called: its name in the singular.
pub fn record_of(service: &'static str) -> &'static str {
    match service {
        "opportunities" => "opportunity",
        other => other.strip_suffix('s').unwrap_or(other),
    }
}
