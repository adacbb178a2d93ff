//! The inverted index: which operations have a word, and how much it counts there.

use std::collections::{HashMap, HashSet};

use super::synonyms::Synonyms;
use super::traits::Traits;
use super::weights::Weights;

/// The words of all operations. An operation is known by its position in the catalogue.
#[derive(Debug)]
pub(super) struct Index {
    pub weights: Weights,
    /// The number of each term: a stem, or an entry of several words of the synonyms or verbs.
    pub terms: HashMap<Box<str>, u16>,
    pub postings: Postings,
    /// The words as they are written, with their terms, in alphabetical order: for misspelt ones.
    pub vocabulary: Vec<(Box<str>, u16)>,
    pub synonyms: Synonyms,
    pub traits: Vec<Traits>,
    pub names: Vec<Names>,
    /// The names of the services, without punctuation.
    pub services: HashSet<String>,
    /// The family of each operation: those on one resource have the same.
    pub families: Vec<u16>,
}

/// The postings of all terms.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// Where those of a term start; those of the next term follow.
    pub starts: Vec<u32>,
    pub all: Vec<Posting>,
    /// The rarity of each term: its inverse document frequency.
    pub rarity: Vec<f32>,
    /// Whether each term stands in the title, name or path of an operation.
    pub named: Vec<bool>,
}

/// A term in an operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting {
    pub operation: u16,
    /// How much the term counts there: by how often it stands in which fields.
    pub weight: Share,
    /// The term's share of the title, where rare terms have more.
    pub of_title: Share,
}

/// A number from 0 to 1 in two bytes: there are tens of thousands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share(u16);

impl From<f32> for Share {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float is converted to the nearest bound"
    )]
    fn from(share: f32) -> Self {
        Self((share * f32::from(u16::MAX)).round() as u16)
    }
}

impl From<Share> for f32 {
    fn from(Share(share): Share) -> Self {
        Self::from(share) / Self::from(u16::MAX)
    }
}

/// The terms of an operation's names, but verbs and words that say nothing.
#[derive(Debug)]
pub(super) struct Names {
    pub id: Box<[u16]>,
    pub title: Box<[u16]>,
    pub service: Box<[u16]>,
}

impl Index {
    /// The term with this text.
    pub fn term(&self, text: &str) -> Option<u16> {
        self.terms.get(text).copied()
    }

    pub fn rarity(&self, term: u16) -> f32 {
        self.postings.rarity.get(usize::from(term)).copied().unwrap_or_default()
    }

    /// Whether a term stands in the title, name or path of an operation: else it was only said in a sentence.
    pub fn is_named(&self, term: u16) -> bool {
        self.postings.named.get(usize::from(term)).copied().unwrap_or_default()
    }

    pub fn postings(&self, term: u16) -> &[Posting] {
        self.postings.of(usize::from(term))
    }

    /// The words that start with a character, with their terms.
    pub fn words_from(&self, first: char) -> impl Iterator<Item = (&str, u16)> {
        let start = self.vocabulary.partition_point(|(word, _)| word.chars().next() < Some(first));
        let words = self.vocabulary[start..].iter().take_while(move |(word, _)| word.starts_with(first));
        words.map(|(word, term)| (word.as_ref(), *term))
    }
}

impl Postings {
    fn of(&self, term: usize) -> &[Posting] {
        match (self.starts.get(term), self.starts.get(term + 1)) {
            (Some(start), Some(end)) => &self.all[*start as usize..*end as usize],
            _ => &[],
        }
    }
}
