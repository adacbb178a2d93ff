//! Families: the operations about one resource, by their paths.

use std::collections::{HashMap, HashSet};

use http::Method;

use super::super::Catalogue;

/// The family of each operation, by its position: a number that the operations of one resource share.
pub(super) fn families(catalogue: &Catalogue) -> Vec<u16> {
    let paths: Vec<Vec<&str>> = catalogue.operations().iter().map(|operation| segments(operation.path)).collect();
    let mut methods: HashMap<&[&str], HashSet<&Method>> = HashMap::new();
    for (path, operation) in paths.iter().zip(catalogue.operations()) {
        methods.entry(path).or_default().insert(&operation.method);
    }
    let collections: HashSet<&[&str]> = paths
        .iter()
        .filter_map(|path| path.split_last())
        .filter(|(last, _)| **last == "{}")
        .map(|(_, rest)| rest)
        .collect();
    // A path is a resource of its own if records have an id below it, or several methods act on it. Otherwise its last
    // segment is an action on what stands before it, like `send` in `/invoices/{}/send`.
    let is_resource =
        |path: &[&str]| methods.get(path).is_some_and(|methods| methods.len() > 1) || collections.contains(path);
    let mut numbers: HashMap<(&str, &[&str]), u16> = HashMap::new();
    let mut families = Vec::with_capacity(paths.len());
    for (path, operation) in paths.iter().zip(catalogue.operations()) {
        let mut resource = path.as_slice();
        loop {
            while let Some((&"{}", rest)) = resource.split_last() {
                resource = rest;
            }
            let Some((_, rest)) = resource.split_last().filter(|(_, rest)| !rest.is_empty()) else { break };
            if is_resource(resource) {
                break;
            }
            // The root of a service is no resource of its own where nothing is said of it.
            if !rest.contains(&"{}") && !is_resource(rest) {
                break;
            }
            resource = rest;
        }
        let next = u16::try_from(numbers.len()).unwrap_or(u16::MAX);
        families.push(*numbers.entry((operation.service, resource)).or_insert(next));
    }
    families
}

/// The segments of a path, each parameter as `{}`.
fn segments(path: &str) -> Vec<&str> {
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(|part| if part.starts_with('{') { "{}" } else { part })
        .collect()
}
