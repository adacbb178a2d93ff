//! The ranking of the operations for one query.

use super::index::Index;
use super::query::Query;
use super::synonyms::Action;
use super::traits::Traits;

/// The share of a query's words that the catalogue must know: below it, one word that hits by chance would decide.
const MIN_KNOWN: f32 = 0.5;

/// The same for a query with a word that the synonyms have: people tell what it is about along with what they want.
const MIN_KNOWN_OF_TOPIC: f32 = 0.3;

/// The score that the best operation must have, and the share of it that the others must have.
const MIN_SCORE: f32 = 0.5;
const MIN_SHARE: f32 = 0.1;

/// An operation that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Its position among the operations of the published catalogue.
    pub position: usize,
    /// How well it fits: only scores of one query compare.
    pub score: f32,
}

/// What the words of a query gave an operation.
#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    score: f32,
    /// The value of the query's words that hit.
    covered: f32,
    /// The share of the title that was hit.
    title: f32,
}

/// The operations that a query finds, best first.
pub(super) fn rank(index: &Index, text: &str) -> Vec<Hit> {
    let query = Query::read(text, index);
    let has_topic = query.units.iter().any(|unit| unit.is_topic);
    if query.known() < if has_topic { MIN_KNOWN_OF_TOPIC } else { MIN_KNOWN } {
        return Vec::new();
    }
    let whole: f32 = query.units.iter().map(|unit| unit.value).sum();
    let mut hits: Vec<Hit> = sums(&query, index)
        .into_iter()
        .zip(&index.traits)
        .enumerate()
        .filter(|(_, (sum, _))| sum.score > 0.0)
        .map(|(position, (sum, traits))| {
            let coverage = (sum.covered / whole).min(1.0).powf(index.weights.coverage);
            let precision = 1.0 - index.weights.precision * (1.0 - sum.title.min(1.0));
            Hit { position, score: sum.score * coverage * precision * factor(&query, *traits, index) }
        })
        .collect();
    hits.sort_by(|left, right| right.score.total_cmp(&left.score).then(left.position.cmp(&right.position)));
    let best = hits.first().map_or(0.0, |hit| hit.score);
    if best < MIN_SCORE && !has_topic {
        return Vec::new();
    }
    hits.retain(|hit| hit.score >= best * MIN_SHARE);
    hits
}

/// What each operation gets: for every unit the most that one of its terms gives, so that synonyms count once.
fn sums(query: &Query, index: &Index) -> Vec<Sum> {
    let mut sums = vec![Sum::default(); index.traits.len()];
    let mut best = sums.clone();
    for unit in query.units.iter().filter(|unit| !unit.terms.is_empty()) {
        best.fill(Sum::default());
        for meant in &unit.terms {
            for posting in index.postings(meant.term) {
                let best = &mut best[usize::from(posting.operation)];
                best.score = best.score.max(meant.worth * f32::from(posting.weight));
                best.covered = best.covered.max(meant.worth);
                best.title = best.title.max(posting.of_title.into());
            }
        }
        for (sum, best) in sums.iter_mut().zip(&best) {
            sum.score += best.score;
            sum.covered += best.covered;
            sum.title += best.title;
        }
    }
    sums
}

/// How well an operation does what a query asks for.
fn factor(query: &Query, traits: Traits, index: &Index) -> f32 {
    let weights = &index.weights;
    let by_action = match query.action {
        None if traits.action.reads() => by_number(query, traits, index),
        None => weights.unasked_change,
        Some(asked) if asked.reads() && traits.action.reads() => weights.same_action * by_number(query, traits, index),
        Some(asked) if asked == traits.action => weights.same_action,
        Some(asked) if asked.reads() || traits.action.reads() => weights.conflict,
        Some(_) => weights.other_change,
    };
    let by_ads = if traits.is_ads && !query.is_ads { weights.unasked_ads } else { 1.0 };
    by_action * by_ads * traits.prior
}

/// A list for a query that asks for several, and one record for one that asks for one.
fn by_number(query: &Query, traits: Traits, index: &Index) -> f32 {
    match (query.several, traits.action) {
        (Some(true), Action::Read) | (Some(false), Action::List) => index.weights.other_number,
        _ => 1.0,
    }
}
