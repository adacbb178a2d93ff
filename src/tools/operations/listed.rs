//! The tools that an answer may name: those that the caller's endpoint lists.

use super::{Action, runner};
use crate::catalogue::Kind;
use crate::tools::registry::ToolRegistry;
use crate::tools::{Callable, Selection, Tool};

/// The tool that runs operations of a kind, if the caller has one: the kind's own, or the hosted endpoint's for all kinds.
pub fn runner_of(registry: &ToolRegistry, selection: &Selection, kind: Kind) -> Option<&'static str> {
    let runs = |action| matches!(action, Action::Run(own) if own.is_none_or(|own| own == kind));
    let runners = registry.operations_tools().iter().filter(|tool| runs(tool.action));
    runners
        .map(|tool| (tool.name, Callable::Operations(tool)))
        .find(|(_, tool)| selection.lists(*tool))
        .map(|(name, _)| name)
}

/// What keeps a caller from running an operation: what hides it or, if it is not listed as a tool, what hides the tool that would
/// run it. `None` if nothing does.
pub fn unreachable_by(registry: &ToolRegistry, selection: &Selection, tool: &Tool) -> Option<&'static str> {
    selection.hidden_by(tool.callable()).or_else(|| {
        if selection.lists(tool.callable()) || runner_of(registry, selection, tool.kind()).is_some() {
            return None;
        }
        let runner = registry.callable(runner(tool.kind()));
        Some(runner.and_then(|runner| selection.hidden_by(runner)).unwrap_or("the selection of tools"))
    })
}

/// The tool that searches, if the caller has one.
pub fn search_tool(registry: &ToolRegistry, selection: &Selection) -> Option<&'static str> {
    listed(registry, selection, |action| action == Action::Search).first().copied()
}

/// How to run what a search found.
pub fn how_to_run(registry: &ToolRegistry, selection: &Selection) -> String {
    let runners = listed(registry, selection, |action| matches!(action, Action::Run(_)));
    match runners[..] {
        [] => String::new(),
        [only] => format!("Run with {only}."),
        ref several => format!("Run by kind with {}.", several.join(", ")),
    }
}

fn listed(registry: &ToolRegistry, selection: &Selection, is_wanted: impl Fn(Action) -> bool) -> Vec<&'static str> {
    let wanted = registry.operations_tools().iter().filter(|tool| is_wanted(tool.action));
    wanted.filter(|tool| selection.lists(Callable::Operations(tool))).map(|tool| tool.name).collect()
}
