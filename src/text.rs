//! Text in messages: shortened, and with the names that were probably meant.

use std::borrow::Cow;

use serde_json::Value;

/// How alike two names must be (Jaro-Winkler, 0 to 1) for one to be named when the other is given.
const NEAR: f64 = 0.75;

/// The most names that are named.
const MAX_NAMED: usize = 3;

/// The longest name, in bytes, that others are compared with: comparing takes time by its square.
const MAX_COMPARED: usize = 80;

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
    let mut near: Vec<(f64, &str)> = candidates
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

#[cfg(test)]
mod tests {
    use super::*;

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
