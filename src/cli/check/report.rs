//! The output of `check`.

use std::fmt::Write;

use serde_json::{Value, json};

use super::probe::{Finding, Row, Works};

/// The tools of one scope.
type Scope<'a> = (&'static str, Vec<&'a str>);

/// A list for people, grouped by result and reason and then by scope, with a summary line. Tools share their reasons, so that
/// one line per tool would repeat each of them.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    let (rows, others): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.is_listed);
    if !others.is_empty() {
        text.push_str(&scopes(&others));
    }
    // Problems come last, where they are visible on a terminal.
    for works in [Works::Yes, Works::Unknown, Works::No] {
        for (heading, scopes) in groups(rows.iter().copied().filter(|row| row.finding.works == works)) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{heading}");
            for (scope, tools) in scopes {
                let _ = writeln!(text, "  {scope:<36} {}", tools.join(", "));
            }
            text.push('\n');
        }
    }
    let count = |works| rows.iter().filter(|row| row.finding.works == works).count();
    let (yes, no, unknown) = (count(Works::Yes), count(Works::No), count(Works::Unknown));
    let _ = writeln!(text, "{yes} of {} tools work, {no} do not, {unknown} unknown", rows.len());
    text
}

/// The scopes of the other operations, by result.
fn scopes(rows: &[&Row]) -> String {
    let mut text = "Scopes of other operations, which operations_search finds:\n".to_owned();
    for (works, label) in [(Works::Yes, "granted"), (Works::No, "not granted"), (Works::Unknown, "unknown")] {
        let scopes: Vec<&str> = rows.iter().filter(|row| row.finding.works == works).map(|row| row.scope).collect();
        if !scopes.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{label:>13}: {}", scopes.join(", "));
        }
    }
    text.push('\n');
    text
}

/// The rows by heading and scope, in the order in which they occur.
fn groups<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<(String, Vec<Scope<'a>>)> {
    let mut groups: Vec<(String, Vec<Scope>)> = Vec::new();
    for row in rows {
        let heading = heading(&row.finding);
        let group = match groups.iter().position(|(known, _)| *known == heading) {
            Some(position) => position,
            None => {
                groups.push((heading, Vec::new()));
                groups.len() - 1
            }
        };
        let scopes = &mut groups[group].1;
        match scopes.iter_mut().find(|(scope, _)| *scope == row.scope) {
            Some((_, tools)) => tools.push(row.tool),
            None => scopes.push((row.scope, vec![row.tool])),
        }
    }
    groups
}

/// The heading of a group: the result and what its tools have in common.
fn heading(finding: &Finding) -> String {
    match finding {
        // Whether the record existed is no difference for people.
        Finding { works: Works::Yes, .. } => "works:".to_owned(),
        Finding { lacks_scope: true, .. } => {
            "does not work: the token lacks the scope; add it in Settings > Private Integrations:".to_owned()
        }
        Finding { works: Works::No, reason, .. } => format!("does not work: {reason}:"),
        Finding { works: Works::Unknown, reason, .. } => format!("unknown: {reason}:"),
    }
}

/// One object per tool as JSON, for programs.
pub fn json(rows: &[Row]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|Row { tool, scope, finding, is_listed, .. }| {
            json!({
                "tool": tool,
                "scope": scope,
                "works": word(finding.works),
                "reason": finding.reason,
                "listed": is_listed,
            })
        })
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
