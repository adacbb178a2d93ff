//! Reads the words of the catalogue into an index.

use std::collections::{HashMap, HashSet};

use super::super::{Catalogue, Operation};
use super::family::families;
use super::index::{Index, Names};
use super::postings::{Field, Occurrence, weigh};
use super::synonyms::{MAX_ENTRY_WORDS, Synonyms};
use super::tokens::{self, Stems};
use super::traits::Traits;
use super::weights::{FIELDS, Weights};

/// The index of a catalogue, with the phrases of each operation that `phrases` returns.
pub(super) fn build<'a>(
    catalogue: &'a Catalogue,
    weights: Weights,
    phrases: impl Fn(&'a Operation) -> Vec<&'a str>,
) -> Index {
    let mut reader = Reader::default();
    let families = families(catalogue);
    let members = members(&families);
    let services: HashMap<&str, [Vec<String>; 2]> = catalogue
        .services()
        .iter()
        .map(|service| {
            let names = tokens::words(&format!("{} {}", service.name, service.title));
            (service.name, [names, tokens::words(service.about)])
        })
        .collect();
    let operations = catalogue.operations();
    let mut lengths = Vec::with_capacity(operations.len());
    for ((position, operation), family) in (0..).zip(operations).zip(&families) {
        let mut length = [0; FIELDS];
        let mut read = |field: Field, words: &[String]| length[field as usize] += reader.read(position, field, words);
        read(Field::Title, &tokens::words(operation.title));
        for phrase in phrases(operation) {
            read(Field::Phrases, &tokens::words(phrase));
        }
        read(Field::Id, &tokens::name_words(operation.id()));
        if let Some([names, about]) = services.get(operation.service) {
            read(Field::Service, names);
            read(Field::About, about);
        }
        read(Field::Summary, &tokens::words(operation.summary));
        for alias in &operation.aliases {
            read(Field::Aliases, &tokens::name_words(alias));
        }
        for part in operation.path.split('/').filter(|part| !part.starts_with('{')) {
            read(Field::Path, &tokens::name_words(part));
        }
        let siblings = members.get(family).map_or(0, |members| members.len().saturating_sub(1));
        length[Field::Family as usize] = u32::try_from(siblings).unwrap_or(u32::MAX);
        lengths.push(length);
    }
    let names = operations.iter().map(|operation| reader.names(operation)).collect();
    reader.read_families(&families, &members);
    let traits = operations
        .iter()
        .map(|operation| Traits::of(operation, &reader.synonyms, &mut reader.stems, &weights))
        .collect();
    let words = reader.positions.into_iter();
    let mut vocabulary: Vec<(Box<str>, u16)> =
        words.filter_map(|(word, position)| Some((word, reader.words[position].term?))).collect();
    vocabulary.sort_unstable();
    Index {
        terms: reader.terms,
        postings: weigh(reader.occurrences, &lengths, &weights),
        vocabulary,
        synonyms: reader.synonyms,
        traits,
        names,
        services: services.keys().map(|name| tokens::letters(name)).collect(),
        families,
        weights,
    }
}

/// The operations of each family.
fn members(families: &[u16]) -> HashMap<u16, Vec<u16>> {
    let mut members: HashMap<u16, Vec<u16>> = HashMap::new();
    for (operation, family) in (0..).zip(families) {
        members.entry(*family).or_default().push(operation);
    }
    members
}

/// A word that was read: each is looked up once, as most stand in many operations.
struct Word {
    stem: Box<str>,
    /// Its term, if it counts.
    term: Option<u16>,
    starts_entry: bool,
}

/// What is known while the operations are read.
struct Reader {
    stems: Stems,
    synonyms: Synonyms,
    terms: HashMap<Box<str>, u16>,
    words: Vec<Word>,
    positions: HashMap<Box<str>, usize>,
    occurrences: Vec<Occurrence>,
}

impl Default for Reader {
    fn default() -> Self {
        let mut stems = Stems::default();
        let synonyms = Synonyms::read(&mut stems);
        Self {
            stems,
            synonyms,
            terms: HashMap::new(),
            words: Vec::new(),
            positions: HashMap::new(),
            occurrences: Vec::new(),
        }
    }
}

impl Reader {
    /// Adds words to a field of an operation; returns how many count.
    fn read(&mut self, operation: u16, field: Field, words: &[String]) -> u32 {
        let words: Vec<usize> = words.iter().map(|word| self.word(word)).collect();
        let mut count = 0;
        for (at, word) in words.iter().enumerate() {
            let word = &self.words[*word];
            let term = word.term;
            if word.starts_entry {
                for entry in self.entries(&words[at..]) {
                    let term = self.term(&entry);
                    self.occurrences.push(Occurrence { term, operation, field, times: 1 });
                }
            }
            if let Some(term) = term {
                self.occurrences.push(Occurrence { term, operation, field, times: 1 });
                count += 1;
            }
        }
        count
    }

    /// The entries of several words that words start with.
    fn entries(&self, words: &[usize]) -> Vec<String> {
        let stems: Vec<&str> = words.iter().take(MAX_ENTRY_WORDS).map(|word| self.words[*word].stem.as_ref()).collect();
        let entries = (2..=stems.len()).map(|length| stems[..length].join(" "));
        entries.filter(|entry| self.synonyms.has(entry)).collect()
    }

    /// The position of a word among those that were read.
    fn word(&mut self, word: &str) -> usize {
        if let Some(position) = self.positions.get(word) {
            return *position;
        }
        let stem: Box<str> = self.stems.stem(word).into();
        let term = if tokens::is_stop_word(word) { None } else { Some(self.term(&stem)) };
        let starts_entry = self.synonyms.starts_entry(&stem);
        self.words.push(Word { stem, term, starts_entry });
        self.positions.insert(word.into(), self.words.len() - 1);
        self.words.len() - 1
    }

    fn term(&mut self, text: &str) -> u16 {
        if let Some(term) = self.terms.get(text) {
            return *term;
        }
        let term = u16::try_from(self.terms.len()).unwrap_or(u16::MAX);
        self.terms.insert(text.into(), term);
        term
    }

    /// Adds to each operation the words by which its siblings are asked for, but no verbs: what people call a resource
    /// stands in the phrases of one operation, and is meant in those of all.
    fn read_families(&mut self, families: &[u16], members: &HashMap<u16, Vec<u16>>) {
        let verbs: HashSet<u16> = self.synonyms.pure_verbs().filter_map(|verb| self.terms.get(verb)).copied().collect();
        let is_asked =
            |found: &&Occurrence| matches!(found.field, Field::Title | Field::Phrases) && !verbs.contains(&found.term);
        let mut asked: Vec<(u16, u16, u16)> = self
            .occurrences
            .iter()
            .filter(is_asked)
            .map(|found| (found.term, families[usize::from(found.operation)], found.operation))
            .collect();
        asked.sort_unstable();
        asked.dedup();
        for saying in asked.chunk_by(|left, right| (left.0, left.1) == (right.0, right.1)) {
            let (term, family, _) = saying[0];
            for operation in members.get(&family).into_iter().flatten().copied() {
                let others = saying.iter().filter(|(_, _, other)| *other != operation).count();
                if others > 0 {
                    let times = u16::try_from(others).unwrap_or(u16::MAX);
                    self.occurrences.push(Occurrence { term, operation, field: Field::Family, times });
                }
            }
        }
    }

    fn names(&mut self, operation: &Operation) -> Names {
        Names {
            id: self.things(&tokens::name_words(operation.id())),
            title: self.things(&tokens::words(operation.title)),
            service: self.things(&tokens::words(operation.service)),
        }
    }

    /// The terms of words, but of verbs and of words that say nothing.
    fn things(&mut self, words: &[String]) -> Box<[u16]> {
        let words = words.iter().filter(|word| !tokens::is_stop_word(word));
        words
            .filter_map(|word| {
                let stem = self.stems.stem(word);
                if self.synonyms.is_pure_verb(stem) { None } else { self.terms.get(stem).copied() }
            })
            .collect()
    }
}
