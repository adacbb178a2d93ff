//! The answer of `operations_search`.

use std::fmt::Write;

use super::input::SearchInput;
use super::listed;
use super::names::is_visible;
use crate::catalogue::search::{self, Visibility};
use crate::catalogue::{Catalogue, Flag, Kind, Operation};
use crate::leadconnector::ArgumentError;
use crate::text::{suggest, truncate};
use crate::tools::registry::ToolRegistry;
use crate::tools::{InvalidArguments, JsonObject, Selection, ToolResult};

/// The hits that are shown with their arguments, if there is one query; the others with their names only. With several queries
/// it is the best of each.
const DETAILED: usize = 3;

/// The characters of arguments of the first hit, which nearly always is the right one, and of the others together; what one leaves
/// the next may use.
const FIRST_SIGNATURE: usize = 420;
const OTHER_SIGNATURES: usize = 200;

/// The most siblings that are named.
const MAX_SIBLINGS: usize = 4;

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
    let is_cut = input.limit.is_some_and(|limit| limit > search::MAX_HITS) && hits.len() == search::MAX_HITS;
    let mut text = String::new();
    if hits.is_empty() {
        text.push_str(&nothing(catalogue));
    } else {
        list(&mut text, &hits, queries.len().max(DETAILED), registry, selection);
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
    if is_cut {
        let _ = writeln!(text, "At most {} are shown: search with other words for more.", search::MAX_HITS);
    }
    if !found.hidden.is_empty() {
        let hidden = found.hidden.iter().filter_map(|position| catalogue.operations().get(*position));
        let tools = hidden.filter_map(|operation| registry.find(operation.name));
        let mut sources: Vec<&str> =
            tools.filter_map(|tool| listed::unreachable_by(registry, selection, tool)).collect();
        sources.sort_unstable();
        sources.dedup();
        let _ = writeln!(text, "{} more are hidden by {}", found.hidden.len(), sources.join(", "));
    }
    Ok(ToolResult::text(text.trim_end().to_owned()))
}

fn list(text: &mut String, hits: &[&Operation], detailed: usize, registry: &ToolRegistry, selection: &Selection) {
    let has_own_tool = |hit: &Operation| {
        registry.find(hit.name).is_some_and(|tool| tool.is_typed() && selection.lists(tool.callable()))
    };
    let own_tool = |hit: &Operation| if has_own_tool(hit) { "; a tool of its own" } else { "" };
    let mut left = FIRST_SIGNATURE + OTHER_SIGNATURES;
    for (index, hit) in hits.iter().take(detailed).enumerate() {
        let share = if index == 0 { FIRST_SIGNATURE } else { left / (detailed.min(hits.len()) - index) };
        let signature = hit.signature(share).text;
        left = left.saturating_sub(signature.len());
        let _ = writeln!(text, "{} [{}{}] {}", hit.name, marks(hit), own_tool(hit), hit.summary);
        let _ = match hit.unavailable {
            Some(reason) => writeln!(text, "  not available here: {reason}"),
            None => writeln!(text, "  {{{signature}}}"),
        };
    }
    let others: Vec<String> = hits.iter().skip(detailed).map(|hit| format!("{} [{}]", hit.name, marks(hit))).collect();
    if !others.is_empty() {
        let _ = writeln!(text, "Also: {}", others.join(", "));
    }
    let _ = writeln!(text, "{}", listed::how_to_run(registry, selection));
}

/// The kind, and the flags that matter before a call.
pub fn marks(operation: &Operation) -> String {
    let matters = |flag: &&Flag| !matches!(flag, Flag::VersionAssumed | Flag::ScopeNotDocumented | Flag::Browser);
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
    /// The kinds; none for all.
    kinds: &'static [Kind],
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
                        format!("{:?} is not a service: {}", truncate(given), names.join(", ")),
                    ));
                }
            }
        }
        let kinds: &[Kind] = match input.kind.as_str() {
            "" | "all" | "any" => &[],
            "read" => &[Kind::Read],
            "add" | "create" => &[Kind::Add],
            // `write`, `delete` and `money_movement` are the hosted endpoint's.
            "write" => &[Kind::Add, Kind::Change],
            "change" | "update" | "delete" | "money_movement" | "destructive" => &[Kind::Change],
            other => {
                problems.push(ArgumentError::new(
                    "kind",
                    format!("{:?} is not a kind: read, add, change", truncate(other)),
                ));
                &[]
            }
        };
        if problems.is_empty() { Ok(Self { services, kinds }) } else { Err(InvalidArguments(problems)) }
    }

    fn accepts(&self, operation: &Operation) -> bool {
        (self.services.is_empty() || self.services.contains(&operation.service))
            && (self.kinds.is_empty() || self.kinds.contains(&operation.kind))
    }
}
