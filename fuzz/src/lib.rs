//! Properties that must hold for any input: one `check` per fuzz target, which panics if a property does not hold.
//!
//! The targets in `fuzz/targets` call them with generated inputs, and `tests/fuzz_seeds.rs` with the seeds.

pub mod answers;
pub mod arguments;
pub mod operations;
pub mod plain_call;
pub mod rate_limit_headers;
pub mod selection;
pub mod work;

mod arbitrary;
mod post;

/// An input's first line, and the rest.
fn head_and_rest(input: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// The tool for an input's first word: the tool of that name, or else one chosen by the first byte, so that every input has a
/// tool.
fn tool<'c>(registry: &'c leadconnector_mcp::tools::ToolRegistry, word: &[u8]) -> &'c leadconnector_mcp::tools::Tool {
    let tools = registry.tools();
    let by_name = std::str::from_utf8(word).ok().and_then(|name| registry.find(name));
    by_name.unwrap_or(&tools[usize::from(word.first().copied().unwrap_or_default()) % tools.len()])
}

/// Whether the text is one JSON document, of any depth.
fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<&serde_json::value::RawValue>(text).is_ok()
}
