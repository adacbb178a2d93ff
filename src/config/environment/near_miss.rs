//! Recognizes misspelt variables that do not start with the prefix of our settings.
//!
//! They cannot all be errors, because other programs may have variables like `LEADCONNECTOR_CLIENT_ID`. An error is a name
//!
//! - that differs from a known one by at most [`MAX_EDITS`] edits, apart from case and separators: `LEADCONNECTR_MCP_READ_ONLY`,
//!   `LEAD_CONNECTOR_TOKEN`, `LEADCONNECTOR-MCP-READ-ONLY`;
//! - that only lacks `MCP`: `LEADCONNECTOR_READ_ONLY`;
//! - that names a location: `LEADCONNECTOR_LOCATION`. Without its location a caller may use every location of its token.

use super::LOCATION_VARIABLE;

/// The maximum number of edits: characters inserted, deleted, replaced, or swapped with their neighbour.
const MAX_EDITS: usize = 2;

/// What all known names start with, without separators.
const VENDOR: &str = "LEADCONNECTOR";

/// The parts of [`VENDOR`]. One of them is intact in a name with at most [`MAX_EDITS`] edits, except for some pairs of swaps;
/// other names, almost all of a process, need not be compared.
const PARTS: [&str; 3] = ["LEAD", "CONN", "ECTOR"];

/// The known variables that a name seems to mean; none if it seems to belong to another program.
pub fn find(name: &str, known: &[String]) -> Vec<String> {
    let name = squash(name);
    if !PARTS.iter().any(|part| name.contains(part)) {
        return Vec::new();
    }
    let rest = name.strip_prefix(VENDOR);
    let with_mcp = rest.map(|rest| format!("{VENDOR}MCP{rest}"));
    let mut near: Vec<(usize, &String)> = known
        .iter()
        .filter_map(|variable| {
            let squashed = squash(variable);
            let given = edits(&name, &squashed).filter(|edits| *edits <= MAX_EDITS);
            let lacking = with_mcp.as_ref().and_then(|name| edits(name, &squashed)).filter(|edits| *edits <= 1);
            Some((given.or(lacking)?, variable))
        })
        .collect();
    near.sort_by_key(|(edits, _)| *edits);
    if near.is_empty() && rest.is_some_and(|rest| rest.contains("LOCATION")) {
        return vec![LOCATION_VARIABLE.to_owned()];
    }
    near.into_iter().take(1).map(|(_, variable)| variable.clone()).collect()
}

/// The number of edits between two names; `None` if their lengths alone differ by more than the maximum.
fn edits(name: &str, known: &str) -> Option<usize> {
    (name.len().abs_diff(known.len()) <= MAX_EDITS).then(|| strsim::osa_distance(name, known))
}

/// A name in upper case and without separators.
fn squash(name: &str) -> String {
    name.chars().filter(|char| !matches!(char, '_' | '-' | '.' | ' ')).flat_map(char::to_uppercase).collect()
}
