//! What a query asks for: an action, and one record or a list.

use super::index::Index;
use super::synonyms::{Action, MAX_ENTRY_WORDS};
use super::tokens;

/// Words that ask for a list.
const SEVERAL: [&str; 8] = ["all", "every", "each", "many", "any", "these", "multiple", "several"];

/// Words that ask for one record whatever else there is, and those that do so if there is no plural.
const SINGLE: [&str; 5] = ["one", "single", "particular", "specific", "certain"];
const ONE: [&str; 5] = ["a", "an", "this", "that", "id"];

/// Words that end as a plural does and are none, or are that of one record too.
const NO_PLURALS: [&str; 16] = [
    "status",
    "address",
    "business",
    "sms",
    "details",
    "settings",
    "analytics",
    "statistics",
    "stats",
    "ads",
    "saas",
    "progress",
    "access",
    "sales",
    "hours",
    "wordpress",
];

/// First words of questions, which only read.
const QUESTIONS: [&str; 14] =
    ["is", "are", "does", "did", "has", "was", "were", "why", "whose", "what", "who", "which", "when", "where"];

/// Words that make a question of `how`: `how do I` asks for an action.
const QUESTIONS_AFTER_HOW: [&str; 10] = ["many", "much", "is", "are", "did", "does", "long", "was", "has", "often"];

/// Words that ask only where they stand first: elsewhere they start a relative clause, or say what kind of thing is meant.
const FIRST_ONLY: [&str; 8] = ["what", "who", "which", "when", "where", "whether", "how", "new"];

/// Words after which a verb tells what somebody did, and those after which it is asked for nevertheless.
const SUBJECTS: [&str; 5] = ["they", "he", "she", "it", "we"];
const WISHES: [&str; 8] = ["can", "could", "need", "want", "to", "should", "must", "please"];

/// The most words between the parts of a verb.
const MAX_SPLIT: usize = 7;

/// The action that a query asks for: by the first word that can only be a verb, of those at the start of a clause if there is
/// one; else by the first that can be one. `clauses` are the positions where they start.
pub(super) fn action(words: &[String], stems: &[String], clauses: &[usize], index: &Index) -> Option<Action> {
    if let [first, second, ..] = words {
        let is_question =
            QUESTIONS.contains(&first.as_str()) || (first == "how" && QUESTIONS_AFTER_HOW.contains(&second.as_str()));
        if is_question && !words.iter().any(|word| word == "way") {
            return Some(if second == "many" { Action::List } else { Action::Read });
        }
    }
    if let Some(command) = clauses.iter().find_map(|start| command(*start, words, stems, index)) {
        return Some(command);
    }
    let (mut at, mut uncertain) = (0, None);
    while at < words.len() {
        if let Some(action) = split_verb(at, words, stems, index) {
            return Some(action);
        }
        match verb(at, stems, index) {
            Some((action, _, length)) if at > 0 && FIRST_ONLY.contains(&words[at].as_str()) => {
                uncertain = uncertain.or(Some(action));
                at += length;
            }
            Some((action, false, _)) => return Some(action),
            Some((action, true, length)) => {
                uncertain = uncertain.or(Some(action));
                at += length;
            }
            None => at += 1,
        }
    }
    uncertain
}

/// The verb that a clause starts with, after words that say nothing.
fn command(start: usize, words: &[String], stems: &[String], index: &Index) -> Option<Action> {
    let at = start + words.get(start..)?.iter().position(|word| !tokens::is_stop_word(word))?;
    let before = |list: &[&str]| words[start..at].iter().any(|word| list.contains(&word.as_str()));
    if FIRST_ONLY.contains(&words[at].as_str()) || (before(&SUBJECTS) && !before(&WISHES)) {
        return None;
    }
    split_verb(at, words, stems, index)
        .or_else(|| verb(at, stems, index).filter(|(_, may_be_thing, _)| !may_be_thing).map(|(action, ..)| action))
}

/// The longest verb at a word: what it does, whether it may be a thing, and how many words it has.
fn verb(at: usize, stems: &[String], index: &Index) -> Option<(Action, bool, usize)> {
    (1..=MAX_ENTRY_WORDS.min(stems.len() - at)).rev().find_map(|length| {
        let entry = stems[at..at + length].join(" ");
        let action = index.synonyms.verbs.get(&entry)?;
        Some((*action, index.synonyms.meant.contains_key(&entry), length))
    })
}

/// A verb in two parts with words between: `take the customer off`.
fn split_verb(at: usize, words: &[String], stems: &[String], index: &Index) -> Option<Action> {
    let particles = index.synonyms.split_verbs.get(&stems[at])?;
    words[at + 1..]
        .iter()
        .take(MAX_SPLIT)
        .find_map(|word| particles.iter().find(|(particle, _)| particle == word).map(|(_, action)| *action))
}

/// Whether a query asks for a list (true) or for one record (false).
pub(super) fn several(words: &[String], stems: &[String], action: Option<Action>, index: &Index) -> Option<bool> {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if action == Some(Action::List) || has(&SEVERAL) {
        return Some(true);
    }
    if has(&SINGLE) {
        return Some(false);
    }
    let is_plural = |(word, stem): (&String, &String)| {
        word.ends_with('s')
            && !word.ends_with("ss")
            && word != stem
            && !NO_PLURALS.contains(&word.as_str())
            && !index.synonyms.verbs.contains_key(stem)
            && !tokens::is_stop_word(word)
    };
    if words.iter().zip(stems).any(is_plural) {
        return Some(true);
    }
    has(&ONE).then_some(false)
}
