//! What each tool's definition costs a model, in tokens.
//!
//! The tokenizer's vocabulary is larger than the gateway itself, so the counts are recorded and shipped, not the
//! tokenizer. It is that of o200k; other models' differ by some per cent.

use std::fmt::Write;

use leadconnector_mcp::tools::ToolRegistry;
use tiktoken_rs::o200k_base_singleton;

/// The recorded counts.
pub const FILE: &str = "src/cli/tools/tokens.tsv";

/// One line a tool: its name, the bytes of its definition as a client with a pinned location gets it, and its tokens.
pub fn table() -> String {
    let tokenizer = o200k_base_singleton();
    let mut table = String::new();
    for definition in ToolRegistry::default().definitions(true).iter() {
        // A definition is plain data: it can always be written as JSON.
        let json = serde_json::to_string(definition).unwrap_or_default();
        let tokens = tokenizer.encode_ordinary(&json).len();
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{}\t{}\t{tokens}", definition.name, json.len());
    }
    table
}
