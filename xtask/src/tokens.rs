//! The cost of each tool definition for a model, in tokens.
//!
//! The gateway ships recorded counts instead of the tokenizer, whose vocabulary is larger than the gateway itself. The
//! tokenizer is o200k; the counts of other models differ by some per cent.

use std::fmt::Write;

use leadconnector_mcp::tools::{ToolDefinition, ToolRegistry};
use tiktoken_rs::o200k_base_singleton;

/// The file with the recorded counts.
pub const FILE: &str = "src/cli/tools/tokens.tsv";

/// One line per tool of `/mcp`, and one per service of `/mcp/x/<service>`: its name, the bytes of its definitions for a client
/// with a pinned location, and their tokens.
pub fn table() -> String {
    let registry = ToolRegistry::default();
    let mut table = String::new();
    for definition in registry.definitions(true).iter() {
        row(&mut table, definition.name, of_definition(definition));
    }
    for service in registry.services() {
        row(&mut table, &format!("/mcp/x/{service}"), of_service(&registry, service));
    }
    table
}

/// The bytes and tokens of all tools of a service.
pub fn of_service(registry: &ToolRegistry, service: &str) -> (usize, usize) {
    let tools = registry.all().filter(|callable| callable.service() == service && !callable.is_hosted());
    let costs = tools.map(|callable| of_definition(&registry.definition(callable, true)));
    costs.fold((0, 0), |(bytes, tokens), (more_bytes, more_tokens)| (bytes + more_bytes, tokens + more_tokens))
}

fn of_definition(definition: &ToolDefinition) -> (usize, usize) {
    // A definition is plain data: serializing it cannot fail.
    let json = serde_json::to_string(definition).unwrap_or_default();
    (json.len(), o200k_base_singleton().encode_ordinary(&json).len())
}

fn row(table: &mut String, name: &str, (bytes, tokens): (usize, usize)) {
    // Writing to a String cannot fail.
    let _ = writeln!(table, "{name}\t{bytes}\t{tokens}");
}
