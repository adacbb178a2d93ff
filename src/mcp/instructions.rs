//! The instructions that a model gets with the response to `initialize`.

use crate::tools::{Callable, Selection, ToolRegistry};

/// The instructions of every connection; `{way}` depends on its tools.
const TEMPLATE: &str = include_str!("instructions.md");

/// What the operations tools are for, before the ones that run what was found.
const OPERATIONS: &str = "Finding the way: use the tool made for the task if there is one. Everything else (notes, tasks, users, \
    calendars, free slots, booking, invoices, products, workflows, forms, social posts, …) is an operation: operations_search \
    finds it by a verb and a thing (\"create contact note\") and shows its arguments; ";

/// What comes after them.
const GUESSING: &str = " If you can guess an operation's name, run it without a search: a wrong name is answered with the nearest \
    ones and their arguments. dry_run shows a request without sending it.";

const HOSTED: &str = "Finding the way: everything is an operation. search_operations finds it by a verb and a thing (\"create \
    contact note\") and shows its arguments; execute_operation runs it. The names below are operations.";

const TOOLS_ONLY: &str = "Finding the way: the tools of this connection are all that it has. A tool that is named below and not \
    listed is not available.";

/// The instructions for a caller with this selection.
pub fn instructions(registry: &ToolRegistry, selection: &Selection) -> String {
    let listed = |name: &str| registry.callable(name).is_some_and(|callable| selection.lists(callable));
    let runners: Vec<&str> = registry
        .operations_tools()
        .iter()
        .filter(|tool| !tool.is_hosted && tool.runs() && selection.lists(Callable::Operations(tool)))
        .map(|tool| tool.name)
        .collect();
    let way = match runners[..] {
        _ if listed("execute_operation") => HOSTED.to_owned(),
        [] => TOOLS_ONLY.to_owned(),
        _ if !listed("operations_search") => TOOLS_ONLY.to_owned(),
        [only] => format!("{OPERATIONS}{only} runs it, if it only reads.{GUESSING}"),
        [ref first @ .., last] => {
            format!("{OPERATIONS}{} or {last} runs it, by its kind.{GUESSING}", first.join(", "))
        }
    };
    TEMPLATE.trim().replace("{way}", &way)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tools_that_are_listed_show_the_way() {
        let registry = ToolRegistry::default();
        let text = |change: fn(&mut Selection, &ToolRegistry)| {
            let mut selection = Selection::default();
            change(&mut selection, &registry);
            instructions(&registry, &selection)
        };
        let all = text(|_, _| {});
        assert!(all.contains("operations_read, operations_add or operations_change runs it"), "{all}");
        let reads = text(|selection, registry| selection.read_only(registry, "x"));
        assert!(reads.contains("operations_read runs it") && !reads.contains("operations_add"), "{reads}");
        let hosted = text(Selection::list_hosted);
        assert!(hosted.contains("execute_operation runs it") && !hosted.contains("operations_search"), "{hosted}");
        let service = text(|selection, registry| selection.select(registry, "x", &["invoices"], &[]));
        assert!(!service.contains("operations_"), "{service}");
    }
}
