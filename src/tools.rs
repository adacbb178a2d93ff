//! The tools: what a model sees of the API, and how its arguments become requests. It knows nothing of HTTP servers.
//!
//! A [`Tool`] turns arguments into a [`Call`] without any I/O; an [`Outcome`] turns what came of it into a result.

/// A JSON object: the arguments of a call, a schema.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;

mod arguments;
mod call;
mod catalogue;
mod custom_fields;
mod definition;
mod error_kind;
mod fields;
mod invalid_arguments;
pub mod outcome;
mod policy;
mod result_schema;
mod schema;
mod selection;
mod tool;

mod calendars;
mod contacts;
mod conversations;
mod locations;
mod opportunities;
mod payments;

pub use arguments::Arguments;
pub use call::Call;
pub use catalogue::Catalogue;
pub use custom_fields::Definitions;
pub use definition::{Annotations, Listing, ToolDefinition};
pub use error_kind::Kind;
pub use invalid_arguments::InvalidArguments;
pub use outcome::Outcome;
pub use policy::Policy;
pub use selection::{Selection, UnknownName};
pub use tool::{Hints, Tool};
