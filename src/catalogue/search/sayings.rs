//! What people say who do not use the field's words: `sayings/*.txt`.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::tokens::{self, Stems};

const SAYINGS: [&str; 2] = [include_str!("sayings/customers.txt"), include_str!("sayings/services.txt")];

/// The most words in a gap of a saying.
const MAX_GAP: usize = 5;

/// The sayings, by the stem of their first word, those of the most words first.
static ALL: LazyLock<HashMap<String, Vec<Saying>>> = LazyLock::new(read);

/// Words that stand for others.
#[derive(Debug)]
struct Saying {
    /// The stems before the gap, and those after it, if there is one.
    before: Vec<String>,
    after: Vec<String>,
    /// What stands for it in a search.
    words: Vec<String>,
}

/// Where a saying stands in a query.
struct Found {
    before: Range<usize>,
    after: Range<usize>,
    words: &'static [String],
}

fn read() -> HashMap<String, Vec<Saying>> {
    let mut stems = Stems::default();
    let mut all: HashMap<String, Vec<Saying>> = HashMap::new();
    let lines = SAYINGS.into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#'));
    for (entries, meant) in lines.filter_map(|line| line.split_once('=')) {
        for entry in entries.split(',') {
            let (before, after) = entry.split_once("..").unwrap_or((entry, ""));
            let mut of = |text: &str| tokens::words(text).iter().map(|word| stems.stem(word).to_owned()).collect();
            let (before, after): (Vec<String>, Vec<String>) = (of(before), of(after));
            let Some(first) = before.first().cloned() else { continue };
            all.entry(first).or_default().push(Saying { before, after, words: tokens::words(meant) });
        }
    }
    for sayings in all.values_mut() {
        sayings
            .sort_by_key(|saying| std::cmp::Reverse((saying.before.len() + saying.after.len(), saying.before.len())));
    }
    all
}

/// Replaces the sayings in the words of a query by what they stand for. Words in a gap stay, after that.
pub(super) fn replace(words: Vec<String>) -> Vec<String> {
    let stems: Vec<String> = words.iter().map(|word| tokens::stem(word)).collect();
    let mut is_used = vec![false; words.len()];
    let mut replaced = Vec::with_capacity(words.len());
    for (at, word) in words.into_iter().enumerate() {
        if is_used[at] {
            continue;
        }
        let Some(found) = find(&stems, at, &is_used) else {
            replaced.push(word);
            continue;
        };
        found.before.chain(found.after).for_each(|at| is_used[at] = true);
        replaced.extend_from_slice(found.words);
    }
    replaced
}

/// The saying that starts at a word.
fn find(stems: &[String], at: usize, is_used: &[bool]) -> Option<Found> {
    ALL.get(&stems[at])?.iter().find_map(|saying| {
        let end = at + saying.before.len();
        if !stems[at..].starts_with(&saying.before) || is_used[at..end].contains(&true) {
            return None;
        }
        let found = |after| Found { before: at..end, after, words: &saying.words };
        if saying.after.is_empty() {
            return Some(found(end..end));
        }
        let starts = end + 1..=end + MAX_GAP;
        let fits = |start: &usize| stems.get(*start..).is_some_and(|rest| rest.starts_with(&saying.after));
        starts.clone().find(fits).map(|start| found(start..start + saying.after.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> String {
        replace(tokens::words(text)).join(" ")
    }

    #[test]
    fn a_saying_becomes_the_words_that_it_stands_for() {
        assert_eq!(replaced("who owes us anything"), "list unpaid invoices us anything");
        assert_eq!(replaced("create contact"), "create contact");
    }

    #[test]
    fn the_words_in_a_gap_stay() {
        assert_eq!(replaced("pencil the new patient in"), "book appointment the create contact");
        assert_eq!(replaced("pencil"), "pencil");
    }

    /// One word belongs to the synonyms, which keep it beside what it means.
    #[test]
    fn a_saying_has_at_least_two_words_and_stands_for_some() {
        for saying in ALL.values().flatten() {
            assert!(saying.before.len() + saying.after.len() >= 2 && !saying.words.is_empty(), "{saying:?}");
        }
    }
}
