//! The registry of everything that a client can call.

use std::collections::HashMap;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::callable::Callable;
use super::definition::{ListOptions, ToolDefinition};
use super::operations::{self, OperationsTool};
use super::{Tool, calendars, contacts, conversations, locations, opportunities, payments};
use crate::catalogue::{Catalogue, Kind};

/// Everything that a client can call, built once: the hand-written tools, those for any operation, and one for each other
/// operation of the catalogue. In this order they have their positions, by which a selection knows them.
#[derive(Debug)]
pub struct ToolRegistry {
    tools: Vec<Tool>,
    operations: Vec<OperationsTool>,
    published: Vec<Tool>,
    positions: HashMap<&'static str, usize>,
    services: Vec<&'static str>,
    options: ListOptions,
    pinned: Arc<[ToolDefinition]>,
    unpinned: Arc<[ToolDefinition]>,
    /// What only reads, by position.
    reads: Arc<FixedBitSet>,
}

impl Default for ToolRegistry {
    fn default() -> Self {
        Self::new(ListOptions::default())
    }
}

impl ToolRegistry {
    /// Makes the registry of everything.
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

    /// Makes a registry with these hand-written tools.
    pub fn with_tools(mut tools: Vec<Tool>, options: ListOptions) -> Self {
        let mut operations = operations::tools();
        let is_typed = |name: &str| tools.iter().any(|tool| tool.name == name);
        let published = Catalogue::published().operations().iter().filter(|operation| !is_typed(operation.name));
        let mut published: Vec<Tool> = published.map(Tool::published).collect();
        let positions = tools.iter_mut().map(|tool| (tool.name, &mut tool.position));
        let positions = positions.chain(operations.iter_mut().map(|tool| (tool.name, &mut tool.position)));
        let positions = positions.chain(published.iter_mut().map(|tool| (tool.name, &mut tool.position)));
        let positions = positions.enumerate().map(|(position, (name, place))| {
            *place = position;
            (name, position)
        });
        let positions = positions.collect();
        let (pinned, unpinned) = (Arc::default(), Arc::default());
        let services = Vec::new();
        let reads = Arc::default();
        let mut registry = Self { tools, operations, published, positions, services, options, pinned, unpinned, reads };
        registry.services = services_of(&registry);
        let definitions = |pinned| {
            let listed = registry.all().filter(Callable::is_default);
            listed.map(|callable| registry.definition(callable, pinned)).collect()
        };
        (registry.pinned, registry.unpinned) = (definitions(true), definitions(false));
        let reads = |callable: &Callable<'_>| callable.kind().is_none_or(|kind| kind == Kind::Read);
        registry.reads = Arc::new(registry.all().filter(reads).map(|callable| callable.position()).collect());
        registry
    }

    /// The hand-written tools, grouped by service.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// The tools for any operation.
    pub fn operations_tools(&self) -> &[OperationsTool] {
        &self.operations
    }

    /// The tools of the other operations of the catalogue.
    pub fn published(&self) -> &[Tool] {
        &self.published
    }

    /// Everything, in the order of positions.
    pub fn all(&self) -> impl Iterator<Item = Callable<'_>> {
        let operations = self.operations.iter().map(Callable::Operations);
        self.tools.iter().map(Callable::Tool).chain(operations).chain(self.published.iter().map(Callable::Tool))
    }

    /// All services, those with hand-written tools first, and the toolset `operations` last.
    pub fn services(&self) -> &[&'static str] {
        &self.services
    }

    /// How many are hand-written: they have the first positions.
    pub fn hand_written(&self) -> usize {
        self.tools.len() + self.operations.len()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.tools.len() + self.operations.len() + self.published.len()
    }

    /// What only reads, by position. Made once, because many requests select it.
    pub fn reads(&self) -> &Arc<FixedBitSet> {
        &self.reads
    }

    /// The definitions that a client which selects nothing gets from `tools/list`, with or without a pinned location.
    pub fn definitions(&self, pinned: bool) -> &Arc<[ToolDefinition]> {
        if pinned { &self.pinned } else { &self.unpinned }
    }

    /// The definition for `tools/list`.
    pub fn definition(&self, callable: Callable<'_>, pinned: bool) -> ToolDefinition {
        match callable {
            Callable::Tool(tool) => tool.definition(pinned, self.options),
            Callable::Operations(tool) => tool.definition(pinned, self.options),
        }
    }

    /// The tool of the operation with this name.
    pub fn find(&self, name: &str) -> Option<&Tool> {
        match self.callable(name)? {
            Callable::Tool(tool) => Some(tool),
            Callable::Operations(_) => None,
        }
    }

    /// What a client can call by this name.
    pub fn callable(&self, name: &str) -> Option<Callable<'_>> {
        let position = *self.positions.get(name)?;
        if let Some(tool) = self.tools.get(position) {
            return Some(Callable::Tool(tool));
        }
        let position = position - self.tools.len();
        if let Some(tool) = self.operations.get(position) {
            return Some(Callable::Operations(tool));
        }
        self.published.get(position - self.operations.len()).map(Callable::Tool)
    }
}

/// The services, in the order of their first tools.
fn services_of(registry: &ToolRegistry) -> Vec<&'static str> {
    let mut services: Vec<&'static str> = Vec::new();
    for callable in registry.all().filter(|callable| callable.service() != operations::SERVICE) {
        if !services.contains(&callable.service()) {
            services.push(callable.service());
        }
    }
    services.push(operations::SERVICE);
    services
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_parameter_is_an_argument() {
        let registry = ToolRegistry::default();
        for callable in registry.all() {
            let Callable::Tool(tool) = callable else { continue };
            let definition = registry.definition(callable, false);
            let properties = definition.input_schema["properties"].as_object().unwrap();
            for name in crate::leadconnector::path::names(tool.endpoint.path) {
                // With the place, if the query has a parameter of the same name.
                let placed = format!("path_{name}");
                assert!(properties.contains_key(name) || properties.contains_key(&placed), "{}: {name}", tool.name);
            }
        }
    }

    #[test]
    fn every_operation_of_the_catalogue_is_found_by_its_name() {
        let registry = ToolRegistry::default();
        for (position, callable) in registry.all().enumerate() {
            assert_eq!(callable.position(), position);
            assert_eq!(registry.callable(callable.name()).unwrap().name(), callable.name());
        }
        let found =
            Catalogue::published().operations().iter().filter(|operation| registry.find(operation.name).is_some());
        assert_eq!(found.count(), Catalogue::published().operations().len());
        assert_eq!(registry.all().count(), registry.count());
    }

    #[test]
    fn the_hand_written_tools_promise_what_the_catalogue_says() {
        for tool in ToolRegistry::default().tools() {
            let operation = tool.operation.unwrap();
            assert_eq!(tool.kind(), operation.kind, "{}", tool.name);
            assert_eq!(
                (tool.endpoint.path, &tool.endpoint.method),
                (operation.path, &operation.method),
                "{}",
                tool.name
            );
            assert_eq!(
                (tool.endpoint.version, Some(tool.endpoint.scope)),
                (operation.version, operation.scope),
                "{}",
                tool.name
            );
        }
    }
}
