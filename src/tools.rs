//! The tools: what a model sees of the API, and how its arguments become requests. It knows nothing of HTTP servers.
//!
//! A [`Tool`] turns arguments into a [`Call`] without any I/O; an [`ToolResult`] turns what came of it into a result.

/// A JSON object: the arguments of a call, a schema.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;

mod arguments;
mod custom_fields;
mod definition;
mod error_kind;
mod field_mask;
mod invalid_arguments;
mod policy;
mod prepared_call;
mod registry;
mod result_schema;
mod schema;
mod selection;
mod tool;
pub mod tool_result;

mod calendars;
mod contacts;
mod conversations;
mod locations;
mod opportunities;
mod payments;

pub use arguments::Arguments;
pub use custom_fields::CustomFieldDefinitions;
pub use definition::{Annotations, ListOptions, ToolDefinition};
pub use error_kind::ErrorKind;
pub use invalid_arguments::InvalidArguments;
pub use policy::Policy;
pub use prepared_call::PreparedCall;
pub use registry::ToolRegistry;
pub use selection::{Selection, UnknownName};
pub use tool::{Hints, Tool};
pub use tool_result::ToolResult;
