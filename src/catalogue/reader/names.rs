//! Matches the names that a call gives to the names that the API has.
//!
//! Clients send the plain name, the name of HighLevel's hosted endpoint (`body_title`), and any case: `contact_id`,
//! `contact-id`, `ContactID`.

use std::iter;

use super::problems::shown;
use crate::catalogue::shape::{Place, Shape};
use crate::text::suggest;

/// The prefixes of argument names at the hosted endpoint.
const PREFIXES: [(&str, Place); 3] = [("path_", Place::Path), ("query_", Place::Query), ("body_", Place::Body)];

/// The number of names up to which an error lists all of them.
const MAX_LISTED: usize = 12;

/// A name without case and punctuation.
pub fn folded(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().filter(|char| !matches!(char, '_' | '-' | ' ')).map(|char| char.to_ascii_lowercase())
}

/// Whether two names are equal but for case and punctuation.
pub fn same(left: &str, right: &str) -> bool {
    folded(left).eq(folded(right))
}

/// The name as given, then without its prefix, with the place that the prefix names.
pub fn aliases(given: &str) -> impl Iterator<Item = (&str, Option<Place>)> {
    let bare = PREFIXES.iter().find_map(|(prefix, place)| Some((given.strip_prefix(prefix)?, Some(*place))));
    iter::once((given, None)).chain(bare)
}

/// The parameter that a name stands for, within a place if one is given.
pub fn parameter(given: &str, within: Option<Place>, parameters: &[Shape]) -> Option<usize> {
    let matches = |shape: &Shape, name: &str, place: Option<Place>, equal: &dyn Fn(&str, &str) -> bool| match place {
        Some(place) => shape.place == Some(place) && equal(&shape.name, name),
        None => equal(shape.argument(), name),
    };
    let find = |equal: &dyn Fn(&str, &str) -> bool| {
        let mut names = aliases(given).map(|(name, place)| (name, within.or(place)));
        names.find_map(|(name, place)| parameters.iter().position(|shape| matches(shape, name, place, equal)))
    };
    let anywhere = || {
        // A prefix of the wrong place: there is only one parameter of that name.
        let (bare, _) = aliases(given).last()?;
        parameters.iter().position(|shape| within.is_none() && same(shape.argument(), bare))
    };
    find(&|left, right| left == right).or_else(|| find(&same)).or_else(anywhere)
}

/// The field of an object that a name stands for.
pub fn field(given: &str, fields: &[Shape]) -> Option<usize> {
    let exact = fields.iter().position(|field| field.name == given);
    exact.or_else(|| fields.iter().position(|field| same(&field.name, given)))
}

/// The nearest names, or all if they are few, in brackets.
pub fn hint<'n>(given: &str, known: impl Iterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.collect();
    let bare = aliases(given).last().map_or(given, |(name, _)| name);
    let similar: Vec<String> = suggest(bare, known.iter().copied()).iter().map(|name| format!("`{name}`")).collect();
    if !similar.is_empty() {
        format!(" (nearest: {})", similar.join(", "))
    } else if known.is_empty() {
        " (it has none)".to_owned()
    } else if known.len() <= MAX_LISTED {
        format!(" (it has: {})", known.join(", "))
    } else {
        format!(" (it has {} others)", known.len())
    }
}

/// A name that a call gives twice, in different spellings.
pub fn twice(earlier: &str, later: &str) -> String {
    format!("is given twice with different values, as `{}` and `{}`", shown(earlier), shown(later))
}
