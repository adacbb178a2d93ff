//! Finds the operation that a name means.

use super::listed;
use crate::catalogue::{Catalogue, Operation, search};
use crate::text::truncate;
use crate::tools::registry::ToolRegistry;
use crate::tools::{Selection, Tool};

/// How many characters of arguments are shown with the operation that a wrong name most likely meant, and with the others: the
/// whole problem must not be cut.
const SIGNATURE_CHARS: [usize; 3] = [200, 80, 80];

/// Why a name leads to no operation that can be run. Both follow the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unresolved {
    /// No operation has it; another name may help.
    Unknown(String),
    /// The caller may not run it, or the gateway never does: nothing that the caller sends changes that.
    Forbidden(String),
}

impl Unresolved {
    /// The message.
    pub fn into_message(self) -> String {
        match self {
            Self::Unknown(message) | Self::Forbidden(message) => message,
        }
    }
}

/// The tool of the operation with this name: its full name, another of its names, or the `operationId` alone if only one
/// operation has it.
///
/// # Errors
///
/// If there is none that may be run; for an unknown name, with the operations that it may have meant.
pub fn resolve<'r>(registry: &'r ToolRegistry, selection: &Selection, name: &str) -> Result<&'r Tool, Unresolved> {
    let tool = find(registry, selection, name).map_err(Unresolved::Unknown)?;
    let Some(operation) = tool.operation else { return Ok(tool) };
    if let Some(reason) = operation.unavailable {
        return Err(Unresolved::Forbidden(format!("{} cannot be run here: {reason}", tool.name)));
    }
    match listed::unreachable_by(registry, selection, tool) {
        Some(source) => {
            let flags: Vec<&str> = operation.flags.iter().map(|flag| flag.as_str()).collect();
            let flags =
                if source.ends_with("tools.flags") { format!(" ({})", flags.join(", ")) } else { String::new() };
            Err(Unresolved::Forbidden(format!("{} is hidden by {source}{flags}", tool.name)))
        }
        None => Ok(tool),
    }
}

fn find<'r>(registry: &'r ToolRegistry, selection: &Selection, name: &str) -> Result<&'r Tool, String> {
    if let Some(tool) = registry.find(name) {
        return Ok(tool);
    }
    let operations = Catalogue::published().operations();
    let mut same: Vec<&Operation> = operations.iter().filter(|operation| is_called(operation, name)).collect();
    if same.len() > 1 {
        same.retain(|operation| is_visible(registry, selection, operation));
    }
    match same[..] {
        [only] => registry.find(only.name).ok_or_else(|| unknown(registry, selection, name)),
        [] => Err(unknown(registry, selection, name)),
        ref several => {
            let names: Vec<&str> = several.iter().map(|operation| operation.name).collect();
            Err(format!("{:?} is the operationId of several: {}", truncate(name), names.join(", ")))
        }
    }
}

/// Whether the name is another of the operation's names, in any case and with any separators.
fn is_called(operation: &Operation, name: &str) -> bool {
    std::iter::once(operation.id())
        .chain([operation.name])
        .chain(operation.aliases.iter().copied())
        .any(|known| is_same(known, name))
}

/// Whether two names differ in case, `-`, `_`, `.` and spaces only.
fn is_same(left: &str, right: &str) -> bool {
    let folded = |name: &'_ str| {
        let letters = name.bytes().filter(|byte| !b"-_. ".contains(byte));
        letters.map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>()
    };
    // Nearly all names differ in length by more than their separators.
    left.len().abs_diff(right.len()) <= 12 && folded(left) == folded(right)
}

/// Whether an operation may be run.
pub fn is_visible(registry: &ToolRegistry, selection: &Selection, operation: &Operation) -> bool {
    registry.find(operation.name).is_some_and(|tool| listed::unreachable_by(registry, selection, tool).is_none())
}

/// The problem with an unknown name: what it may have meant, with the arguments, so that the next call can be the right one.
fn unknown(registry: &ToolRegistry, selection: &Selection, name: &str) -> String {
    let catalogue = Catalogue::published();
    let nearest = search::nearest_names(name, |operation| is_visible(registry, selection, operation));
    let nearest = nearest.into_iter().filter_map(|position| catalogue.operations().get(position));
    let lines: Vec<String> = nearest
        .zip(SIGNATURE_CHARS)
        .map(|(operation, chars)| {
            let signature = operation.signature(chars).text;
            format!("{} [{}] {{{signature}}}", operation.name, operation.kind.as_str())
        })
        .collect();
    if lines.is_empty() {
        let search = listed::search_tool(registry, selection).map(|tool| format!("; find its name with {tool}"));
        return format!("{:?} is not an operation{}", truncate(name), search.unwrap_or_default());
    }
    format!("{:?} is not an operation; the nearest: {}", truncate(name), lines.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str) -> Result<&'static str, String> {
        let registry = ToolRegistry::default();
        resolve(&registry, &Selection::default(), name).map(|tool| tool.name).map_err(Unresolved::into_message)
    }

    #[test]
    fn an_operation_has_several_names() {
        for name in
            ["contacts_create-note", "create-note", "createNote", "CONTACTS_CREATE_NOTE", "contacts.create-note"]
        {
            assert_eq!(found(name), Ok("contacts_create-note"), "{name}");
        }
        assert_eq!(found("contacts_get-contact"), Ok("contacts_get-contact"), "a hand-written tool");
    }

    #[test]
    fn an_ambiguous_or_unknown_name_is_explained() {
        let several = found("create-agent").unwrap_err();
        assert!(several.contains("several: agent-studio_createAgent, conversation-ai_create-agent,"), "{several}");
        let problem = found("contacts_add-note").unwrap_err();
        assert!(problem.contains("contacts_create-note") && problem.contains("body"), "{problem}");
        assert!(found("zzzz").unwrap_err().contains("operations_search"));
    }
}
