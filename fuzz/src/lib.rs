//! What must hold whatever the gateway is given: one `check` for each fuzz target. It panics where something does not hold.
//!
//! The targets in `fuzz/targets` call these with what the fuzzer makes up, and `tests/fuzz_seeds.rs` with the seeds.

pub mod answers;
pub mod arguments;
pub mod plain_call;
pub mod rate_limit_headers;
pub mod selection;
pub mod work;

mod arbitrary;
mod post;

/// An input's first line, and what follows it.
fn head_and_rest(input: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// The tool that an input's first word names, by its name or, so that any byte is one, by its first byte.
fn tool<'c>(registry: &'c leadconnector_mcp::tools::ToolRegistry, word: &[u8]) -> &'c leadconnector_mcp::tools::Tool {
    let tools = registry.tools();
    let by_name = std::str::from_utf8(word).ok().and_then(|name| registry.find(name));
    by_name.unwrap_or(&tools[usize::from(word.first().copied().unwrap_or_default()) % tools.len()])
}

/// Whether text is one JSON document, however deep.
fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<&serde_json::value::RawValue>(text).is_ok()
}
