//! The answer of `operations_describe`.

use std::fmt::Write;

use super::listed::runner_of;
use super::search::marks;
use super::{input, names};
use crate::leadconnector::ArgumentError;
use crate::tools::registry::ToolRegistry;
use crate::tools::{InvalidArguments, JsonObject, Selection, Tool, ToolResult};

/// Describes operations with all their arguments.
pub fn answer(
    registry: &ToolRegistry,
    selection: &Selection,
    arguments: JsonObject,
) -> Result<ToolResult, InvalidArguments> {
    let (mut problems, mut texts) = (Vec::new(), Vec::new());
    for name in input::described(arguments)? {
        match names::resolve(registry, selection, name.trim()) {
            Ok(tool) => texts.push(describe(tool, runner_of(registry, selection, tool.kind()))),
            Err(unresolved) => problems.push(ArgumentError::new("operations", unresolved.into_message())),
        }
    }
    if texts.is_empty() {
        return Err(InvalidArguments(problems));
    }
    // Those that exist are described in any case.
    texts.extend(problems.into_iter().map(|error| error.problem));
    Ok(ToolResult::text(texts.join("\n\n")))
}

fn describe(tool: &Tool, runner: Option<&str>) -> String {
    let Some(operation) = tool.operation else { return tool.description.to_owned() };
    let mut text = format!("{} [{}]: {}\n{}\n", tool.name, marks(operation), operation.title, operation.summary);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{} {}; {}", operation.method, operation.path, scope(operation.scope));
    let _ = match (operation.unavailable, runner) {
        (Some(reason), _) => writeln!(text, "Not available here: {reason}"),
        (None, Some(runner)) => writeln!(text, "Run with {runner}. Params, besides the location:"),
        (None, None) => writeln!(text, "Params, besides the location:"),
    };
    if tool.is_typed() {
        // Its own reader is stricter and knows better than the document.
        let _ =
            writeln!(text, "(Read as the arguments of the tool {} are: see its schema, if it is listed.)", tool.name);
    }
    text.push_str(&operation.full_signature());
    text.trim_end().to_owned()
}

fn scope(scope: Option<&str>) -> String {
    scope.map_or_else(|| "no document names its scope".to_owned(), |scope| format!("scope {scope}"))
}
