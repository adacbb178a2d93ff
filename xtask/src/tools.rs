//! The reference of tools in `docs/tools.md`, from the registry: every tool with every argument.

mod arguments;

use std::fmt::Write;

use leadconnector_mcp::tools::{Tool, ToolDefinition, ToolRegistry};

/// The page with the reference.
pub const FILE: &str = "docs/tools.md";

/// A heading for each service, and under it one for each tool with its endpoint, its hints and its arguments.
pub fn reference() -> String {
    let registry = ToolRegistry::default();
    let mut text = String::new();
    let mut service = "";
    // The definitions of a connection without a pinned location have the argument for it.
    for (tool, definition) in registry.tools().iter().zip(registry.definitions(false).iter()) {
        if tool.service() != service {
            service = tool.service();
            let separator = if text.is_empty() { "" } else { "\n" };
            // Writing to a String cannot fail, here and below.
            let _ = writeln!(text, "{separator}## {service}");
        }
        text.push_str(&section(tool, definition));
    }
    text
}

fn section(tool: &Tool, definition: &ToolDefinition) -> String {
    let endpoint = &tool.endpoint;
    let mut text = format!("\n### {}\n\n{}\n\n", tool.name, tool.description);
    let _ = writeln!(
        text,
        "{} · {} `{}` · scope `{}`\n",
        hints(tool),
        endpoint.method.as_str(),
        endpoint.path,
        endpoint.scope
    );
    text.push_str(&arguments::table(&definition.input_schema));
    text
}

fn hints(tool: &Tool) -> String {
    if tool.hints.read_only {
        return "**read**".to_owned();
    }
    let hints = [
        (tool.hints.destructive, ", destructive"),
        (tool.endpoint.idempotent, ", idempotent"),
        (tool.hints.open_world, ", open world"),
    ];
    let words: String = hints.into_iter().filter_map(|(holds, word)| holds.then_some(word)).collect();
    format!("**write**{words}")
}
