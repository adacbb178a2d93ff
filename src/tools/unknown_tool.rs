//! The message on a tool that does not exist: the tool that was meant, or those of the service.

use super::operations::listed::runner_of;
use super::operations::names;
use super::{Callable, Selection, Tool, ToolRegistry};
use crate::catalogue::{Catalogue, search};
use crate::leadconnector::path;
use crate::text::Budget;
use crate::text::words::{similarity, word_similarity, words};

/// The minimum similarity of the tool that is suggested.
const MIN_SIMILARITY: f64 = 0.75;

/// The similarity of two different verbs of one kind, like `list` and `get`.
const SAME_KIND: f64 = 0.95;

/// What a tool about one record loses for a name that asks for several: as much as decides between two similar tools.
const ONE_RECORD: f64 = 0.02;

/// The characters of arguments that are shown of an operation that is not a tool of its own.
const MAX_SIGNATURE: usize = 300;

/// The maximum number of tools that are listed.
const MAX_LISTED: usize = 12;

/// Verbs of names that ask for several records, and for one.
const LIST: [&str; 6] = ["list", "search", "find", "query", "lookup", "filter"];
const GET: [&str; 7] = ["get", "read", "fetch", "retrieve", "show", "view", "load"];

/// Verbs of names that ask for a change. Those of a row are one verb.
const WRITE: [&[&str]; 6] = [
    &["create", "insert", "post"],
    &["add"],
    &["update", "edit", "change", "modify", "set", "put", "patch", "move"],
    &["upsert", "save"],
    &["remove", "delete"],
    &["send", "reply", "write"],
];

impl ToolRegistry {
    /// The problem with an unknown name, as the rest of a sentence that starts with the name. Only tools of the selection are
    /// suggested.
    pub fn unknown_tool(&self, name: &str, selection: &Selection) -> String {
        // Another spelling of an operation's name is the best answer.
        if let Ok(tool) = names::resolve(self, selection, name)
            && !selection.lists(tool.callable())
        {
            return self.unlisted(tool.callable(), selection);
        }
        let visible: Vec<&Tool> = self.tools().iter().filter(|tool| selection.lists(tool.callable())).collect();
        let given = words(name);
        if let Some(tool) = nearest(&given, &visible) {
            return format!("does not exist; the nearest is {}", tool.name);
        }
        let catalogue = Catalogue::published().operations();
        let near = search::nearest_names(name, |operation| names::is_visible(self, selection, operation));
        let near: Vec<&Tool> =
            near.into_iter().filter_map(|position| self.find(catalogue.get(position)?.name)).collect();
        if let Some(first) = near.first() {
            let all: Vec<&str> = near.iter().map(|tool| tool.name).collect();
            let all = all.join(", ");
            return match runner_of(self, selection, first.kind()) {
                _ if selection.lists(first.callable()) => format!("does not exist; the nearest are {all}"),
                Some(runner) => format!(
                    "does not exist; the nearest operations are {all}: call {runner} with operation {}",
                    first.name
                ),
                None => format!("does not exist; the nearest operations are {all}"),
            };
        }
        let is_of = |service: &str| given.iter().any(|word| word_similarity(word, service) > 0.0);
        let operations = self.operations_tools().iter().filter(|tool| selection.lists(Callable::Operations(tool)));
        let operations = operations.filter(|tool| tool.name.split('_').any(is_of)).map(|tool| tool.name);
        let of_service: Vec<&str> = visible
            .iter()
            .filter(|tool| is_of(tool.service()))
            .map(|tool| tool.name)
            .chain(operations)
            .take(MAX_LISTED)
            .collect();
        if of_service.is_empty() {
            return "does not exist; tools/list returns the names of all tools".to_owned();
        }
        format!("does not exist; this service has {}", of_service.join(", "))
    }
}

impl ToolRegistry {
    /// The problem with something that the caller may use and that is not listed, as the rest of a sentence that starts with its
    /// name: how to use it.
    pub fn unlisted(&self, callable: Callable<'_>, selection: &Selection) -> String {
        let Callable::Tool(tool) = callable else {
            return "is not a tool of this endpoint; tools/list returns those that are".to_owned();
        };
        match runner_of(self, selection, tool.kind()) {
            Some(runner) => {
                let signature =
                    tool.operation.map(|operation| operation.signature(MAX_SIGNATURE).text).unwrap_or_default();
                format!(
                    "is not a tool of its own here: call {runner} with operation {} and params {{{signature}}}",
                    tool.name
                )
            }
            None => "is not selected by this connection; tools/list returns the tools that are".to_owned(),
        }
    }
}

/// The tool that a name probably means.
///
/// A tool that writes is suggested only to a name that asks for a change, and never to one that asks for a read: a model often
/// follows a suggestion without another look. All its words but the service must be in the name, so that deleting a contact
/// does not lead to deleting its tags; and all words of the name in it, so that creating a task does not create a contact.
fn nearest<'a>(given: &[String], tools: &[&'a Tool]) -> Option<&'a Tool> {
    let has =
        |verbs: &[&str], is: fn(&str, &str) -> bool| given.iter().any(|word| verbs.iter().any(|verb| is(word, verb)));
    let similar: fn(&str, &str) -> bool = |word, verb| word_similarity(word, verb) > 0.0;
    // `address` is similar to `add`: a short verb of a change must be there as it is.
    let same: fn(&str, &str) -> bool =
        |word, verb| word == verb || (verb.len() > 4 && word_similarity(word, verb) > 0.0);
    let asks_for_several = has(&LIST, similar);
    let asks_for_change = WRITE.iter().any(|verbs| has(verbs, same));
    let may_write = asks_for_change && !asks_for_several && !has(&GET, similar);
    let mut budget = Budget::default();
    let mut best: Option<(f64, &Tool)> = None;
    for tool in tools.iter().filter(|tool| tool.hints.read_only || may_write) {
        // Beyond the budget the rest is skipped.
        let Some(found) = similarity(given, &words(tool.name), same_verb, &mut budget) else { break };
        let is_covered = found.left.iter().chain(found.right.iter().skip(1)).all(|word| *word > 0.0);
        if !tool.hints.read_only && !is_covered {
            continue;
        }
        let mut found = found.mean;
        if asks_for_several && path::names(tool.endpoint.path).any(|name| name != "locationId") {
            found -= ONE_RECORD;
        }
        if found >= MIN_SIMILARITY && best.is_none_or(|(most, _)| found > most) {
            best = Some((found, tool));
        }
    }
    best.map(|(_, tool)| tool)
}

/// The similarity of two verbs that mean the same; `None` if they do not, or are no verbs.
fn same_verb(left: &str, right: &str) -> Option<f64> {
    let both = |verbs: &[&str]| verbs.contains(&left) && verbs.contains(&right);
    let reads = |word: &str| LIST.contains(&word) || GET.contains(&word);
    if left == right || both(&LIST) || both(&GET) || WRITE.iter().any(|verbs| both(verbs)) {
        return Some(1.0);
    }
    (reads(left) && reads(right)).then_some(SAME_KIND)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::work;

    fn nearest_to(name: &str) -> Option<&'static str> {
        let message = ToolRegistry::default().unknown_tool(name, &Selection::default());
        let nearest = message.strip_prefix("does not exist; the nearest is ")?.to_owned();
        Some(nearest.leak())
    }

    #[test]
    fn the_tool_that_was_meant_is_suggested() {
        for (given, meant) in [
            ("contacts_search", "contacts_get-contacts"),
            ("get-contacts", "contacts_get-contacts"),
            ("search_contacts", "contacts_get-contacts"),
            ("find_contact", "contacts_get-contacts"),
            ("contacts_list", "contacts_get-contacts"),
            ("contacts_get_contact", "contacts_get-contact"),
            ("getContact", "contacts_get-contact"),
            ("contacts_get-contatc", "contacts_get-contact"),
            ("contacts_list-tasks", "contacts_get-all-tasks"),
            ("conversations_send-message", "conversations_send-a-new-message"),
            ("send_message", "conversations_send-a-new-message"),
            ("list_messages", "conversations_get-messages"),
            ("conversations_list", "conversations_search-conversation"),
            ("opportunities_list", "opportunities_search-opportunity"),
            ("opportunities_find", "opportunities_search-opportunity"),
            ("list-pipelines", "opportunities_get-pipelines"),
            ("get_order", "payments_get-order-by-id"),
            ("calendars_list-events", "calendars_get-calendar-events"),
            ("create_contact", "contacts_create-contact"),
            ("contacts_add-tag", "contacts_add-tags"),
            ("addTag", "contacts_add-tags"),
            ("delete_tags", "contacts_remove-tags"),
            ("opportunities_updat-opportunity", "opportunities_update-opportunity"),
        ] {
            assert_eq!(nearest_to(given), Some(meant), "{given}");
        }
    }

    #[test]
    fn without_a_near_tool_those_of_the_service_are_listed() {
        let registry = ToolRegistry::default();
        let message = |name: &str| registry.unknown_tool(name, &Selection::default());
        let listed = message("payments_refund");
        assert!(
            listed.contains("the nearest operations are payments_get-transaction-by-id")
                && listed.contains("call operations_read"),
            "{listed}"
        );
        assert!(message("contacts_add-note").contains("contacts_create-note"), "{}", message("contacts_add-note"));
        assert!(message("weather").contains("tools/list") && message("").contains("tools/list"));
    }

    #[test]
    fn an_operation_without_a_tool_leads_to_the_one_that_runs_it() {
        let registry = ToolRegistry::default();
        for (name, expected) in [
            (
                "contacts_delete_contact",
                "call operations_change with operation contacts_delete-contact and params {contactId: str}",
            ),
            (
                "create-note",
                "call operations_add with operation contacts_create-note and params {contactId: str; body: str",
            ),
        ] {
            let message = registry.unknown_tool(name, &Selection::default());
            assert!(message.contains(expected), "{message}");
        }
        let mut selection = Selection::default();
        selection.select(&registry, "the URL", &["contacts"], &["operations_read"]);
        let message = registry.unlisted(registry.callable("users_get-user").unwrap(), &selection);
        assert!(message.contains("call operations_read"), "{message}");
        let message = registry.unlisted(registry.callable("users_delete-user").unwrap(), &selection);
        assert!(message.contains("not selected"), "{message}");
    }

    #[test]
    fn a_hidden_tool_is_not_suggested() {
        let registry = ToolRegistry::default();
        let mut selection = Selection::default();
        selection.read_only(&registry, "X-MCP-Readonly");
        let message = registry.unknown_tool("create_contact", &selection);
        assert!(!message.contains("contacts_create-contact"), "{message}");
    }

    #[test]
    fn the_work_of_a_search_is_bounded() {
        let registry = ToolRegistry::default();
        for name in ["get-".repeat(100_000), "x".repeat(1 << 20), "ä_".repeat(1 << 18)] {
            let cost = work::measure(|| drop(registry.unknown_tool(&name, &Selection::default())));
            assert!(cost <= 300_000, "{cost}");
        }
    }

    proptest! {
        /// The most important property: whatever else a name contains.
        #[test]
        fn a_name_that_asks_for_a_read_never_leads_to_a_write(
            verb in proptest::sample::select([&LIST[..], &GET[..]].concat()),
            rest in "[a-z]{0,8}[-_ ]?(contact|contacts|tags|message|opportunity|add|send|create|upsert|update)?[-_]?[a-z]{0,5}",
            first: bool,
        ) {
            let name = if first { format!("{verb}-{rest}") } else { format!("{rest}_{verb}") };
            if let Some(tool) = nearest_to(&name) {
                prop_assert!(ToolRegistry::default().find(tool).unwrap().hints.read_only, "{name}: {tool}");
            }
        }

        #[test]
        fn a_name_without_a_verb_never_leads_to_a_write(words in "(contacts?|tags?|messages?|opportunity)([-_](contacts?|tags?|messages?)){0,3}") {
            if let Some(tool) = nearest_to(&words) {
                prop_assert!(ToolRegistry::default().find(tool).unwrap().hints.read_only, "{words}: {tool}");
            }
        }
    }
}
