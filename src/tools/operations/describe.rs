//! The answer of `operations_describe`.

use std::fmt::Write;

use super::search::marks;
use super::{input, names, runner};
use crate::tools::registry::ToolRegistry;
use crate::tools::{InvalidArguments, JsonObject, Selection, Tool, ToolResult};

/// Describes operations with all their arguments.
pub fn answer(
    registry: &ToolRegistry,
    selection: &Selection,
    arguments: JsonObject,
) -> Result<ToolResult, InvalidArguments> {
    let mut problems = Vec::new();
    let mut texts = Vec::new();
    for name in input::described(arguments)? {
        match names::resolve(registry, selection, name.trim()) {
            Ok(tool) => texts.push(describe(tool)),
            Err(InvalidArguments(more)) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(ToolResult::text(texts.join("\n\n"))) } else { Err(InvalidArguments(problems)) }
}

fn describe(tool: &Tool) -> String {
    let Some(operation) = tool.operation else { return tool.description.to_owned() };
    let mut text = format!("{} [{}]: {}\n{}\n", tool.name, marks(operation), operation.title, operation.summary);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{} {}; {}", operation.method, operation.path, scope(operation.scope));
    let _ = match operation.unavailable {
        Some(reason) => writeln!(text, "Not available here: {reason}"),
        None => writeln!(text, "Run with {}. Params (the location is filled in):", runner(tool.kind())),
    };
    text.push_str(&operation.full_signature());
    text.trim_end().to_owned()
}

fn scope(scope: Option<&str>) -> String {
    scope.map_or_else(|| "no document names its scope".to_owned(), |scope| format!("scope {scope}"))
}
