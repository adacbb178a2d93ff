//! A word of a query, with all that it may mean.

use super::index::Index;
use super::tokens;

/// How sure it is that a word that is misspelt is the one it was taken for.
const TYPO_KNOWN: f32 = 0.5;

/// The shortest word that may be misspelt.
const MIN_TYPO_BYTES: usize = 4;

/// A word of a query, or several with one meaning.
#[derive(Debug)]
pub(super) struct Unit {
    /// What it may mean; nothing if no operation has it.
    pub terms: Vec<Meant>,
    /// How sure it is that it is a word of the catalogue, 0 to 1.
    pub known: f32,
    /// Whether it is a verb, and no thing.
    pub is_verb: bool,
    /// Whether it is a thing that the synonyms have.
    pub is_topic: bool,
    /// Whether it is no word, but only hints at something.
    pub is_hint: bool,
    /// What it is worth at most.
    pub value: f32,
}

/// A term that a unit may mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meant {
    pub term: u16,
    /// How near its meaning is, 0 to 1: the word itself is 1.
    pub likeness: f32,
    /// What an operation gets for it.
    pub worth: f32,
}

impl Unit {
    /// A word, or several that are one entry of the synonyms or verbs.
    pub fn of_entry(stems: &[String], words: &[String], index: &Index) -> Self {
        let entry = stems.join(" ");
        let meant = index.synonyms.meant.get(&entry);
        let is_verb = index.synonyms.is_pure_verb(&entry);
        let own = index.term(&entry);
        let mut terms: Vec<(u16, f32)> = own.map(|term| (term, 1.0)).into_iter().collect();
        let mut add = |text: &str, likeness: f32| {
            if let Some(term) = index.term(text)
                && terms.iter().all(|(known, _)| *known != term)
            {
                terms.push((term, likeness));
            }
        };
        for other in meant.into_iter().flatten() {
            add(other, index.weights.synonym);
        }
        if stems.len() > 1 {
            for (stem, _) in stems.iter().zip(words).filter(|(_, word)| !tokens::is_stop_word(word)) {
                add(stem, index.weights.part);
            }
        }
        let is_topic = meant.is_some();
        let factor = match own {
            _ if is_verb => index.weights.verb,
            Some(own) if !is_topic && !index.is_named(own) => index.weights.remark,
            _ => 1.0,
        };
        Self { is_verb, is_topic, ..Self::new(&terms, own, factor, 1.0, index) }
    }

    /// A word that no operation has: the word that is spelt most like it.
    pub fn of_typo(word: &str, index: &Index) -> Self {
        let allowed = if word.len() < 8 { 1 } else { 2 };
        let first = word.chars().next().filter(|_| word.len() >= MIN_TYPO_BYTES);
        let candidates = first.into_iter().flat_map(|first| index.words_from(first));
        let near = candidates.filter_map(|(candidate, term)| {
            if candidate.len() < MIN_TYPO_BYTES || candidate.len().abs_diff(word.len()) > allowed {
                return None;
            }
            let distance = strsim::osa_distance(word, candidate);
            // Words of four letters have many neighbours: only missing and exchanged letters count.
            let is_sure =
                word.len() > MIN_TYPO_BYTES || candidate.len() > word.len() || has_letters_of(word, candidate);
            (distance <= allowed && is_sure).then_some((distance, term))
        });
        let Some((_, term)) = near.min_by_key(|(distance, _)| *distance) else {
            return Self { terms: Vec::new(), known: 0.0, is_verb: false, is_topic: false, is_hint: false, value: 0.0 };
        };
        Self::new(&[(term, index.weights.typo)], Some(term), 1.0, TYPO_KNOWN, index)
    }

    fn new(terms: &[(u16, f32)], own: Option<u16>, factor: f32, known: f32, index: &Index) -> Self {
        let rarest = terms.iter().map(|(term, _)| index.rarity(*term)).fold(f32::INFINITY, f32::min);
        // A rare synonym of a common word is worth no more than that word.
        let most = own.map_or(rarest, |term| index.rarity(term));
        let terms: Vec<Meant> = terms
            .iter()
            .map(|&(term, likeness)| Meant { term, likeness, worth: likeness * factor * index.rarity(term).min(most) })
            .collect();
        let value = terms.iter().map(|meant| meant.worth).fold(0.0, f32::max);
        Self {
            known: if terms.is_empty() { 0.0 } else { known },
            terms,
            is_verb: false,
            is_topic: false,
            is_hint: false,
            value,
        }
    }

    /// How near a term is to what it means, 0 to 1.
    pub fn likeness(&self, term: u16) -> f32 {
        self.terms.iter().find(|meant| meant.term == term).map_or(0.0, |meant| meant.likeness)
    }
}

/// Whether two words have the same letters, in any order.
fn has_letters_of(left: &str, right: &str) -> bool {
    let sorted = |word: &str| {
        let mut bytes = word.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    sorted(left) == sorted(right)
}
