//! A query: its words, and what it asks for.

use super::asks;
use super::hints;
use super::index::Index;
use super::proper_names as names;
use super::sayings;
use super::synonyms::{Action, MAX_ENTRY_WORDS};
use super::tokens;
use super::unit::Unit;

/// The most characters of a query that are used: more words say less.
const MAX_CHARS: usize = 400;

/// The most words of a query that are used.
const MAX_WORDS: usize = 24;

/// The most words of a query that are looked up as misspelt: each is compared with hundreds of words.
const MAX_TYPOS: usize = 8;

/// Words of queries about ads, as stems.
const ADS: [&str; 31] = [
    "ad",
    "advert",
    "advertis",
    "adset",
    "adword",
    "facebook",
    "fb",
    "meta",
    "googl",
    "linkedin",
    "campaign",
    "audienc",
    "lookalik",
    "pixel",
    "keyword",
    "convers",
    "creativ",
    "target",
    "retarget",
    "remarket",
    "instagram",
    "insta",
    "budget",
    "capi",
    "lead",
    "promot",
    "click",
    "impress",
    "ppc",
    "publish",
    "cpc",
];

/// A query.
#[derive(Debug)]
pub(super) struct Query {
    /// Its words, without those that say nothing.
    pub units: Vec<Unit>,
    /// What it asks for.
    pub action: Option<Action>,
    /// Whether it asks for a list (true) or for one record (false).
    pub several: Option<bool>,
    /// Whether it may be about ads.
    pub is_ads: bool,
}

impl Query {
    /// Reads a query; of a long one only the start.
    pub fn read(text: &str, index: &Index) -> Self {
        let text: String = text.chars().take(MAX_CHARS).collect();
        let names = names::unknown(&text, index);
        let (mut words, mut clauses) = (Vec::new(), Vec::new());
        for clause in clauses_of(&text) {
            let mut of_clause = split_names(tokens::words(clause), clause, index);
            of_clause.retain(|word| !names.contains(word));
            of_clause.truncate(MAX_WORDS.saturating_sub(words.len()));
            clauses.push(words.len());
            words.extend(sayings::replace(of_clause));
        }
        words.truncate(MAX_WORDS);
        let stems: Vec<String> = words.iter().map(|word| tokens::stem(word)).collect();
        let mut units = units(&words, &stems, index);
        units.extend(hints::units(&text, !names.is_empty(), index));
        units.truncate(MAX_WORDS);
        let action = asks::action(&words, &stems, &clauses, index);
        Self {
            units,
            action,
            several: asks::several(&words, &stems, action, index),
            is_ads: stems.iter().any(|stem| ADS.contains(&stem.as_str())),
        }
    }

    /// The share of its words that the catalogue knows. Verbs count half: any text has some.
    pub fn known(&self) -> f32 {
        let (mut known, mut all) = (0.0, 0.0);
        for unit in self.units.iter().filter(|unit| !unit.is_hint) {
            let counts = if unit.is_verb { 0.5 } else { 1.0 };
            known += counts * unit.known;
            all += counts;
        }
        if all > 0.0 { known / all } else { 0.0 }
    }
}

/// The clauses of a text: its parts between punctuation that is followed by a space.
fn clauses_of(text: &str) -> impl Iterator<Item = &str> {
    let is_end = |(at, mark): &(usize, &str)| text[at + mark.len()..].starts_with(char::is_whitespace);
    let mut start = 0;
    let ends: Vec<usize> =
        text.match_indices([',', '.', ';', '!', '?', ':', '-', '–', '—']).filter(is_end).map(|(at, _)| at).collect();
    ends.into_iter().chain([text.len()]).map(move |end| {
        let clause = &text[start..end];
        start = end;
        clause
    })
}

/// The units of words: the longest entries of the synonyms and verbs, and single words.
pub(super) fn units(words: &[String], stems: &[String], index: &Index) -> Vec<Unit> {
    let (mut units, mut at, mut typos) = (Vec::new(), 0, 0);
    while at < words.len() {
        let lengths = (2..=MAX_ENTRY_WORDS.min(words.len() - at)).rev();
        let entry = lengths.filter(|length| index.synonyms.has(&stems[at..at + length].join(" "))).find_map(|length| {
            let unit = Unit::of_entry(&stems[at..at + length], &words[at..at + length], index);
            (!unit.terms.is_empty()).then_some((unit, length))
        });
        if let Some((unit, length)) = entry {
            units.push(unit);
            at += length;
            continue;
        }
        if !tokens::is_stop_word(&words[at]) {
            let mut unit = Unit::of_entry(&stems[at..=at], &words[at..=at], index);
            if unit.terms.is_empty() && !unit.is_verb && typos < MAX_TYPOS {
                typos += 1;
                unit = Unit::of_typo(&words[at], index);
            }
            units.push(unit);
        }
        at += 1;
    }
    units
}

/// Splits words in camel case, like names of operations, but for those that are known as one word: `WhatsApp`.
fn split_names(words: Vec<String>, text: &str, index: &Index) -> Vec<String> {
    let parts = tokens::name_words(text);
    if parts.len() == words.len() {
        return words;
    }
    let (mut split, mut parts) = (Vec::new(), parts.into_iter());
    for word in words {
        let (mut joined, mut length) = (Vec::new(), 0);
        while length < word.len() {
            let Some(part) = parts.next() else { break };
            length += part.len();
            joined.push(part);
        }
        let stem = tokens::stem(&word);
        let is_known = index.term(&stem).is_some() || index.synonyms.meant.contains_key(&stem);
        if is_known || joined.concat() != word { split.push(word) } else { split.extend(joined) }
    }
    split
}
