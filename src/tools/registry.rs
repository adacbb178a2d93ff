//! All tools.

use std::collections::HashMap;
use std::sync::Arc;

use super::definition::{ListOptions, ToolDefinition};
use super::{Tool, calendars, contacts, conversations, locations, opportunities, payments};
use crate::text::suggest;

/// All tools and what `tools/list` says of them, built once.
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
    /// All tools.
    pub fn new(listing: ListOptions) -> Self {
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
        Self::of(tools, listing)
    }

    /// These tools.
    pub fn of(mut tools: Vec<Tool>, listing: ListOptions) -> Self {
        for (position, tool) in tools.iter_mut().enumerate() {
            tool.position = position;
        }
        let positions = tools.iter().map(|tool| (tool.name, tool.position)).collect();
        let definitions = |pinned| tools.iter().map(|tool| tool.definition(pinned, listing)).collect();
        let (pinned, unpinned) = (definitions(true), definitions(false));
        Self { tools, positions, pinned, unpinned }
    }

    /// The tools, by service and then by name.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// What `tools/list` says, for a caller whose location is pinned or not.
    pub fn definitions(&self, pinned: bool) -> &Arc<[ToolDefinition]> {
        if pinned { &self.pinned } else { &self.unpinned }
    }

    /// The tool of this name.
    pub fn find(&self, name: &str) -> Option<&Tool> {
        self.positions.get(name).map(|position| &self.tools[*position])
    }

    /// What to say of a name that no tool has, as the rest of a sentence.
    pub fn unknown(&self, name: &str) -> String {
        match suggest(name, self.tools.iter().map(|tool| tool.name)).first() {
            Some(tool) => format!("does not exist; the nearest is {tool}"),
            None => "does not exist; tools/list has the names of those that do".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_only_arguments_and_the_location() {
        let registry = ToolRegistry::default();
        for (tool, definition) in registry.tools().iter().zip(registry.definitions(false).iter()) {
            let properties = definition.input_schema["properties"].as_object().unwrap();
            for name in crate::leadconnector::path::names(tool.endpoint.path) {
                assert!(properties.contains_key(name), "{}: {name}", tool.name);
            }
        }
    }

    #[test]
    fn a_misspelt_tool_has_a_nearest_one() {
        let registry = ToolRegistry::default();
        assert!(registry.unknown("contacts_get_contact").ends_with("the nearest is contacts_get-contact"));
        assert!(registry.unknown("weather").contains("tools/list"));
    }
}
