//! The generated part of `docs/catalogue.md`: what cannot work, the services with their cost as tools, every operation.

mod exceptions;

use std::fmt::Write;

use leadconnector_mcp::catalogue::{Catalogue, Kind, Operation, Service};
use leadconnector_mcp::tools::ToolRegistry;

use crate::section::cell;
use crate::tokens;

/// The page with the catalogue.
pub const FILE: &str = "docs/catalogue.md";

/// The generated part.
pub fn reference() -> String {
    let catalogue = Catalogue::published();
    let exceptions = exceptions::table(catalogue.operations());
    format!("{exceptions}\n{}\n{}", services(catalogue), operations(catalogue))
}

/// A row for each service.
fn services(catalogue: &Catalogue) -> String {
    let mut text = "## Services\n\nTokens are those of the tokenizer o200k, for the definitions of all operations of a service as tools \
        (`/mcp/x/<service>`) and a pinned location.\n\n\
        | service | holds | read | add | change | tokens |\n|---|---|---|---|---|---|\n"
        .to_owned();
    let registry = ToolRegistry::default();
    let mut total = 0;
    for service in catalogue.services() {
        let (_, cost) = tokens::of_service(&registry, service.name);
        let name = format!("[`{0}`](#{0})", service.name);
        row(&mut text, &name, service.about, &count_kinds(of_service(catalogue, service)), cost);
        total += cost;
    }
    row(&mut text, "**all**", "", &count_kinds(catalogue.operations().iter()), total);
    text
}

fn row(text: &mut String, name: &str, about: &str, kinds: &[usize; 3], tokens: usize) {
    let [read, add, change] = kinds;
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(text, "| {name} | {} | {read} | {add} | {change} | {} |", cell(about), grouped(tokens));
}

/// A number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let head = digits.len() % 3;
    let (first, rest) = digits.split_at(head);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let first = Some(first.to_owned()).filter(|first| !first.is_empty());
    first.into_iter().chain(groups).collect::<Vec<_>>().join(",")
}

/// How many operations read, add and change.
fn count_kinds<'a>(operations: impl Iterator<Item = &'a Operation>) -> [usize; 3] {
    operations.fold([0; 3], |[read, add, change], operation| match operation.kind {
        Kind::Read => [read + 1, add, change],
        Kind::Add => [read, add + 1, change],
        Kind::Change => [read, add, change + 1],
    })
}

fn of_service<'a>(catalogue: &'a Catalogue, service: &'a Service) -> impl Iterator<Item = &'a Operation> {
    catalogue.operations().iter().filter(|operation| operation.service == service.name)
}

/// A heading for each service, and under it a row for each operation.
fn operations(catalogue: &Catalogue) -> String {
    let mut text = "## Operations\n\nA name is `<service>_<operation>`; the service is left out here.\n".to_owned();
    for service in catalogue.services() {
        let _ = writeln!(text, "\n### {}\n\n| operation | kind | does | flags |\n|---|---|---|---|", service.name);
        for operation in of_service(catalogue, service) {
            let (kind, title, flags) = (operation.kind.as_str(), cell(operation.title), flags(operation));
            let _ = writeln!(text, "| `{}` | {kind} | {title} | {flags} |", operation.id());
        }
    }
    text
}

fn flags(operation: &Operation) -> String {
    let unavailable = operation.unavailable.map(|_| "never run");
    let flags = operation.flags.iter().map(|flag| flag.as_str());
    unavailable.into_iter().chain(flags).collect::<Vec<_>>().join(", ")
}
