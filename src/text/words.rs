//! Similarity of names by their words, in any order: for names that are put together differently, not only misspelt.

use super::{Budget, MAX_COMPARED_BYTES};

/// The minimum similarity (Jaro-Winkler) of two words that count as one: singular and plural, or a slip.
const MIN_WORD_SIMILARITY: f64 = 0.85;

/// The maximum number of words of a name that are compared.
const MAX_WORDS: usize = 12;

/// Words that names have in common by chance.
const FILLERS: [&str; 9] = ["a", "all", "an", "by", "id", "new", "of", "the", "to"];

/// The words of a name in lower case: split at `-`, `_` and other punctuation, and in camel case.
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for char in name.chars().take(MAX_COMPARED_BYTES) {
        if !char.is_alphanumeric() || (char.is_uppercase() && after_lower) {
            words.push(String::new());
        }
        if char.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(char.to_lowercase());
        }
        after_lower = char.is_lowercase();
    }
    words.retain(|word| !word.is_empty() && !FILLERS.contains(&word.as_str()));
    words.truncate(MAX_WORDS);
    words
}

/// How similar two names are.
#[derive(Debug)]
pub struct Similarity {
    /// The mean of the best match of every word of both names, from 0 to 1.
    pub mean: f64,
    /// The best match of each word of the left name, from 0 (none) to 1.
    pub left: Vec<f64>,
    /// The best match of each word of the right name.
    pub right: Vec<f64>,
}

/// How similar two names are by their words. `same` may call two words similar that are spelt differently. `None` if the budget
/// does not suffice.
pub fn similarity(
    left: &[String],
    right: &[String],
    same: impl Fn(&str, &str) -> Option<f64>,
    budget: &mut Budget,
) -> Option<Similarity> {
    let length = |words: &[String]| words.iter().map(String::len).sum::<usize>();
    budget.spend(length(left), length(right))?;
    let (mut best_of_left, mut best_of_right) = (vec![0.0_f64; left.len()], vec![0.0_f64; right.len()]);
    for (at_left, left) in left.iter().enumerate() {
        for (at_right, right) in right.iter().enumerate() {
            let found = same(left, right).unwrap_or_else(|| word_similarity(left, right));
            best_of_left[at_left] = best_of_left[at_left].max(found);
            best_of_right[at_right] = best_of_right[at_right].max(found);
        }
    }
    let words = u32::try_from(left.len() + right.len()).unwrap_or(u32::MAX).max(1);
    let mean = best_of_left.iter().chain(&best_of_right).sum::<f64>() / f64::from(words);
    Some(Similarity { mean, left: best_of_left, right: best_of_right })
}

/// How similar two words are: 0 if they are different words.
pub fn word_similarity(left: &str, right: &str) -> f64 {
    let similarity = strsim::jaro_winkler(left, right);
    if similarity < MIN_WORD_SIMILARITY { 0.0 } else { similarity }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn similar(left: &str, right: &str) -> f64 {
        similarity(&words(left), &words(right), |_, _| None, &mut Budget::default()).unwrap().mean
    }

    #[test]
    fn a_name_is_split_at_punctuation_and_in_camel_case() {
        for name in ["conversations_send-a-new-message", "conversationsSendMessage", "Conversations.send message"] {
            assert_eq!(words(name), ["conversations", "send", "message"], "{name}");
        }
        assert_eq!(words("SMSList"), ["smslist"]);
        assert!(words("").is_empty() && words("_-").is_empty());
    }

    #[test]
    fn the_order_does_not_count() {
        assert!((similar("get-contacts", "contacts_get") - 1.0).abs() < 1e-9);
        assert!(similar("contact_get", "contacts_get") > 0.95);
        assert!(similar("weather", "contacts_get-contact") < 0.01);
    }

    proptest! {
        #[test]
        fn every_pair_of_names_has_a_similarity_within_bounds(left: String, right: String) {
            let found = similar(&left, &right);
            prop_assert!((0.0..=1.000_001).contains(&found), "{found}");
            prop_assert!((found - similar(&right, &left)).abs() < 1e-9);
        }
    }
}
