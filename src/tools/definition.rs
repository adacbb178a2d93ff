//! A tool's definition as `tools/list` returns it, with MCP's names.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use super::JsonObject;

/// A tool's definition. Clients receive its JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolDefinition {
    /// The tool's name.
    pub name: &'static str,
    /// The name for display to people.
    pub title: &'static str,
    /// What it does, for a model.
    pub description: Cow<'static, str>,
    /// The JSON Schema of its arguments.
    pub input_schema: Arc<JsonObject>,
    /// The JSON Schema of its structured results, if structured content is enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Arc<JsonObject>>,
    /// What a client may assume about a call.
    pub annotations: Annotations,
}

/// MCP's tool annotations. Hints that apply only to tools that write are absent from tools that read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotations {
    /// It changes nothing.
    pub read_only_hint: bool,
    /// It may overwrite or remove something, or cannot be undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destructive_hint: Option<bool>,
    /// Repeating a call has no further effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotent_hint: Option<bool>,
    /// It reaches people or systems beyond the CRM.
    pub open_world_hint: bool,
}

/// Options of the list of tools.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// The definitions include an output schema.
    pub structured_content: bool,
    /// Every tool requires the location, not only those whose request contains it.
    pub location_required: bool,
}
