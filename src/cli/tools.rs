//! `tools`: the list of tools, for people and for programs.

mod tokens;

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Failure, ToolsArgs};
use crate::tools::{Tool, ToolDefinition, ToolRegistry};

/// Prints the list of tools.
pub fn run(args: &ToolsArgs) -> Result<(), Failure> {
    let registry = ToolRegistry::default();
    let text = if args.tokens {
        tokens::table()
    } else if args.json {
        // The tools for any operation come last, and have no endpoint of their own.
        let (own, any) = registry.definitions(false).split_at(registry.tools().len());
        let own = registry.tools().iter().zip(own).map(|(tool, definition)| describe(tool, definition));
        format!("{:#}\n", Value::Array(own.chain(any.iter().map(describe_any)).collect()))
    } else {
        let any = registry.definitions(false).iter().skip(registry.tools().len());
        let any = any.map(|tool| format!("{}\n    {}\n\n", tool.name, tool.description));
        registry.tools().iter().map(paragraph).chain(any).collect()
    };
    match io::stdout().lock().write_all(text.as_bytes()) {
        // `tools | head` is not an error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

fn describe(tool: &Tool, definition: &ToolDefinition) -> Value {
    let hints = tool.hints;
    json!({
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "method": tool.endpoint.method.as_str(),
        "path": tool.endpoint.path,
        "version": tool.endpoint.version,
        "scope": tool.endpoint.scope,
        "hints": {
            "readOnly": hints.read_only,
            "destructive": hints.destructive,
            "idempotent": tool.endpoint.idempotent,
            "openWorld": hints.open_world,
        },
        "inputSchema": definition.input_schema,
    })
}

/// A tool for any operation.
fn describe_any(definition: &ToolDefinition) -> Value {
    let hints = definition.annotations;
    json!({
        "name": definition.name,
        "title": definition.title,
        "description": definition.description,
        "hints": {
            "readOnly": hints.read_only_hint,
            "destructive": hints.destructive_hint.unwrap_or(false),
            "idempotent": hints.idempotent_hint.unwrap_or(hints.read_only_hint),
            "openWorld": hints.open_world_hint,
        },
        "inputSchema": definition.input_schema,
    })
}

fn paragraph(tool: &Tool) -> String {
    let endpoint = &tool.endpoint;
    format!(
        "{}\n    {}\n    {} {} (Version {})\n    scope {}; {}\n\n",
        tool.name,
        tool.description,
        endpoint.method.as_str(),
        endpoint.path,
        endpoint.version,
        endpoint.scope,
        hints(tool),
    )
}

fn hints(tool: &Tool) -> String {
    let hints = tool.hints;
    if hints.read_only {
        return "read".to_owned();
    }
    let flags = [
        (hints.destructive, "destructive"),
        (tool.endpoint.idempotent, "idempotent"),
        (hints.open_world, "open world"),
    ];
    let names = flags.into_iter().filter_map(|(holds, word)| holds.then_some(word));
    std::iter::once("write").chain(names).collect::<Vec<_>>().join(", ")
}
