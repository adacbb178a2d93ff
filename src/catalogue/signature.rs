//! An operation's arguments as compact text for a model: `contactId: str; title?: str; status: open|won|lost`.
//!
//! Required arguments come first, then the optional ones, with `?`. The location is left out: every call fills it.

mod detail;
mod full;
mod inline;

use std::fmt;

use super::operation::Operation;
use super::shape::Shape;
use inline::Inline;

/// The text of an operation that has no arguments of its own.
const NO_ARGUMENTS: &str = "no arguments besides the location";

/// The arguments as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The arguments, separated by `; `.
    pub text: String,
    /// Whether the line shows everything that is documented. If not, `full_signature` has more.
    pub is_complete: bool,
}

impl Signature {
    /// The budget of a search result, in characters: at most 220 tokens for every published operation, which a test holds.
    pub const SHORT: usize = 760;
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Operation {
    /// The arguments as one line of at most `budget` characters. If they do not fit, this is left out, in this order: the
    /// later values of long enums, the descriptions of optional arguments, what is inside of objects, optional arguments.
    /// A budget below 40 characters may be exceeded by the note of what was left out.
    pub fn signature(&self, budget: usize) -> Signature {
        let (required, optional) = self.ordered_arguments();
        if required.is_empty() && optional.is_empty() {
            return Signature { text: NO_ARGUMENTS.to_owned(), is_complete: true };
        }
        let all = required.len() + optional.len();
        for (of_required, of_optional) in detail::LADDER {
            let mut inline = Inline::default();
            let mut pieces = inline.arguments(&required, of_required);
            pieces.extend(inline.arguments(&optional, of_optional));
            if length(&pieces) <= budget {
                return Signature { text: pieces.join("; "), is_complete: !inline.has_cut };
            }
        }
        for of_required in detail::REQUIRED_ONLY {
            let mut inline = Inline::default();
            let mut pieces = inline.arguments(&required, of_required);
            let optional = inline.arguments(&optional, detail::NAMES);
            let note = |shown: usize| format!("… and {} more optional: describe", all - shown);
            if length(&pieces) + length(&[note(0)]) + 2 <= budget {
                fill(&mut pieces, optional, budget, note);
                return Signature { text: pieces.join("; "), is_complete: false };
            }
        }
        // Not even the required arguments fit.
        let mut pieces = Vec::new();
        let names = Inline::default().arguments(&required, detail::NAMES);
        fill(&mut pieces, names, budget, |shown| format!("… and {} more: describe", all - shown));
        Signature { text: pieces.join("; "), is_complete: false }
    }

    /// All that is documented of the arguments, one on a line; what is inside of large objects is indented.
    pub fn full_signature(&self) -> String {
        let (required, optional) = self.ordered_arguments();
        let lines: Vec<String> = required.iter().chain(&optional).map(|argument| full::argument(argument)).collect();
        if lines.is_empty() { NO_ARGUMENTS.to_owned() } else { lines.join("\n") }
    }

    /// The required arguments and the optional ones.
    fn ordered_arguments(&self) -> (Vec<&Shape>, Vec<&Shape>) {
        self.own_arguments().partition(|argument| argument.required)
    }
}

/// Adds as many pieces as fit together with the note of how many are left out. The note gets the count of those that are shown.
fn fill(pieces: &mut Vec<String>, more: Vec<String>, budget: usize, note: impl Fn(usize) -> String) {
    let all = pieces.len() + more.len();
    for piece in more {
        pieces.push(piece);
        let note = (pieces.len() < all).then(|| note(pieces.len()));
        let total = length(pieces) + note.map_or(0, |note| note.chars().count() + 2);
        if total > budget {
            pieces.pop();
            break;
        }
    }
    if pieces.len() < all {
        pieces.push(note(pieces.len()));
    }
}

/// The characters of the joined pieces.
fn length(pieces: &[String]) -> usize {
    let separators = 2 * pieces.len().saturating_sub(1);
    pieces.iter().map(|piece| piece.chars().count()).sum::<usize>() + separators
}

#[cfg(test)]
mod tests;
