//! Names of people and firms in a query: they say nothing of what is searched for.

use super::index::Index;
use super::tokens;
use super::unit::Unit;

/// The words of a text that are written as names and that the catalogue does not know: with a capital letter, in a text that
/// is not all in capitals. The first word of a sentence has one anyway: it may be a misspelt word.
pub(super) fn unknown(text: &str, index: &Index) -> Vec<String> {
    let mut names = Vec::new();
    let mut starts_sentence = true;
    for part in text.split_whitespace() {
        let is_written_as_name = {
            let mut chars = part.chars().filter(|char| char.is_alphabetic());
            chars.next().is_some_and(char::is_uppercase) && chars.all(char::is_lowercase)
        };
        if is_written_as_name {
            let words = tokens::words(part);
            names.extend(words.into_iter().filter(|word| is_unknown(word, starts_sentence, index)));
        }
        starts_sentence = part.ends_with(['.', '!', '?', ':']);
    }
    names
}

fn is_unknown(word: &str, may_be_misspelt: bool, index: &Index) -> bool {
    let stem = tokens::stem(word);
    let is_known =
        index.term(&stem).is_some() || index.synonyms.has(&stem) || index.synonyms.split_verbs.contains_key(&stem);
    !is_known && (!may_be_misspelt || Unit::of_typo(word, index).terms.is_empty())
}
