//! The inverted index: the words of every operation, weighed by the field they stand in (BM25F).

use std::collections::{HashMap, HashSet};

use super::super::{Catalogue, Flag, Kind, Operation};
use super::family::families;
use super::synonyms::{Action, MAX_ENTRY_WORDS, Synonyms};
use super::tokens::{self, Stems};
use super::weights::Weights;

const FIELDS: usize = 9;

/// The field of what the other operations on the same resource say.
const FAMILY: u8 = 8;

/// Services about ads: found only by queries about ads.
const ADS: [&str; 2] = ["ad-manager", "ad-publishing"];

/// The services that most calls are about.
const CORE: [&str; 12] = [
    "businesses",
    "calendars",
    "contacts",
    "conversations",
    "forms",
    "invoices",
    "locations",
    "opportunities",
    "payments",
    "products",
    "users",
    "workflows",
];

/// The words of all operations.
#[derive(Debug)]
pub(super) struct Index {
    pub weights: Weights,
    /// A term by its text: a stem, or an entry of several words of the synonyms.
    terms: HashMap<Box<str>, u16>,
    /// Where the postings of a term start; the next term's start is their end.
    starts: Vec<u32>,
    postings: Vec<Posting>,
    /// The rarity of each term.
    rarity: Vec<f32>,
    /// The words as they are written, with their terms, in alphabetical order: for misspelt ones.
    vocabulary: Vec<(Box<str>, u16)>,
    pub synonyms: Synonyms,
    pub traits: Vec<Traits>,
    pub names: Vec<Names>,
    /// The family of each operation.
    pub families: Vec<u16>,
}

/// A term in an operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting {
    pub operation: u16,
    /// How often the term stands there, by the fields' weights, from 0 to 1.
    pub weight: f32,
    /// The term's share of the title, by the rarity of its terms.
    pub of_title: f32,
}

/// What else counts in the ranking of an operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traits {
    pub action: Action,
    pub kind: Kind,
    pub is_ads: bool,
    /// The factor that needs no query.
    pub prior: f32,
}

/// The terms of an operation's names, but verbs and words that say nothing.
#[derive(Debug)]
pub(super) struct Names {
    pub id: Box<[u16]>,
    pub title: Box<[u16]>,
    pub service: Box<[u16]>,
}

impl Index {
    /// Reads all words; of the phrases those that `phrases` returns.
    pub fn build<'a>(
        catalogue: &'a Catalogue,
        weights: Weights,
        phrases: impl Fn(&'a Operation) -> Vec<&'a str>,
    ) -> Self {
        let mut stems = Stems::default();
        let synonyms = Synonyms::read(&mut stems);
        let mut builder =
            Builder { stems, synonyms, terms: HashMap::new(), vocabulary: HashMap::new(), found: Vec::new() };
        let services: HashMap<&str, (String, &str)> = catalogue
            .services()
            .iter()
            .map(|service| (service.name, (format!("{} {}", service.name, service.title), service.about)))
            .collect();
        let mut lengths = Vec::with_capacity(catalogue.operations().len());
        for (position, operation) in catalogue.operations().iter().enumerate() {
            let position = u16::try_from(position).unwrap_or(u16::MAX);
            let (service, about) = services.get(operation.service).map_or(("", ""), |(name, about)| (name, *about));
            let mut read = |field: usize, words: Vec<String>| builder.read(position, field, &words);
            let path: String =
                operation.path.split('/').filter(|part| !part.starts_with('{')).collect::<Vec<_>>().join(" ");
            lengths.push([
                read(0, tokens::words(operation.title)),
                phrases(operation).into_iter().map(|phrase| read(1, tokens::words(phrase))).sum(),
                read(2, tokens::name_words(operation.id())),
                read(3, tokens::words(service)),
                read(4, tokens::words(about)),
                read(5, tokens::words(operation.summary)),
                operation.aliases.iter().map(|alias| read(6, tokens::name_words(alias))).sum(),
                read(7, tokens::name_words(&path)),
                0,
            ]);
        }
        let names = catalogue
            .operations()
            .iter()
            .map(|operation| Names {
                id: builder.things(&tokens::name_words(operation.id())),
                title: builder.things(&tokens::words(operation.title)),
                service: builder.things(&tokens::words(operation.service)),
            })
            .collect();
        let families = families(catalogue);
        builder.read_families(&families);
        builder.finish(catalogue, weights, &lengths, families, names)
    }

    /// The term with this text.
    pub fn term(&self, text: &str) -> Option<u16> {
        self.terms.get(text).copied()
    }

    pub fn rarity(&self, term: u16) -> f32 {
        self.rarity.get(usize::from(term)).copied().unwrap_or_default()
    }

    pub fn postings(&self, term: u16) -> &[Posting] {
        let term = usize::from(term);
        match (self.starts.get(term), self.starts.get(term + 1)) {
            (Some(start), Some(end)) => &self.postings[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// The words that start with a character, with their terms.
    pub fn words_from(&self, first: char) -> impl Iterator<Item = (&str, u16)> {
        let start = self.vocabulary.partition_point(|(word, _)| word.chars().next() < Some(first));
        let words = self.vocabulary[start..].iter().take_while(move |(word, _)| word.starts_with(first));
        words.map(|(word, term)| (word.as_ref(), *term))
    }

    /// The bytes of the index on the heap, about.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        let text = |text: &str| text.len() + 16;
        self.terms.keys().map(|term| text(term) + 3).sum::<usize>()
            + (self.starts.len() + self.rarity.len()) * 4
            + self.postings.len() * size_of::<Posting>()
            + self.vocabulary.iter().map(|(word, _)| text(word) + 8).sum::<usize>()
            + self
                .synonyms
                .meant
                .iter()
                .map(|(key, all)| text(key) + 32 + all.iter().map(|one| text(one) + 8).sum::<usize>())
                .sum::<usize>()
            + self.synonyms.verbs.keys().map(|verb| text(verb) + 9).sum::<usize>()
            + self.traits.len() * size_of::<Traits>()
    }
}

/// The index while the operations are read.
struct Builder {
    stems: Stems,
    synonyms: Synonyms,
    terms: HashMap<Box<str>, u16>,
    vocabulary: HashMap<Box<str>, u16>,
    /// Term, operation, field.
    found: Vec<(u16, u16, u8)>,
}

impl Builder {
    /// Adds the words of a field; returns how many there are.
    fn read(&mut self, operation: u16, field: usize, words: &[String]) -> u32 {
        let stems: Vec<String> = words.iter().map(|word| self.stems.stem(word).to_owned()).collect();
        let field = u8::try_from(field).unwrap_or(u8::MAX);
        let mut count = 0;
        for (at, word) in words.iter().enumerate() {
            for length in 2..=MAX_ENTRY_WORDS.min(stems.len() - at) {
                let entry = stems[at..at + length].join(" ");
                if self.synonyms.has(&entry) {
                    let term = self.term(&entry);
                    self.found.push((term, operation, field));
                }
            }
            if tokens::is_stop_word(word) {
                continue;
            }
            let term = self.term(&stems[at]);
            self.found.push((term, operation, field));
            self.vocabulary.entry(word.as_str().into()).or_insert(term);
            count += 1;
        }
        count
    }

    /// The terms of words, but of verbs.
    fn things(&mut self, words: &[String]) -> Box<[u16]> {
        let stems: Vec<String> = words
            .iter()
            .filter(|word| !tokens::is_stop_word(word))
            .map(|word| self.stems.stem(word).to_owned())
            .collect();
        let things = stems
            .iter()
            .filter(|stem| !self.synonyms.verbs.contains_key(*stem) || self.synonyms.meant.contains_key(*stem));
        things.filter_map(|stem| self.terms.get(stem.as_str()).copied()).collect()
    }

    fn term(&mut self, text: &str) -> u16 {
        let next = u16::try_from(self.terms.len()).unwrap_or(u16::MAX);
        *self.terms.entry(text.into()).or_insert(next)
    }

    /// Adds to each operation the words by which its siblings are asked for, but no verbs.
    fn read_families(&mut self, families: &[u16]) {
        let verbs: HashSet<u16> = self
            .synonyms
            .verbs
            .keys()
            .filter(|verb| !self.synonyms.meant.contains_key(*verb))
            .filter_map(|verb| self.terms.get(verb.as_str()).copied())
            .collect();
        let mut members: HashMap<u16, Vec<u16>> = HashMap::new();
        for (operation, family) in families.iter().enumerate() {
            members.entry(*family).or_default().push(u16::try_from(operation).unwrap_or(u16::MAX));
        }
        let mut said: Vec<(u16, u16)> = self
            .found
            .iter()
            .filter(|(term, _, field)| *field < 2 && !verbs.contains(term))
            .map(|(term, operation, _)| (*term, *operation))
            .collect();
        said.sort_unstable();
        said.dedup();
        for (term, operation) in said {
            let family = families[usize::from(operation)];
            for sibling in members.get(&family).into_iter().flatten().filter(|sibling| **sibling != operation) {
                self.found.push((term, *sibling, FAMILY));
            }
        }
    }

    fn finish(
        mut self,
        catalogue: &Catalogue,
        weights: Weights,
        lengths: &[[u32; FIELDS]],
        families: Vec<u16>,
        names: Vec<Names>,
    ) -> Index {
        let mut sizes: HashMap<u16, u32> = HashMap::new();
        for family in &families {
            *sizes.entry(*family).or_default() += 1;
        }
        let operations = catalogue.operations();
        let of_fields = [
            weights.title,
            weights.phrase,
            weights.id,
            weights.service,
            weights.about,
            weights.summary,
            weights.alias,
            weights.path,
            weights.family,
        ];
        let means: [f32; FIELDS] = std::array::from_fn(|field| mean(lengths.iter().map(|lengths| lengths[field])));
        self.found.sort_unstable();
        let (mut starts, mut postings, mut rarity) = (vec![0], Vec::new(), Vec::new());
        for of_term in self.found.chunk_by(|left, right| left.0 == right.0) {
            let before = postings.len();
            for of_operation in of_term.chunk_by(|left, right| left.1 == right.1) {
                let operation = of_operation[0].1;
                let weight: f32 = of_operation
                    .iter()
                    .map(|(_, _, field)| {
                        let field = usize::from(*field);
                        if field == usize::from(FAMILY) {
                            return of_fields[field] / as_f32(sizes[&families[usize::from(operation)]] - 1);
                        }
                        let length = as_f32(lengths[usize::from(operation)][field]) / means[field].max(1.0);
                        of_fields[field] / (1.0 - weights.b + weights.b * length)
                    })
                    .sum();
                let of_title = if of_operation.iter().any(|found| found.2 == 0) { 1.0 } else { 0.0 };
                postings.push(Posting { operation, weight: weight / (weights.k1 + weight), of_title });
            }
            let own = of_term
                .iter()
                .filter(|found| found.2 != FAMILY)
                .map(|found| found.1)
                .collect::<HashSet<_>>()
                .len()
                .max(1);
            let _ = before;
            let count = as_f32(u32::try_from(own).unwrap_or(u32::MAX));
            let all = as_f32(u32::try_from(operations.len()).unwrap_or(u32::MAX));
            rarity.push((1.0 + (all - count + 0.5) / (count + 0.5)).ln());
            starts.push(u32::try_from(postings.len()).unwrap_or(u32::MAX));
        }
        let mut titles = vec![0.0_f32; operations.len()];
        let per_term = |term: usize| starts[term] as usize..starts[term + 1] as usize;
        for (term, rarity) in rarity.iter().enumerate() {
            for posting in &postings[per_term(term)] {
                titles[usize::from(posting.operation)] += posting.of_title * rarity;
            }
        }
        for (term, rarity) in rarity.iter().enumerate() {
            for posting in &mut postings[per_term(term)] {
                posting.of_title *= rarity / titles[usize::from(posting.operation)].max(f32::EPSILON);
            }
        }
        let mut vocabulary: Vec<(Box<str>, u16)> = self.vocabulary.into_iter().collect();
        vocabulary.sort_unstable();
        let traits =
            operations.iter().map(|operation| traits(operation, &self.synonyms, &mut self.stems, weights)).collect();
        Index {
            weights,
            terms: self.terms,
            starts,
            postings,
            rarity,
            vocabulary,
            synonyms: self.synonyms,
            traits,
            names,
            families,
        }
    }
}

fn traits(operation: &Operation, synonyms: &Synonyms, stems: &mut Stems, weights: Weights) -> Traits {
    let first = tokens::words(operation.title).first().map(|word| stems.stem(word).to_owned()).unwrap_or_default();
    let by_method = match operation.method.as_str() {
        _ if operation.kind == Kind::Read => Action::Read,
        "DELETE" => Action::Delete,
        "POST" if operation.kind == Kind::Add => Action::Create,
        _ => Action::Update,
    };
    let action = synonyms.verbs.get(&first).copied().unwrap_or(by_method);
    let action = if action.reads() == (operation.kind == Kind::Read) { action } else { by_method };
    let mut prior = 1.0;
    if operation.has(Flag::Deprecated) {
        prior *= weights.deprecated;
    }
    if operation.documents == "v3" {
        prior *= weights.v3;
    }
    if !CORE.contains(&operation.service) {
        prior *= weights.rare_service;
    }
    Traits { action, kind: operation.kind, is_ads: ADS.contains(&operation.service), prior }
}

fn mean(lengths: impl ExactSizeIterator<Item = u32>) -> f32 {
    let count = u32::try_from(lengths.len()).unwrap_or(u32::MAX).max(1);
    as_f32(lengths.sum::<u32>()) / as_f32(count)
}

/// Counts of words are small: none is rounded.
#[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^24")]
pub(super) fn as_f32(count: u32) -> f32 {
    count as f32
}
