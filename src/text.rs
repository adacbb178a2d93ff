//! Text in messages: truncation, and suggestions for misspelt names.

pub mod invisible;
pub mod tokens;
pub mod words;

use std::borrow::Cow;

use serde_json::Value;

/// The minimum similarity (Jaro-Winkler, 0 to 1) for a candidate to be suggested.
const MIN_SIMILARITY: f64 = 0.75;

/// The maximum number of suggestions.
const MAX_SUGGESTIONS: usize = 3;

/// The maximum length of a name that is compared, in bytes: a comparison takes quadratic time.
const MAX_COMPARED_BYTES: usize = 80;

/// The maximum cost of one search, in pairs of bytes: about 1 ms. 2,000 custom fields with ordinary names fit into it; further
/// candidates are skipped.
const MAX_COST: usize = 300_000;

/// The fixed cost of a candidate, in the same unit: it is converted to lower case.
const CANDIDATE_COST: usize = 60;

/// The maximum length of a value in a message, in characters.
const MAX_VALUE_CHARS: usize = 60;

/// The maximum length of a problem in a message, in bytes.
const MAX_PROBLEM_BYTES: usize = 600;

/// The remaining budget of one search, in pairs of bytes.
#[derive(Debug)]
pub struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(MAX_COST)
    }
}

impl Budget {
    /// Takes the cost of comparing a name with a candidate, given their lengths in bytes; `None` if it exceeds the budget.
    fn spend(&mut self, name: usize, candidate: usize) -> Option<()> {
        let cost = CANDIDATE_COST + name * candidate;
        self.0 = self.0.checked_sub(cost)?;
        #[cfg(test)]
        work::add(cost);
        Some(())
    }
}

/// Returns the candidates most similar to `name`, the most similar first. Case is ignored.
pub fn suggest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    if name.len() > MAX_COMPARED_BYTES {
        return Vec::new();
    }
    let name = name.to_lowercase();
    let mut budget = Budget::default();
    let mut similar: Vec<(f64, &str)> = candidates
        .filter(|candidate| candidate.len() <= MAX_COMPARED_BYTES)
        .map_while(|candidate| {
            budget.spend(name.len(), candidate.len())?;
            Some(candidate)
        })
        .map(|candidate| (strsim::jaro_winkler(&name, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .collect();
    similar.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    similar.into_iter().take(MAX_SUGGESTIONS).map(|(_, candidate)| candidate).collect()
}

/// Shortens text for a message, and replaces control characters.
pub fn truncate(text: &str) -> String {
    let shown = text.chars().take(MAX_VALUE_CHARS).map(|char| if char.is_control() { '\u{fffd}' } else { char });
    let more = text.chars().nth(MAX_VALUE_CHARS).map(|_| '…');
    shown.chain(more).collect()
}

/// Shortens a problem for a message by omitting its middle: a problem that quotes a long value states at its end what was
/// expected.
pub fn elide(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_PROBLEM_BYTES {
        return text.into();
    }
    let start = text.floor_char_boundary(MAX_PROBLEM_BYTES / 2);
    let end = text.ceil_char_boundary(text.len() - MAX_PROBLEM_BYTES / 2);
    format!("{} … {}", &text[..start], &text[end..]).into()
}

/// Shortens a value for a message.
pub fn truncate_value(value: &Value) -> String {
    truncate(&value.to_string())
}

/// The cost of all searches in a test's thread: tests count the work instead of measuring time.
#[cfg(test)]
pub mod work {
    use std::cell::Cell;

    thread_local! {
        static COST: Cell<usize> = const { Cell::new(0) };
    }

    pub(super) fn add(cost: usize) {
        COST.set(COST.get() + cost);
    }

    /// The cost of the searches that `run` makes, in pairs of bytes.
    pub fn measure(run: impl FnOnce()) -> usize {
        let before = COST.get();
        run();
        COST.get() - before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_of_a_search_is_bounded() {
        let name = "a".repeat(MAX_COMPARED_BYTES);
        for candidate in ["a".repeat(MAX_COMPARED_BYTES), "a".repeat(1 << 20), "a".to_owned(), String::new()] {
            let cost = work::measure(|| drop(suggest(&name, std::iter::repeat_n(candidate.as_str(), 100_000))));
            assert!(cost <= MAX_COST, "{cost}");
        }
    }

    #[test]
    fn the_most_similar_come_first_and_long_names_are_not_compared() {
        let known = ["contactId", "limit", "startAfter", "startAfterId"];
        assert_eq!(suggest("contact_id", known.into_iter()), ["contactId"]);
        assert_eq!(suggest("STARTAFTERID", known.into_iter()), ["startAfterId", "startAfter"]);
        assert!(suggest(&"limit".repeat(20), known.into_iter()).is_empty());
        assert_eq!(truncate(&"ä".repeat(61)), format!("{}…", "ä".repeat(60)));
        assert_eq!(truncate("a\nb"), "a\u{fffd}b");
    }

    #[test]
    fn a_long_problem_keeps_its_start_and_end() {
        assert_eq!(elide("is wrong"), "is wrong");
        let elided = elide(&format!("is wrong: invalid value: {:?}, expected a list", "ä".repeat(1_000))).into_owned();
        assert!(
            elided.starts_with("is wrong: invalid value: \"ä") && elided.ends_with("ä\", expected a list"),
            "{elided}"
        );
        assert!(elided.len() <= MAX_PROBLEM_BYTES + " … ".len());
    }
}
