//! The weights of words in operations: BM25F, in which a word counts by the fields it stands in and their length.

use super::index::{Posting, Postings};
use super::weights::{FIELDS, Weights};

/// A field of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Field {
    Title,
    Phrases,
    Id,
    Service,
    About,
    Summary,
    Aliases,
    Path,
    /// What the other operations on the same resource say.
    Family,
}

/// The fields that name an operation.
const NAMES: [Field; 4] = [Field::Title, Field::Id, Field::Aliases, Field::Path];

/// A word in a field of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    pub term: u16,
    pub operation: u16,
    pub field: Field,
    /// How often it stands there.
    pub times: u16,
}

/// The postings of all occurrences. `lengths` are those of each operation's fields, in words; of the family, its size.
pub(super) fn weigh(mut occurrences: Vec<Occurrence>, lengths: &[[u32; FIELDS]], weights: &Weights) -> Postings {
    occurrences.sort_unstable();
    let means: [f32; FIELDS] = std::array::from_fn(|field| {
        let sum: u32 = lengths.iter().map(|lengths| lengths[field]).sum();
        (as_f32(sum as usize) / as_f32(lengths.len().max(1))).max(1.0)
    });
    let weight = |occurrence: &Occurrence| {
        let field = occurrence.field as usize;
        let length = as_f32(lengths[usize::from(occurrence.operation)][field] as usize);
        if occurrence.field == Field::Family {
            // The share of the family that says it.
            return weights.fields[field] * f32::from(occurrence.times) / length.max(1.0);
        }
        weights.fields[field] * f32::from(occurrence.times) / (1.0 - weights.b + weights.b * length / means[field])
    };
    let mut postings = Postings { starts: vec![0], ..Postings::default() };
    let mut titles = vec![0.0_f32; lengths.len()];
    for of_term in occurrences.chunk_by(|left, right| left.term == right.term) {
        let by_operation = || of_term.chunk_by(|left, right| left.operation == right.operation);
        let own = by_operation().filter(|found| found.iter().any(|found| found.field != Field::Family)).count();
        let rarity = (1.0 + (as_f32(lengths.len().saturating_sub(own)) + 0.5) / (as_f32(own) + 0.5)).ln();
        for found in by_operation() {
            let operation = found[0].operation;
            let sum: f32 = found.iter().map(weight).sum();
            // The fields are in order: the title is the first.
            let of_title = if found[0].field == Field::Title { 1.0 } else { 0.0 };
            titles[usize::from(operation)] += of_title * rarity;
            let weight = sum / (weights.k1 + sum);
            postings.all.push(Posting { operation, weight: weight.into(), of_title: of_title.into() });
        }
        postings.rarity.push(rarity);
        postings.named.push(of_term.iter().any(|found| NAMES.contains(&found.field)));
        postings.starts.push(u32::try_from(postings.all.len()).unwrap_or(u32::MAX));
    }
    for (term, rarity) in postings.rarity.iter().enumerate() {
        for posting in &mut postings.all[postings.starts[term] as usize..postings.starts[term + 1] as usize] {
            let in_title = f32::from(posting.of_title) > 0.0;
            let of_title = if in_title { rarity / titles[usize::from(posting.operation)] } else { 0.0 };
            posting.of_title = of_title.into();
        }
    }
    postings
}

/// Counts of words and operations are small: none is rounded.
#[expect(clippy::cast_precision_loss, reason = "counts of words and operations are far below 2^24")]
fn as_f32(count: usize) -> f32 {
    count as f32
}
