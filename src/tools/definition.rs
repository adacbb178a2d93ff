//! What `tools/list` says of a tool, in MCP's own names.

use std::sync::Arc;

use serde::Serialize;

use super::JsonObject;

/// A tool's definition. Its JSON is what a client gets.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolDefinition {
    /// The tool's name.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// What it does, for a model.
    pub description: &'static str,
    /// The JSON Schema of its arguments.
    pub input_schema: Arc<JsonObject>,
    /// The JSON Schema of its structured results, where they are on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Arc<JsonObject>>,
    /// What a client may assume about a call.
    pub annotations: Annotations,
}

/// MCP's tool annotations. The hints that say something only of tools that write are absent from those that read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotations {
    /// It changes nothing.
    pub read_only_hint: bool,
    /// It may overwrite or remove something, or cannot be taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destructive_hint: Option<bool>,
    /// Doing it twice is the same as doing it once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotent_hint: Option<bool>,
    /// It reaches people or systems beyond the CRM.
    pub open_world_hint: bool,
}

/// What the list of tools depends on besides the tools.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// The tools declare the schema of their results.
    pub structured_content: bool,
    /// Every tool needs to know the location, and not only those whose request names it.
    pub location_required: bool,
}
