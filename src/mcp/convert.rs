//! Converts tools and results to rmcp's types.

use rmcp::model::{CallToolResult, ContentBlock, ToolAnnotations};

use crate::tools::{ToolDefinition, ToolResult};

/// Converts a tool's definition to the form that `tools/list` sends.
pub fn tool(definition: &ToolDefinition) -> rmcp::model::Tool {
    let hints = definition.annotations;
    let mut annotations = ToolAnnotations::new().read_only(hints.read_only_hint).open_world(hints.open_world_hint);
    annotations.destructive_hint = hints.destructive_hint;
    annotations.idempotent_hint = hints.idempotent_hint;
    let tool = rmcp::model::Tool::new(definition.name, definition.description.clone(), definition.input_schema.clone())
        .with_title(definition.title)
        .with_annotations(annotations);
    match &definition.output_schema {
        Some(schema) => tool.with_raw_output_schema(schema.clone()),
        None => tool,
    }
}

/// Converts the result of a call. With `structured_content`, the text is repeated as JSON.
pub fn result(result: ToolResult, structured_content: bool) -> CallToolResult {
    let structured = if structured_content && result.is_json { serde_json::from_str(&result.text).ok() } else { None };
    let mut content = vec![ContentBlock::text(result.text)];
    content.extend(result.attachment.map(|file| ContentBlock::audio(file.base64, file.mime_type)));
    let mut result = match result.error_kind {
        None => CallToolResult::success(content),
        Some(_) => CallToolResult::error(content),
    };
    result.structured_content = structured;
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::{ListOptions, ToolRegistry};

    #[test]
    fn a_definition_is_sent_unchanged() {
        let registry = ToolRegistry::new(ListOptions { structured_content: true, location_required: true });
        for pinned in [true, false] {
            let definitions = registry.definitions(pinned);
            let sent = serde_json::to_value(definitions.iter().map(tool).collect::<Vec<_>>()).unwrap();
            assert_eq!(sent, serde_json::to_value(&definitions[..]).unwrap());
        }
    }
}
