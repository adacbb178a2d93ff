//! The operations whose names are nearest to one that does not exist.

use super::super::{Flag, Kind, Operation};
use super::asks;
use super::index::Index;
use super::query::units;
use super::synonyms::Action;
use super::tokens;
use super::unit::Unit;

/// The most operations.
const MAX: usize = 3;

/// The most characters of a name that are read: names are at most 64 long.
const MAX_CHARS: usize = 100;

/// The least similarity of an operation, from 0 to 1.
const MIN_SIMILARITY: f32 = 0.6;

/// What the similarity by the title counts against that by the name.
const TITLE: f32 = 0.95;

/// What a factor costs: another service, one record for several, another change, a read for a change.
const OTHER_SERVICE: f32 = 0.85;
const OTHER_NUMBER: f32 = 0.95;
const OTHER_CHANGE: f32 = 0.8;
const READ_FOR_CHANGE: f32 = 0.7;
const DEPRECATED: f32 = 0.97;

/// The similarity of a name with a slip, how many slips it may have, and its fewest letters.
const SLIP: f32 = 1.5;
const MAX_SLIPS: usize = 2;
const MIN_SLIP_LETTERS: usize = 12;

/// The likeness of a word that is the same, or nearly so.
const SURE: f32 = 0.8;

/// The operations with the nearest names, best first.
pub(super) fn nearest(
    index: &Index,
    operations: &[Operation],
    name: &str,
    accepts: impl Fn(&Operation) -> bool,
) -> Vec<usize> {
    let name: String = name.chars().take(MAX_CHARS).collect();
    let given = Given::read(&name, index);
    let mut found: Vec<(f32, usize)> = operations
        .iter()
        .enumerate()
        .filter(|(_, operation)| accepts(operation))
        .filter_map(|(position, operation)| Some((given.similarity(position, operation, index)?, position)))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .collect();
    found.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    found.into_iter().take(MAX).map(|(_, position)| position).collect()
}

/// A name that does not exist.
#[derive(Debug)]
struct Given {
    /// Its letters and digits in lower case.
    letters: String,
    /// The letters of what stands before `_`, where that may be a service.
    service: String,
    /// Its words but the verbs, and but the service where there are others.
    things: Vec<Unit>,
    action: Option<Action>,
    several: Option<bool>,
}

impl Given {
    fn read(name: &str, index: &Index) -> Self {
        let (service, rest) = name.split_once(['_', '.', '/', ':']).unwrap_or(("", name));
        let service = if index.services.contains(tokens::letters(service).as_str()) {
            tokens::letters(service)
        } else {
            String::new()
        };
        let things = |name: &str| {
            let words = tokens::name_words(name);
            let stems: Vec<String> = words.iter().map(|word| tokens::stem(word)).collect();
            let mut things = units(&words, &stems, index);
            things.retain(|unit| !unit.is_verb);
            (things, words, stems)
        };
        let named = if service.is_empty() { things(name) } else { things(rest) };
        let (things, words, stems) = if named.0.is_empty() { things(name) } else { named };
        let action = asks::action(&words, &stems, &[0], index);
        Self {
            letters: tokens::letters(name),
            service,
            things,
            action,
            several: asks::several(&words, &stems, action, index),
        }
    }

    /// How similar an operation's name is; `None` if the operation must not be suggested.
    fn similarity(&self, position: usize, operation: &Operation, index: &Index) -> Option<f32> {
        let traits = index.traits.get(position)?;
        if self.action.is_none() && self.is_slip_of(operation.name) {
            // Its verb is misspelt, too: `viod-invoice`.
            return Some(SLIP);
        }
        let by_action = match self.action {
            // A model often follows a suggestion without another look: a change must be asked for.
            None => (operation.kind == Kind::Read).then_some(self.by_number(traits.action))?,
            Some(asked) if asked.reads() => (operation.kind == Kind::Read).then_some(self.by_number(traits.action))?,
            Some(asked) if asked == traits.action => 1.0,
            Some(_) if operation.kind == Kind::Read => READ_FOR_CHANGE,
            Some(asked) if asked == Action::Delete || traits.action == Action::Delete => return None,
            Some(_) => OTHER_CHANGE,
        };
        let names = [operation.name, operation.id()].into_iter().chain(operation.aliases.iter().copied());
        if names.into_iter().any(|name| tokens::letters(name) == self.letters) {
            // Another spelling of the name itself.
            return Some(2.0);
        }
        let names = index.names.get(position)?;
        let by_words = self.alike(&names.id, &names.service).max(TITLE * self.alike(&names.title, &names.service));
        let says_service = |unit: &Unit| names.service.iter().any(|term| unit.likeness(*term) > SURE);
        let is_of_service = self.service == tokens::letters(operation.service) || self.things.iter().any(says_service);
        let by_service = if is_of_service { 1.0 } else { OTHER_SERVICE };
        let by_age = if operation.has(Flag::Deprecated) { DEPRECATED } else { 1.0 };
        Some(by_words * by_action * by_service * by_age)
    }

    /// Whether it is a name with a slip or two, and long enough that this is no chance.
    fn is_slip_of(&self, name: &str) -> bool {
        let name = tokens::letters(name);
        self.letters.len() >= MIN_SLIP_LETTERS
            && self.letters.len().abs_diff(name.len()) <= MAX_SLIPS
            && strsim::osa_distance(&self.letters, &name) <= MAX_SLIPS
    }

    /// The mean likeness of each word to its nearest, on both sides. Words of the service need no counterpart.
    fn alike(&self, terms: &[u16], service: &[u16]) -> f32 {
        let nearest = |unit: &Unit, terms: &[u16]| terms.iter().map(|term| unit.likeness(*term)).fold(0.0, f32::max);
        let (mut sum, mut count) = (0.0, 0.0);
        for unit in &self.things {
            let of_terms = nearest(unit, terms);
            // `contacts_create` has no other thing than the service.
            if of_terms == 0.0 && nearest(unit, service) > 0.0 {
                continue;
            }
            sum += of_terms;
            count += 1.0;
        }
        for term in terms {
            let of_things = self.things.iter().map(|unit| unit.likeness(*term)).fold(0.0, f32::max);
            if of_things > 0.0 || !service.contains(term) {
                sum += of_things;
                count += 1.0;
            }
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }

    fn by_number(&self, action: Action) -> f32 {
        match (self.several, action) {
            (Some(true), Action::Read) | (Some(false) | None, Action::List) => OTHER_NUMBER,
            _ => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::Catalogue;
    use super::super::nearest_names;
    use super::*;

    fn nearest_to(name: &str) -> Vec<&'static Operation> {
        let operations = Catalogue::published().operations();
        nearest_names(name, |_| true).into_iter().map(|position| &operations[position]).collect()
    }

    #[test]
    fn the_operation_that_was_meant_is_first() {
        for (given, meant) in [
            ("create-contact", "contacts_create-contact"),
            ("contacts_createContact", "contacts_create-contact"),
            ("CONTACTS_CREATE_CONTACT", "contacts_create-contact"),
            ("contacts.create-contact", "contacts_create-contact"),
            ("contacts_create", "contacts_create-contact"),
            ("add_contact", "contacts_create-contact"),
            ("contacts_remove-contact", "contacts_delete-contact"),
            ("contacts_create_note", "contacts_create-note"),
            ("conversations_create-note", "contacts_create-note"),
            ("contacts_list-notes", "contacts_get-all-notes"),
            ("invoices_list", "invoices_list-invoices"),
            ("list_invoices", "invoices_list-invoices"),
            ("invoices_get-all-invoices", "invoices_list-invoices"),
            ("invoices_fetch-invoice", "invoices_get-invoice"),
            ("send_invoice", "invoices_send-invoice"),
            ("invoices_viod-invoice", "invoices_void-invoice"),
            ("list-workflows", "workflows_get-workflow"),
            ("users_list", "users_search-users"),
            ("opportunities_list-pipelines", "opportunities_get-pipelines"),
        ] {
            let nearest = nearest_to(given);
            let names: Vec<&str> = nearest.iter().map(|operation| operation.name).collect();
            assert_eq!(names.first(), Some(&meant), "{given}: {names:?}");
            assert!(names.len() <= MAX);
        }
        for name in ["", "weather", "write-poem", "ä", "asdf_qwer"] {
            assert!(nearest_to(name).is_empty(), "{name}");
        }
    }

    #[test]
    fn a_name_that_asks_to_delete_leads_to_nothing_that_adds() {
        for thing in
            ["contact", "note", "invoice", "calendar", "tag", "product", "coupon", "price", "association", "user"]
        {
            for name in [format!("delete-{thing}"), format!("{thing}s_remove"), format!("erase_{thing}")] {
                for found in nearest_to(&name) {
                    assert_ne!(found.kind, Kind::Add, "{name}: {}", found.name);
                }
            }
        }
    }

    #[test]
    fn only_accepted_operations_are_near() {
        let operations = Catalogue::published().operations();
        let reads = nearest_names("create-contact", |operation| operation.kind == Kind::Read);
        assert!(reads.into_iter().all(|position| operations[position].kind == Kind::Read));
        assert!(nearest_names("create-contact", |_| false).is_empty());
    }

    proptest! {
        #[test]
        fn a_name_that_asks_for_a_read_never_leads_to_a_change(
            verb in "get|list|find|search|fetch|retrieve|show|view|read|query",
            rest in "[a-z]{0,8}[-_ ]?(contact|contacts|tags|message|invoice|add|send|create|upsert|update)?[-_]?[a-z]{0,5}",
        ) {
            for name in [format!("{verb}-{rest}"), format!("{verb}_{rest}"), format!("contacts_{verb}-{rest}")] {
                for found in nearest_to(&name) {
                    prop_assert_eq!(found.kind, Kind::Read, "{}: {}", name, found.name);
                }
            }
        }

        #[test]
        fn any_text_is_a_name(name in "\\PC{0,200}") {
            prop_assert!(nearest_to(&name).len() <= MAX);
        }
    }
}
