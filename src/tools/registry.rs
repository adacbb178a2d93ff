//! The registry of all tools.

use std::collections::HashMap;
use std::sync::Arc;

use super::definition::{ListOptions, ToolDefinition};
use super::{Tool, calendars, contacts, conversations, locations, opportunities, payments};

/// All tools with their definitions, built once.
#[derive(Debug)]
pub struct ToolRegistry {
    tools: Vec<Tool>,
    positions: HashMap<&'static str, usize>,
    pinned: Arc<[ToolDefinition]>,
    unpinned: Arc<[ToolDefinition]>,
}

impl Default for ToolRegistry {
    fn default() -> Self {
        Self::new(ListOptions::default())
    }
}

impl ToolRegistry {
    /// Makes the registry of all tools.
    pub fn new(options: ListOptions) -> Self {
        let tools = [
            calendars::tools(),
            contacts::tools(),
            conversations::tools(),
            locations::tools(),
            opportunities::tools(),
            payments::tools(),
        ]
        .into_iter()
        .flatten()
        .collect();
        Self::with_tools(tools, options)
    }

    /// Makes a registry of these tools.
    pub fn with_tools(mut tools: Vec<Tool>, options: ListOptions) -> Self {
        for (position, tool) in tools.iter_mut().enumerate() {
            tool.position = position;
        }
        let positions = tools.iter().map(|tool| (tool.name, tool.position)).collect();
        let definitions = |pinned| tools.iter().map(|tool| tool.definition(pinned, options)).collect();
        let (pinned, unpinned) = (definitions(true), definitions(false));
        Self { tools, positions, pinned, unpinned }
    }

    /// The tools, grouped by service.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// The definitions for `tools/list`, with or without a pinned location.
    pub fn definitions(&self, pinned: bool) -> &Arc<[ToolDefinition]> {
        if pinned { &self.pinned } else { &self.unpinned }
    }

    /// The tool with this name.
    pub fn find(&self, name: &str) -> Option<&Tool> {
        self.positions.get(name).map(|position| &self.tools[*position])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_parameter_is_an_argument() {
        let registry = ToolRegistry::default();
        for (tool, definition) in registry.tools().iter().zip(registry.definitions(false).iter()) {
            let properties = definition.input_schema["properties"].as_object().unwrap();
            for name in crate::leadconnector::path::names(tool.endpoint.path) {
                assert!(properties.contains_key(name), "{}: {name}", tool.name);
            }
        }
    }
}
