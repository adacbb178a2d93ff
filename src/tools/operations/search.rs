//! The answer of `operations_search`.

use std::fmt::Write;

use super::input::SearchInput;
use super::names::is_visible;
use crate::catalogue::search::{self, Visibility};
use crate::catalogue::{Catalogue, Flag, Kind, Operation};
use crate::leadconnector::ArgumentError;
use crate::text::suggest;
use crate::tools::registry::ToolRegistry;
use crate::tools::{InvalidArguments, JsonObject, Selection, ToolResult};

/// The hits that are shown with their arguments; the others with their names only.
const DETAILED: usize = 3;

/// The characters of arguments for the first hit, the second and the third; what one leaves the next may use.
const SIGNATURE_CHARS: [usize; DETAILED] = [420, 260, 200];

/// The most siblings that are named.
const MAX_SIBLINGS: usize = 5;

/// Searches, and formats the hits.
pub fn answer(
    registry: &ToolRegistry,
    selection: &Selection,
    arguments: JsonObject,
) -> Result<ToolResult, InvalidArguments> {
    let input = SearchInput::read(arguments)?;
    let catalogue = Catalogue::published();
    let filter = Filter::new(catalogue, &input)?;
    let queries: Vec<&str> = input.queries.iter().map(String::as_str).collect();
    let found = search::search(&queries, |operation| match () {
        () if !filter.accepts(operation) => Visibility::Outside,
        () if is_visible(registry, selection, operation) => Visibility::Shown,
        () => Visibility::Hidden,
    });
    let mut hits: Vec<&Operation> =
        found.hits.iter().filter_map(|hit| catalogue.operations().get(hit.position)).collect();
    hits.truncate(input.limit.unwrap_or(usize::MAX));
    let mut text = String::new();
    if hits.is_empty() {
        text.push_str(&nothing(catalogue));
    } else {
        list(&mut text, &hits);
        let siblings = found.hits.first().map(|hit| search::siblings(hit.position)).unwrap_or_default();
        let siblings = siblings.into_iter().filter_map(|position| catalogue.operations().get(position));
        let siblings: Vec<&str> = siblings
            .filter(|operation| {
                is_visible(registry, selection, operation) && !hits.iter().any(|hit| hit.name == operation.name)
            })
            .map(|operation| operation.name)
            .take(MAX_SIBLINGS)
            .collect();
        if !siblings.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "On the same resource as the first: {}", siblings.join(", "));
        }
    }
    if found.hidden > 0 {
        let _ = writeln!(text, "{} more are hidden by {}", found.hidden, selection.sources().join(", "));
    }
    Ok(ToolResult::text(text.trim_end().to_owned()))
}

fn list(text: &mut String, hits: &[&Operation]) {
    let mut left = 0;
    for (hit, chars) in hits.iter().zip(SIGNATURE_CHARS) {
        let signature = hit.signature(chars + left).text;
        left = (chars + left).saturating_sub(signature.len());
        let _ = writeln!(text, "{} [{}] {}", hit.name, marks(hit), hit.summary);
        let _ = match hit.unavailable {
            Some(reason) => writeln!(text, "  not available here: {reason}"),
            None => writeln!(text, "  {{{signature}}}"),
        };
    }
    let others: Vec<String> =
        hits.iter().skip(DETAILED).map(|hit| format!("{} [{}]", hit.name, hit.kind.as_str())).collect();
    if !others.is_empty() {
        let _ = writeln!(text, "Also: {}", others.join(", "));
    }
    let _ = writeln!(
        text,
        "Run with operations_read, operations_add or operations_change, by kind: {{operation, params}}."
    );
}

/// The kind, and the flags that matter before a call.
pub fn marks(operation: &Operation) -> String {
    let matters = |flag: &&Flag| !matches!(flag, Flag::VersionAssumed | Flag::Browser);
    let flags = operation.flags.iter().filter(matters).map(|flag| flag.as_str());
    std::iter::once(operation.kind.as_str()).chain(flags).collect::<Vec<_>>().join("; ")
}

fn nothing(catalogue: &Catalogue) -> String {
    let services: Vec<&str> = catalogue.services().iter().map(|service| service.name).collect();
    format!(
        "No operation matches. Search with a verb and a thing, like \"create contact note\" or \"list calendars\"; the services are {}.\n",
        services.join(", ")
    )
}

/// The services and the kind that a search is limited to.
struct Filter {
    services: Vec<&'static str>,
    kind: Option<Kind>,
}

impl Filter {
    fn new(catalogue: &'static Catalogue, input: &SearchInput) -> Result<Self, InvalidArguments> {
        let mut problems = Vec::new();
        let mut services = Vec::new();
        for given in &input.services {
            let folded = given.trim().to_lowercase().replace([' ', '_'], "-");
            let known = catalogue.services();
            match known.iter().find(|service| {
                service.name == folded || service.name.trim_end_matches('s') == folded.trim_end_matches('s')
            }) {
                Some(service) => services.push(service.name),
                None if folded == "all" || folded.is_empty() => {}
                None => {
                    let nearest = suggest(&folded, known.iter().map(|service| service.name));
                    let names: Vec<&str> =
                        if nearest.is_empty() { known.iter().map(|service| service.name).collect() } else { nearest };
                    problems.push(ArgumentError::new(
                        "service",
                        format!("{folded:?} is not a service: {}", names.join(", ")),
                    ));
                }
            }
        }
        let kind = match input.kind.as_str() {
            "" | "all" | "any" => None,
            "read" => Some(Kind::Read),
            "add" | "create" => Some(Kind::Add),
            // `write`, `delete` and `money_movement` are the hosted endpoint's.
            "change" | "write" | "update" | "delete" | "money_movement" | "destructive" => Some(Kind::Change),
            other => {
                problems.push(ArgumentError::new("kind", format!("{other:?} is not a kind: read, add, change")));
                None
            }
        };
        if problems.is_empty() { Ok(Self { services, kind }) } else { Err(InvalidArguments(problems)) }
    }

    fn accepts(&self, operation: &Operation) -> bool {
        (self.services.is_empty() || self.services.contains(&operation.service))
            && self.kind.is_none_or(|kind| kind == operation.kind)
    }
}
