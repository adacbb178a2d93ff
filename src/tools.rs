//! The tools: the API as a model sees it, and how a call's arguments become a request. Independent of HTTP and MCP.
//!
//! A [`Tool`] turns arguments into a [`PreparedCall`] without I/O; a [`ToolResult`] is made from the API's response.

/// A JSON object, such as the arguments of a call or a schema.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;

mod arguments;
mod callable;
mod custom_fields;
mod definition;
mod error_kind;
mod field_mask;
mod invalid_arguments;
mod operations;
mod policy;
mod prepared_call;
mod registry;
mod result_schema;
mod schema;
mod selection;
mod tool;
pub mod tool_result;
mod unknown_tool;

mod calendars;
mod contacts;
mod conversations;
mod locations;
mod opportunities;
mod payments;

pub use arguments::Arguments;
pub use callable::Callable;
pub use custom_fields::CustomFieldDefinitions;
pub use definition::{Annotations, ListOptions, ToolDefinition};
pub use error_kind::ErrorKind;
pub use invalid_arguments::InvalidArguments;
pub use operations::{Action, OperationsTool, Resolved, RunOptions, SERVICE as OPERATIONS};
pub use policy::Policy;
pub use prepared_call::PreparedCall;
pub use registry::ToolRegistry;
pub use selection::{Selection, UnknownName};
pub use tool::{Hints, Tool};
pub use tool_result::ToolResult;
