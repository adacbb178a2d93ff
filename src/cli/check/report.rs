//! The output of `check`.

use std::fmt::Write;

use serde_json::{Value, json};

use super::probe::{Row, Works};

/// A table for people, with a summary line.
pub fn table(rows: &[Row]) -> String {
    let mut text = format!("{:<34} {:<34} {:<8} {}\n", "tool", "scope", "works", "reason");
    for row in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:<34} {:<34} {:<8} {}", row.tool, row.scope, word(row.works), row.reason);
    }
    let count = |works| rows.iter().filter(|row| row.works == works).count();
    let (yes, no, unknown) = (count(Works::Yes), count(Works::No), count(Works::Unknown));
    let _ = writeln!(text, "\n{yes} of {} tools work, {no} do not, {unknown} unknown", rows.len());
    text
}

/// The same as JSON, for programs.
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
