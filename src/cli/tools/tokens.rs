//! `tools --tokens`: the cost of each tool definition for a model.

use std::fmt::Write;

/// One line per tool of `/mcp`, then one per service of `/mcp/x/<service>`: its name, the bytes of its definitions for a caller
/// with a pinned location, and their tokens (OpenAI's o200k tokenizer; other models differ by some per cent). Written by
/// `cargo run -p xtask -- generate` instead of computed here: the tokenizer's vocabulary would be a sixth of the program's size.
const RECORDED: &str = include_str!("tokens.tsv");

/// What the names of services begin with.
const SERVICE: &str = "/mcp/x/";

/// A table of bytes and tokens: per tool, of all tools of `/mcp`, and per service.
pub fn table() -> String {
    let mut text = format!("{:<42} {:>7} {:>7}\n", "tool", "bytes", "tokens");
    let (services, tools): (Vec<_>, Vec<_>) = recorded().partition(|(name, ..)| name.starts_with(SERVICE));
    for (name, bytes, tokens) in &tools {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name:<42} {bytes:>7} {tokens:>7}");
    }
    let all_bytes: usize = tools.iter().map(|(_, bytes, _)| bytes).sum();
    let all_tokens: usize = tools.iter().map(|(.., tokens)| tokens).sum();
    let _ = writeln!(text, "{:<42} {all_bytes:>7} {all_tokens:>7}", "/mcp");
    for (name, bytes, tokens) in services {
        let _ = writeln!(text, "{name:<42} {bytes:>7} {tokens:>7}");
    }
    text
}

fn recorded() -> impl Iterator<Item = (&'static str, usize, usize)> {
    RECORDED.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let name = columns.next()?;
        Some((name, columns.next()?.parse().ok()?, columns.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::ToolRegistry;

    #[test]
    fn the_list_stays_small() {
        insta::assert_snapshot!(table());
    }

    #[test]
    fn the_recorded_sizes_are_up_to_date() {
        let registry = ToolRegistry::default();
        let definitions = registry.definitions(true);
        let sizes = definitions.iter().map(|tool| (tool.name, serde_json::to_string(tool).unwrap().len()));
        let recorded = recorded().filter(|(name, ..)| !name.starts_with(SERVICE)).map(|(name, bytes, _)| (name, bytes));
        assert!(sizes.eq(recorded), "run `cargo run -p xtask -- generate`");
    }
}
