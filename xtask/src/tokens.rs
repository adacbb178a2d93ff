//! The cost of each tool definition for a model, in tokens.
//!
//! The gateway ships recorded counts instead of the tokenizer, whose vocabulary is larger than the gateway itself. The
//! tokenizer is o200k; the counts of other models differ by some per cent.

use std::fmt::Write;

use leadconnector_mcp::tools::ToolRegistry;
use tiktoken_rs::o200k_base_singleton;

/// The file with the recorded counts.
pub const FILE: &str = "src/cli/tools/tokens.tsv";

/// One line per tool: its name, the bytes of its definition for a client with a pinned location, and its tokens.
pub fn table() -> String {
    let tokenizer = o200k_base_singleton();
    let mut table = String::new();
    for definition in ToolRegistry::default().definitions(true).iter() {
        // A definition is plain data: serializing it cannot fail.
        let json = serde_json::to_string(definition).unwrap_or_default();
        let tokens = tokenizer.encode_ordinary(&json).len();
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{}\t{}\t{tokens}", definition.name, json.len());
    }
    table
}
