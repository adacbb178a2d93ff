//! What the form of a part of a query hints at: a time of day at an appointment, an amount at a price.

use std::sync::LazyLock;

use super::index::Index;
use super::tokens;
use super::unit::{Meant, Unit};

/// What a part of a query may be by its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Name,
    Time,
    Amount,
    Share,
    Email,
    Phone,
    Path,
}

impl Form {
    const ALL: [Self; 7] = [Self::Name, Self::Time, Self::Amount, Self::Share, Self::Email, Self::Phone, Self::Path];

    /// What it hints at.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["contact", "customer"],
            Self::Time => &["appointment", "event", "slot", "schedule"],
            Self::Amount => &["price", "invoice", "payment", "amount"],
            Self::Share => &["discount", "coupon", "fee", "tax"],
            Self::Email => &["email", "contact"],
            Self::Phone => &["phone", "number", "contact"],
            Self::Path => &["url", "link", "redirect", "slug"],
        }
    }
}

const DAYS: [&str; 9] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "tonight"];

/// The unit of each form that parts of a text have.
pub(super) fn units(text: &str, has_names: bool, index: &Index) -> Vec<Unit> {
    static STEMS: LazyLock<Vec<(Form, Vec<String>)>> = LazyLock::new(|| {
        Form::ALL.iter().map(|form| (*form, form.words().iter().map(|word| tokens::stem(word)).collect())).collect()
    });
    let forms: Vec<Form> = text.split_whitespace().filter_map(form).collect();
    let of_form = |(form, stems): &(Form, Vec<String>)| {
        (forms.contains(form) || (has_names && *form == Form::Name)).then(|| hint(stems, index))
    };
    STEMS.iter().filter_map(of_form).collect()
}

/// The form of a part of a text, without the punctuation around it.
fn form(part: &str) -> Option<Form> {
    let part = part.trim_matches(|char: char| ",.!?;\"()".contains(char)).to_ascii_lowercase();
    let digits = part.chars().filter(char::is_ascii_digit).count();
    let of_digits = |rest: &str, others: &str| {
        !rest.is_empty() && rest.chars().all(|char| char.is_ascii_digit() || others.contains(char))
    };
    if DAYS.contains(&part.as_str()) || part == "oclock" || part == "o'clock" {
        return Some(Form::Time);
    }
    if part.contains('@') && part.len() > 3 {
        return Some(Form::Email);
    }
    if part.starts_with('/') && part.len() > 2 {
        return Some(Form::Path);
    }
    if digits == 0 {
        return None;
    }
    if part.starts_with(['$', '€', '£']) || part.ends_with(['$', '€', '£']) {
        return Some(Form::Amount);
    }
    if part.ends_with('%') {
        return Some(Form::Share);
    }
    if digits >= 7 && of_digits(part.trim_start_matches('+'), "-().") || (digits == 7 && part.contains('-')) {
        return Some(Form::Phone);
    }
    let clock = part.trim_end_matches("am").trim_end_matches("pm");
    let is_clock = digits <= 4 && of_digits(clock, ":") && (clock.len() < part.len() || clock.contains(':'));
    is_clock.then_some(Form::Time)
}

fn hint(stems: &[String], index: &Index) -> Unit {
    let terms: Vec<Meant> = stems
        .iter()
        .filter_map(|stem| index.term(stem))
        .map(|term| Meant { term, likeness: 1.0, worth: index.weights.hint * index.rarity(term) })
        .collect();
    let value = terms.iter().map(|meant| meant.worth).fold(0.0, f32::max);
    Unit { terms, known: 0.0, is_verb: false, is_topic: false, is_hint: true, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_the_form_that_it_is_written_in() {
        for (part, form) in [
            ("4:30", Some(Form::Time)),
            ("3pm,", Some(Form::Time)),
            ("Friday", Some(Form::Time)),
            ("$89", Some(Form::Amount)),
            ("20%", Some(Form::Share)),
            ("bob@example.com", Some(Form::Email)),
            ("+1(555)0142-777", Some(Form::Phone)),
            ("555-0142", Some(Form::Phone)),
            ("/old-page", Some(Form::Path)),
            ("450", None),
            ("contact", None),
            ("", None),
        ] {
            assert_eq!(super::form(part), form, "{part}");
        }
    }
}
