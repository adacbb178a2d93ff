//! The arrows between the rooms of `src/`, and no circle between its files: see docs/architecture.md.
//!
//! Read from the source as text: every `use` of our own modules and every inline `crate::` path outside of unit tests.
//! Inside one crate the compiler allows any import; this test does not.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "architecture/imports.rs"]
mod imports;

use std::collections::{BTreeMap, BTreeSet};

use imports::Source;

/// Each room, and the rooms that it may import. A room is a file of `src/` with the folder beside it.
const ARROWS: [(&str, &[&str]); 14] = [
    ("text", &[]),
    ("config", &["text"]),
    ("server", &["config"]),
    ("leadconnector", &["config", "text"]),
    ("catalogue", &["leadconnector", "text"]),
    ("tools", &["catalogue", "config", "leadconnector", "text"]),
    ("auth", &["config", "leadconnector", "text"]),
    ("calls", &["auth", "catalogue", "config", "leadconnector", "text", "tools"]),
    // Of the server: how often a line that any client can cause is logged.
    ("telemetry", &["calls", "server", "tools"]),
    // Of the server: how the process ends, and what a rejection is called in the log.
    ("mcp", &["calls", "config", "leadconnector", "server", "text", "tools"]),
    ("web", &["auth", "calls", "config", "leadconnector", "mcp", "server", "text", "tools"]),
    ("sandbox", &[]),
    (
        "cli",
        &[
            "auth",
            "calls",
            "catalogue",
            "config",
            "leadconnector",
            "mcp",
            "sandbox",
            "server",
            "telemetry",
            "text",
            "tools",
            "web",
        ],
    ),
    ("main", &["cli"]),
];

#[test]
fn rooms_import_only_what_the_table_allows() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let sources = imports::read();
    let rooms: BTreeSet<&str> = sources.iter().map(Source::room).filter(|room| *room != "lib").collect();
    assert_eq!(rooms, allowed.keys().copied().collect(), "every room has a row in the table, and every row a room");
    let mut forbidden = Vec::new();
    for source in sources.iter().filter(|source| source.room() != "lib") {
        for import in &source.imports {
            let room = import.room();
            if room != source.room() && !allowed[source.room()].contains(&room) {
                forbidden.push(format!("{}: {import}", source.file));
            }
        }
    }
    assert!(forbidden.is_empty(), "imports against the arrows:\n{}", forbidden.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let sources = imports::read();
    let edges = imports::edges(&sources);
    let circles = imports::circles(&edges);
    assert!(circles.is_empty(), "files that import each other:\n{}", circles.join("\n"));
}

#[test]
fn only_mcp_names_rmcp() {
    let named: Vec<String> = imports::read()
        .into_iter()
        .filter(|source| source.room() != "mcp" && source.text.contains("rmcp::"))
        .map(|source| source.file)
        .collect();
    assert!(named.is_empty(), "rmcp's types belong to mcp: {named:?}");
}

#[test]
fn the_api_client_knows_no_tool() {
    // Names of tools are `<service>_<operation>`, as in `contacts_get-contact`.
    let named: Vec<String> = imports::read()
        .into_iter()
        .filter(|source| source.room() == "leadconnector")
        .flat_map(|source| {
            let lines: Vec<String> = source
                .text
                .lines()
                .filter(|line| {
                    let word = |word: &str| {
                        let (service, operation) = word.split_once('_').unwrap_or_default();
                        operation.contains('-')
                            && ["calendars", "contacts", "conversations", "locations", "opportunities", "payments"]
                                .contains(&service)
                    };
                    line.split(|char: char| !char.is_alphanumeric() && char != '_' && char != '-').any(word)
                })
                .map(|line| format!("{}: {}", source.file, line.trim()))
                .collect();
            lines
        })
        .collect();
    assert!(named.is_empty(), "tools belong to the rooms above:\n{}", named.join("\n"));
}
