//! Every published operation of the API, as data: `catalogue/operations.jsonl`, which `cargo run -p xtask -- catalogue` writes
//! from the facts of the API's documents and the words of `catalogue/overlay/`. docs/updating.md describes the update.

mod alternatives;
mod endpoint;
mod location_slot;
mod operation;
mod reader;
mod schema;
pub mod search;
mod shape;
mod signature;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

pub use location_slot::LocationUse;
pub use operation::{Answer, BodyForm, Flag, Kind, Operation, Paging};
pub use reader::Prepared;
pub use schema::SchemaOptions;
pub use shape::{Place, Shape, Type};
pub use signature::Signature;

/// The text of the catalogue: a line with the services, then a line for each operation, in alphabetical order.
const TEXT: &str = include_str!("../catalogue/operations.jsonl");

/// All operations, read at the first use.
static PUBLISHED: LazyLock<Catalogue> = LazyLock::new(|| match Catalogue::parse(TEXT) {
    Ok(catalogue) => catalogue,
    // The text is part of the program and a test parses it.
    Err(error) => unreachable!("the catalogue is not valid: {error}"),
});

/// All operations of the API.
#[derive(Debug)]
pub struct Catalogue {
    services: Vec<Service>,
    operations: Vec<Operation>,
    positions: HashMap<&'static str, usize>,
}

/// A service: one of the API's documents.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Service {
    /// Its name, with which the names of its operations begin.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it holds, in a few nouns.
    pub about: &'static str,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct Services {
    services: Vec<Service>,
}

impl Catalogue {
    /// The operations that the API's documents publish.
    pub fn published() -> &'static Self {
        &PUBLISHED
    }

    fn parse(text: &'static str) -> Result<Self, serde_json::Error> {
        let (first, rest) = text.split_once('\n').unwrap_or_default();
        let Services { services } = serde_json::from_str(first)?;
        let operations: Vec<Operation> = rest.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        let positions = operations.iter().enumerate().map(|(position, operation)| (operation.name, position)).collect();
        Ok(Self { services, operations, positions })
    }

    /// The services, in alphabetical order.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The operations, in alphabetical order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation with this name.
    pub fn find(&self, name: &str) -> Option<&Operation> {
        self.positions.get(name).map(|position| &self.operations[*position])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_operation_has_words_and_a_legal_name() {
        let catalogue = Catalogue::published();
        assert_eq!(catalogue.operations().len(), TEXT.lines().count() - 1);
        let mut names = HashSet::new();
        for operation in catalogue.operations() {
            let name = operation.name;
            let is_legal = |char: char| char.is_ascii_alphanumeric() || "_-.".contains(char);
            assert!((1..=64).contains(&name.len()) && name.chars().all(is_legal), "{name}");
            assert!(names.insert(name), "{name} stands twice");
            let words = [operation.title, operation.summary].into_iter().chain(operation.phrases);
            assert!(words.into_iter().all(|text| !text.trim().is_empty()), "{name}");
            assert!(catalogue.services().iter().any(|service| service.name == operation.service), "{name}");
            assert!(name.starts_with(operation.service), "{name}");
        }
    }

    #[test]
    fn the_parameters_of_every_operation_can_be_parsed() {
        for operation in Catalogue::published().operations() {
            let parsed = operation.parse_parameters().unwrap_or_else(|error| panic!("{}: {error}", operation.name));
            assert_eq!(parsed, operation.parameters(), "{}", operation.name);
        }
    }

    #[test]
    fn every_parameter_of_a_path_is_required_and_in_the_path() {
        for operation in Catalogue::published().operations() {
            let in_path: HashSet<&str> = crate::leadconnector::path::names(operation.path).collect();
            let parameters = operation.parameters().iter().filter(|parameter| parameter.place == Some(Place::Path));
            let declared: HashSet<&str> = parameters
                .map(|parameter| {
                    assert!(parameter.required, "{}: {}", operation.name, parameter.name);
                    parameter.name.as_ref()
                })
                .collect();
            assert_eq!(declared, in_path, "{}", operation.name);
        }
    }

    #[test]
    fn what_reaches_people_or_costs_money_is_a_change() {
        for operation in Catalogue::published().operations() {
            let acts = operation.has(Flag::ReachesPeople) || operation.has(Flag::CostsMoney);
            assert!(!acts || operation.kind != Kind::Add, "{}", operation.name);
        }
    }
}
