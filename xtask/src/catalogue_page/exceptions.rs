//! What cannot work, or not in every account, counted from the catalogue.

use std::collections::BTreeMap;
use std::fmt::Write;

use leadconnector_mcp::catalogue::{Flag, Operation, Shape, Type};

use crate::section::cell;

/// A row for each exception with its count, then the operations that are never run with the reason of each.
pub fn table(operations: &[Operation]) -> String {
    let mut text = "## What cannot work\n\n| operations | what | why |\n|---|---|---|\n".to_owned();
    for (what, why, applies) in EXCEPTIONS {
        let count = operations.iter().filter(|operation| applies(operation)).count();
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "| {count} | {what} | {why} |");
    }
    let mut unavailable: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for operation in operations {
        if let Some(reason) = operation.unavailable {
            unavailable.entry(reason).or_default().push(format!("`{}`", operation.name));
        }
    }
    text.push_str("\n| never run | because |\n|---|---|\n");
    for (reason, names) in unavailable {
        let _ = writeln!(text, "| {} | {} |", names.join(", "), cell(reason));
    }
    text
}

/// An exception: what it is, why, and whether it applies to an operation.
type Exception = (&'static str, &'static str, fn(&Operation) -> bool);

const EXCEPTIONS: [Exception; 10] = [
    ("are never run", "see the next table", |operation| operation.unavailable.is_some()),
    ("need the token of an agency", "a location's token gets 401", |operation| operation.has(Flag::AgencyToken)),
    ("need an OAuth token", "a Private Integration Token gets 401", |operation| operation.has(Flag::OAuthToken)),
    (
        "take or return credentials",
        "they would enter the model's context: the operator has to allow the flag",
        |operation| operation.has(Flag::Secrets),
    ),
    (
        "take a file",
        "its content travels in the arguments as base64, which are [limited](settings.md#fixed-limits) in size",
        |operation| any_shape(operation, &|shape| matches!(shape.format.as_deref(), Some("binary" | "parts"))),
    ),
    ("answer with a file or with text", "a model may not be able to use it", |operation| operation.answer.is_some()),
    (
        "have arguments whose fields are not documented",
        "any object is sent as it is; the API may reject it",
        |operation| any_shape(operation, &is_undocumented),
    ),
    ("name no scope", "only a call shows whether the token suffices", |operation| {
        operation.has(Flag::ScopeNotDocumented)
    }),
    ("name no version", "the version of their service is sent", |operation| operation.has(Flag::VersionAssumed)),
    ("are deprecated", "the documents advise against them", |operation| operation.has(Flag::Deprecated)),
];

fn any_shape(operation: &Operation, holds: &dyn Fn(&Shape) -> bool) -> bool {
    operation.parameters().iter().any(|shape| contains(shape, holds))
}

/// Whether it holds for a shape or one inside.
fn contains(shape: &Shape, holds: &dyn Fn(&Shape) -> bool) -> bool {
    let mut inner = shape.properties.iter().chain(shape.items.as_deref()).chain(&shape.alternatives);
    holds(shape) || inner.any(|shape| contains(shape, holds))
}

fn is_undocumented(shape: &Shape) -> bool {
    let is_object = shape.kind == Type::Object || shape.kind == Type::Any && shape.values.is_empty();
    let is_files = shape.format.as_deref() == Some("parts");
    is_object && !is_files && shape.properties.is_empty() && shape.alternatives.is_empty()
}

#[cfg(test)]
mod tests {
    use leadconnector_mcp::catalogue::Catalogue;

    use super::*;

    #[test]
    fn every_operation_that_is_never_run_has_its_reason() {
        let operations = Catalogue::published().operations();
        let text = table(operations);
        let never: Vec<&Operation> = operations.iter().filter(|operation| operation.unavailable.is_some()).collect();
        assert!(!never.is_empty() && text.contains(&format!("| {} | are never run |", never.len())));
        assert!(never.iter().all(|operation| text.contains(&format!("`{}`", operation.name))));
    }
}
