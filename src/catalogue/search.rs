//! Search over the published catalogue: operations by a request in words, and by a name that does not exist.
//!
//! A query's words, with their synonyms and what they may be misspelt from, are looked up in an index of the operations' words
//! (BM25F). Then the ranking asks what the query does, to how many, and whether it is about ads.

mod asks;
mod build;
mod family;
mod hints;
mod index;
mod names;
mod postings;
mod proper_names;
mod query;
mod sayings;
mod score;
mod synonyms;
mod tokens;
mod traits;
mod unit;
mod weights;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use super::{Catalogue, Operation};
use index::Index;
pub use score::Hit;
use weights::Weights;

/// The most operations that are found: more mislead rather than help.
pub const MAX_HITS: usize = 8;

/// The most queries of one search that are used.
const MAX_QUERIES: usize = 4;

/// The words of the published catalogue, read at the first search.
static INDEX: LazyLock<Index> =
    LazyLock::new(|| build::build(Catalogue::published(), Weights::default(), |operation| operation.phrases.to_vec()));

/// Reads the words of the catalogue, so that no search has to wait for it.
pub fn warm_up() {
    LazyLock::force(&INDEX);
}

/// Whether a search may find an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// It may be found.
    Shown,
    /// The caller may not use it: it is only counted.
    Hidden,
    /// The caller did not ask for it, by a filter like the service: it does not even count.
    Outside,
}

/// What a search found.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Found {
    /// The best operations, each once, best first; those of several queries in turn. At most [`MAX_HITS`].
    pub hits: Vec<Hit>,
    /// The operations that would have been among the hits if they were not hidden, by their positions.
    pub hidden: Vec<usize>,
}

/// Searches the published catalogue. Nothing is found by a query of which the catalogue knows less than half of the words.
pub fn search(queries: &[&str], visibility: impl Fn(&Operation) -> Visibility) -> Found {
    let operations = Catalogue::published().operations();
    let rankings: Vec<Vec<(Hit, bool)>> = queries
        .iter()
        .take(MAX_QUERIES)
        .map(|query| {
            let ranked = score::rank(&INDEX, query).into_iter();
            let seen = ranked.filter_map(|hit| match visibility(operations.get(hit.position)?) {
                Visibility::Shown => Some((hit, true)),
                Visibility::Hidden => Some((hit, false)),
                Visibility::Outside => None,
            });
            seen.collect()
        })
        .collect();
    let shown: Vec<Vec<(Hit, bool)>> =
        rankings.iter().map(|ranking| ranking.iter().copied().filter(|(_, is_shown)| *is_shown).collect()).collect();
    Found {
        hits: interleave(&shown).into_iter().map(|(hit, _)| hit).collect(),
        hidden: interleave(&rankings)
            .into_iter()
            .filter(|(_, is_shown)| !is_shown)
            .map(|(hit, _)| hit.position)
            .collect(),
    }
}

/// Takes hits of each ranking in turn, each operation once.
fn interleave(rankings: &[Vec<(Hit, bool)>]) -> Vec<(Hit, bool)> {
    let mut taken: Vec<(Hit, bool)> = Vec::new();
    let mut rankings: Vec<_> = rankings.iter().map(|ranking| ranking.iter()).collect();
    while taken.len() < MAX_HITS {
        let before = taken.len();
        for ranking in &mut rankings {
            let next = ranking.find(|(hit, _)| taken.iter().all(|(other, _)| other.position != hit.position));
            taken.extend(next);
        }
        if taken.len() == before {
            break;
        }
    }
    taken.truncate(MAX_HITS);
    taken
}

/// The operations on the same resource (path family) as one, other than itself, by their positions.
pub fn siblings(position: usize) -> Vec<usize> {
    let Some(own) = INDEX.families.get(position) else { return Vec::new() };
    let members = INDEX.families.iter().enumerate().filter(|(_, family)| *family == own);
    members.map(|(other, _)| other).filter(|other| *other != position).collect()
}

/// The operations whose names are nearest to one that does not exist, best first; at most three. A name that asks for a read
/// leads to reads only, one that asks to delete only to what deletes or reads.
pub fn nearest_names(name: &str, accepts: impl Fn(&Operation) -> bool) -> Vec<usize> {
    names::nearest(&INDEX, Catalogue::published().operations(), name, accepts)
}
