//! Text in messages: shortened, and with the names that were probably meant.

use std::borrow::Cow;

use serde_json::Value;

/// How alike two names must be (Jaro-Winkler, 0 to 1) for one to be named when the other is given.
const NEAR: f64 = 0.75;

/// The most names that are named.
const MAX_NAMED: usize = 3;

/// The longest name, in bytes, that is compared with others: comparing takes time by its square.
const MAX_COMPARED: usize = 80;

/// How much comparing one search for the nearest names may cost, in pairs of bytes: about 1 ms. A location with 2,000
/// custom fields of ordinary names stays within it; the candidates beyond it are left out.
const MAX_COMPARING: usize = 300_000;

/// What a candidate costs besides its bytes, in the same unit: it is put into lower case.
const CANDIDATE: usize = 60;

/// The longest part of a value, in characters, that a message shows.
const MAX_SHOWN: usize = 60;

/// The longest problem, in bytes, that a message tells whole.
const MAX_PROBLEM: usize = 600;

/// The candidates most like a name, the nearest first, whatever their case.
pub fn suggest<'a>(given: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    if given.len() > MAX_COMPARED {
        return Vec::new();
    }
    let given = given.to_lowercase();
    let mut left = MAX_COMPARING;
    let mut near: Vec<(f64, &str)> = candidates
        .filter(|candidate| candidate.len() <= MAX_COMPARED)
        .map_while(|candidate| {
            let cost = CANDIDATE + given.len() * candidate.len();
            left = left.checked_sub(cost)?;
            #[cfg(test)]
            work::add(cost);
            Some(candidate)
        })
        .map(|candidate| (strsim::jaro_winkler(&given, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .collect();
    near.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    near.into_iter().take(MAX_NAMED).map(|(_, candidate)| candidate).collect()
}

/// Text as a message shows it.
pub fn truncate(text: &str) -> String {
    let shown = text.chars().take(MAX_SHOWN).map(|char| if char.is_control() { '\u{fffd}' } else { char });
    let more = text.chars().nth(MAX_SHOWN).map(|_| '…');
    shown.chain(more).collect()
}

/// A problem as a message tells it: one that repeats a long value has its middle left out, since what was expected
/// stands at the end.
pub fn elide(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_PROBLEM {
        return text.into();
    }
    let start = text.floor_char_boundary(MAX_PROBLEM / 2);
    let end = text.ceil_char_boundary(text.len() - MAX_PROBLEM / 2);
    format!("{} … {}", &text[..start], &text[end..]).into()
}

/// A value as a message shows it.
pub fn truncate_value(value: &Value) -> String {
    truncate(&value.to_string())
}

/// How much comparing the tests of this thread have caused: work is counted there, and not timed.
#[cfg(test)]
pub mod work {
    use std::cell::Cell;

    thread_local! {
        static DONE: Cell<usize> = const { Cell::new(0) };
    }

    pub(super) fn add(cost: usize) {
        DONE.set(DONE.get() + cost);
    }

    /// The work that something causes, in pairs of bytes that are compared.
    pub fn of(run: impl FnOnce()) -> usize {
        let before = DONE.get();
        run();
        DONE.get() - before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparing_has_a_bound_whatever_the_candidates() {
        let given = "a".repeat(MAX_COMPARED);
        for candidate in ["a".repeat(MAX_COMPARED), "a".repeat(1 << 20), "a".to_owned(), String::new()] {
            let done = work::of(|| drop(suggest(&given, std::iter::repeat_n(candidate.as_str(), 100_000))));
            assert!(done <= MAX_COMPARING, "{done}");
        }
    }

    #[test]
    fn the_nearest_come_first_and_long_names_are_not_compared() {
        let known = ["contactId", "limit", "startAfter", "startAfterId"];
        assert_eq!(suggest("contact_id", known.into_iter()), ["contactId"]);
        assert_eq!(suggest("STARTAFTERID", known.into_iter()), ["startAfterId", "startAfter"]);
        assert!(suggest(&"limit".repeat(20), known.into_iter()).is_empty());
        assert_eq!(truncate(&"ä".repeat(61)), format!("{}…", "ä".repeat(60)));
        assert_eq!(truncate("a\nb"), "a\u{fffd}b");
    }

    #[test]
    fn a_long_problem_keeps_its_start_and_its_end() {
        assert_eq!(elide("is wrong"), "is wrong");
        let told = elide(&format!("is wrong: invalid value: {:?}, expected a list", "ä".repeat(1_000))).into_owned();
        assert!(told.starts_with("is wrong: invalid value: \"ä") && told.ends_with("ä\", expected a list"), "{told}");
        assert!(told.len() <= MAX_PROBLEM + " … ".len());
    }
}
