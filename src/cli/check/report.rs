//! What `check` prints.

use std::fmt::Write;

use serde_json::{Value, json};

use super::probe::{Row, Works};

/// A table for people, and a line that sums it up.
pub fn table(rows: &[Row]) -> String {
    let mut text = format!("{:<34} {:<34} {:<8} {}\n", "tool", "scope", "works", "reason");
    for row in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:<34} {:<34} {:<8} {}", row.tool, row.scope, word(row.works), row.reason);
    }
    let fine = rows.iter().filter(|row| row.is_fine()).count();
    let _ = writeln!(text, "\n{fine} of {} tools work as far as reading can tell", rows.len());
    text
}

/// The same for programs.
pub fn json(rows: &[Row]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| json!({ "tool": row.tool, "scope": row.scope, "works": word(row.works), "reason": row.reason }))
        .collect();
    format!("{:#}\n", Value::Array(rows))
}

fn word(works: Works) -> &'static str {
    match works {
        Works::Yes => "yes",
        Works::No => "no",
        Works::Unknown => "unknown",
    }
}
