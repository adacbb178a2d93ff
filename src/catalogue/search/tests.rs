//! What the search finds: measured on requests that it was not made from.

use proptest::prelude::*;
use serde::Deserialize;

use super::query::Query;
use super::*;

/// How many requests have a right operation among the first 1, 3, 5 and 8.
#[derive(Debug, Default)]
struct Recall {
    requests: usize,
    first: [usize; 4],
}

const FIRST: [usize; 4] = [1, 3, 5, 8];

impl Recall {
    fn add(&mut self, position: Option<usize>) {
        self.requests += 1;
        for (found, first) in self.first.iter_mut().zip(FIRST) {
            *found += usize::from(position.is_some_and(|position| position < first));
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    fn at(&self, first: usize) -> f64 {
        let column = FIRST.iter().position(|column| *column == first).unwrap();
        self.first[column] as f64 / self.requests as f64
    }

    fn print(&self, name: &str) {
        let at = FIRST.map(|first| format!("@{first} {:.3}", self.at(first))).join("  ");
        println!("{name:<28} {at}  ({} requests)", self.requests);
    }
}

/// Each phrase, searched in an index without the phrases of its row: of every operation the first, the second or the third.
#[test]
fn a_phrase_is_found_by_the_words_of_the_others() {
    let catalogue = Catalogue::published();
    let mut all = Recall::default();
    for row in 0..3 {
        let other = |operation: &'static Operation| {
            operation.phrases.iter().enumerate().filter(|(other, _)| *other != row).map(|(_, phrase)| *phrase).collect()
        };
        let index = build::build(catalogue, Weights::default(), other);
        let mut recall = Recall::default();
        for (position, operation) in catalogue.operations().iter().enumerate() {
            let ranked = score::rank(&index, operation.phrases[row]);
            recall.add(ranked.iter().position(|hit| hit.position == position));
        }
        recall.print(&format!("phrases {}", row + 1));
        all.requests += recall.requests;
        all.first.iter_mut().zip(recall.first).for_each(|(all, found)| *all += found);
    }
    all.print("all phrases");
    assert!(all.at(1) >= 0.60 && all.at(5) >= 0.85 && all.at(8) >= 0.89, "{all:?}");
}

#[derive(Deserialize)]
struct Request {
    /// A user's words.
    query: String,
    /// An agent's words for it.
    agent: String,
    /// The operations any of which is right.
    accept: Vec<String>,
}

/// Measures the requests of a file, and prints it: the recall of users' words, and of agents' words.
fn measure(file: &str) -> (Recall, Recall) {
    let text = std::fs::read_to_string(file).unwrap();
    let requests: Vec<Request> = serde_json::from_str(&text).unwrap();
    let (mut of_users, mut of_agents) = (Recall::default(), Recall::default());
    for request in &requests {
        for (words, recall) in [(&request.query, &mut of_users), (&request.agent, &mut of_agents)] {
            let hits = search(&[words], |_| Visibility::Shown).hits;
            recall.add(hits.iter().position(|hit| {
                let name = Catalogue::published().operations()[hit.position].name;
                request.accept.iter().any(|accepted| accepted == name)
            }));
        }
    }
    println!("{file}:");
    of_users.print("users' words");
    of_agents.print("agents' words");
    (of_users, of_agents)
}

/// Requests by people who knew neither the search nor its words. Those of users are indirect on purpose: an agent searches with
/// its own.
#[test]
fn requests_of_strangers_find_a_right_operation() {
    let (of_users, of_agents) = measure(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/search-queries.json"));
    assert!(of_users.at(5) >= 0.65, "{of_users:?}");
    assert!(of_agents.at(5) >= 0.95, "{of_agents:?}");
}

/// The requests that are not part of the project, where they are there.
#[test]
fn requests_find_a_right_operation() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/api/search-queries.json");
    let file = std::env::var("LEADCONNECTOR_SEARCH_QUERIES").unwrap_or_else(|_| beside.to_owned());
    if !std::path::Path::new(&file).exists() {
        println!("not measured: there is no {file} (LEADCONNECTOR_SEARCH_QUERIES)");
        return;
    }
    let (of_users, of_agents) = measure(&file);
    assert!(of_users.at(5) >= 0.80, "{of_users:?}");
    assert!(of_agents.at(5) >= 0.95, "{of_agents:?}");
}

fn names(hits: &[Hit]) -> Vec<&'static str> {
    hits.iter().map(|hit| Catalogue::published().operations()[hit.position].name).collect()
}

fn found(query: &str) -> Vec<&'static str> {
    names(&search(&[query], |_| Visibility::Shown).hits)
}

#[test]
fn what_the_catalogue_does_not_know_finds_nothing() {
    for query in [
        "purple monkey dishwasher",
        "asdf qwer",
        "what is the weather",
        "write a poem",
        "tell me a joke",
        "1234 5678",
        "",
        " ",
        "how tall is mount everest",
        "solve this equation",
        "recipe for pancakes",
        "play some music",
        "Purple Monkey",
        "the of and",
        "get",
        "🦀",
        "\0",
    ] {
        assert_eq!(found(query), [""; 0], "{query}");
    }
}

#[test]
fn the_plain_name_of_a_thing_finds_it_first() {
    for (query, name) in [
        ("create contact", "contacts_create-contact"),
        ("createContact", "contacts_create-contact"),
        ("delete a client", "contacts_delete-contact"),
        ("list invoices", "invoices_list-invoices"),
        ("send invoice", "invoices_send-invoice"),
        ("list workflows", "workflows_get-workflow"),
        ("list pipelines", "opportunities_get-pipelines"),
        ("crete contcat", "contacts_create-contact"),
        ("Kontakt erstellen", "contacts_create-contact"),
        ("crear contacto", "contacts_create-contact"),
        ("supprimer facture", "invoices_delete-invoice"),
    ] {
        assert_eq!(found(query).first(), Some(&name), "{query}: {:?}", found(query));
    }
}

#[test]
fn what_people_say_finds_what_they_mean() {
    for (query, name) in [
        ("who still owes us money", "invoices_list-invoices"),
        ("Mrs. Ozturk didn't show up at 3pm", "calendars_edit-appointment"),
        ("Petra has quit, take away her login", "users_delete-user"),
        ("zorblax Petra the next appointment frobnicate", "contacts_get-appointments-for-contact"),
    ] {
        assert!(found(query).iter().take(5).any(|found| *found == name), "{query}: {:?}", found(query));
    }
}

#[test]
fn the_verb_that_a_clause_starts_with_is_the_one_that_is_asked_for() {
    let action = |text| Query::read(text, &INDEX).action;
    assert_eq!(action("they created it twice, delete the contact"), Some(synonyms::Action::Delete));
    assert_eq!(action("delete the contact which they created"), Some(synonyms::Action::Delete));
    assert_eq!(action("who created the contact"), Some(synonyms::Action::Read));
}

#[test]
fn ads_are_found_only_by_queries_about_ads() {
    let is_ads = |name: &&str| name.starts_with("ad-");
    assert!(!found("list campaigns in email marketing").first().is_some_and(is_ads));
    assert!(found("pause facebook ad").iter().take(3).all(is_ads), "{:?}", found("pause facebook ad"));
}

#[test]
fn several_queries_take_turns() {
    let first = found("create contact");
    let second = found("list invoices");
    let both = search(&["create contact", "list invoices", "create contact"], |_| Visibility::Shown);
    let both = names(&both.hits);
    assert_eq!(both.len(), MAX_HITS);
    assert_eq!(both[..2], [first[0], second[0]]);
    assert_eq!(both.iter().collect::<std::collections::HashSet<_>>().len(), MAX_HITS);
}

#[test]
fn hidden_operations_are_counted_and_those_outside_are_not() {
    let query = "create contact";
    let reads = |operation: &Operation, other| {
        if operation.kind == super::super::Kind::Read { Visibility::Shown } else { other }
    };
    let all = search(&[query], |_| Visibility::Shown);
    let writes = all
        .hits
        .iter()
        .filter(|hit| Catalogue::published().operations()[hit.position].kind != super::super::Kind::Read)
        .count();
    assert!(writes > 0 && all.hidden.is_empty());
    let some = search(&[query], |operation| reads(operation, Visibility::Hidden));
    assert_eq!(some.hidden.len(), writes);
    let outside = search(&[query], |operation| reads(operation, Visibility::Outside));
    assert!(outside.hidden.is_empty());
    assert_eq!(some.hits, outside.hits);
    assert!(!some.hits.is_empty());
}

fn position(name: &str) -> usize {
    Catalogue::published().operations().iter().position(|operation| operation.name == name).unwrap()
}

#[test]
fn siblings_are_about_the_same_resource() {
    for (name, siblings_of) in [
        (
            "contacts_create-note",
            &["contacts_delete-note", "contacts_get-all-notes", "contacts_get-note", "contacts_update-note"][..],
        ),
        ("workflows_get-workflow", &[]),
    ] {
        let siblings: Vec<&str> =
            siblings(position(name)).into_iter().map(|other| Catalogue::published().operations()[other].name).collect();
        assert_eq!(siblings, siblings_of, "{name}");
    }
    let of_invoice = siblings(position("invoices_send-invoice"));
    assert!(
        of_invoice.contains(&position("invoices_void-invoice"))
            && !of_invoice.contains(&position("invoices_list-estimates"))
    );
    assert!(siblings(usize::MAX).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The work of a query is bounded by its units: each adds up the postings of at most a concept.
    #[test]
    fn any_text_is_a_query(text in "\\PC{0,600}", words in proptest::collection::vec("[a-z]{1,12}|contacts?|Invoice|sendMessage", 0..60)) {
        for text in [&text, &words.join(" "), &words.concat()] {
            prop_assert!(Query::read(text, &INDEX).units.len() <= 24);
            let Found { hits, .. } = search(&[text], |_| Visibility::Shown);
            prop_assert!(hits.len() <= MAX_HITS);
            prop_assert!(hits.iter().all(|hit| hit.score.is_finite() && hit.score > 0.0));
            prop_assert!(hits.is_sorted_by(|left, right| left.score >= right.score));
        }
    }
}
