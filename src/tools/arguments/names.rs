//! Resolves the names of arguments.
//!
//! HighLevel's hosted endpoint names its arguments `<path|query|body>_<name>`, while its help article shows the plain names.
//! The API itself mixes camel and snake case, and calls one thing differently in its services (`q`, `query`, `search`). Clients
//! send all of these, so all are accepted. No schema contains them: each name there costs context.

use super::Names;
use crate::text::suggest;

/// The prefixes of argument names at the hosted endpoint.
const PREFIXES: [&str; 3] = ["path_", "query_", "body_"];

/// The names that the API's operations use for the location, folded.
const LOCATION: [&str; 2] = ["locationid", "altid"];

/// Names for one thing: a name on the left, which other services or the API's responses use, stands for the one argument on the
/// right that a tool has. All are folded. Only names that cannot mean anything else are here, because a write must never be
/// guessed.
const SYNONYMS: [(&[&str], &[&str]); 6] = [
    (&["q", "query", "search"], &["q", "query", "search"]),
    (&["starttime", "startdate", "startat"], &["starttime", "startdate", "startat", "date"]),
    (&["endtime", "enddate", "endat"], &["endtime", "enddate", "endat"]),
    (&["assignedto", "assigneduserid"], &["assignedto", "userid"]),
    (&["stageid"], &["pipelinestageid"]),
    (&["eventid"], &["appointmentid"]),
];

/// What a name stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum ArgumentName<'a> {
    /// One of the tool's own arguments, by its plain name.
    Argument(&'a str),
    /// The location.
    Location,
    /// `altType`: the type of the entity that `altId` identifies.
    LocationType,
    /// Not a name that the tool knows.
    Unknown,
}

/// Resolves the name `given` for a tool with the arguments `known`.
pub fn resolve<'a>(given: &str, known: &'a Names) -> ArgumentName<'a> {
    let exact = aliases(given).find_map(|plain| known.all.iter().find(|name| *name == plain));
    if let Some(name) = exact {
        return ArgumentName::Argument(name);
    }
    let folded = || aliases(given).map(fold);
    if let Some(name) = folded().find_map(|plain| known.all.iter().find(|name| fold(name) == plain)) {
        return ArgumentName::Argument(name);
    }
    if is_location(given) {
        return ArgumentName::Location;
    }
    if folded().any(|plain| plain == "alttype") {
        return ArgumentName::LocationType;
    }
    folded().find_map(|plain| synonym(&plain, known)).map_or(ArgumentName::Unknown, ArgumentName::Argument)
}

/// Whether a name stands for the location.
pub fn is_location(given: &str) -> bool {
    aliases(given).any(|plain| LOCATION.contains(&fold(plain).as_str()))
}

/// The name as given, then without its prefix.
fn aliases(given: &str) -> impl Iterator<Item = &str> {
    let bare = PREFIXES.iter().find_map(|prefix| given.strip_prefix(prefix));
    std::iter::once(given).chain(bare)
}

/// A name without case and underscores: equal for camel and snake case.
fn fold(name: &str) -> String {
    name.chars().filter(|char| *char != '_').map(|char| char.to_ascii_lowercase()).collect()
}

/// The argument that a folded name stands for, although the tool calls it differently.
fn synonym<'a>(folded: &str, known: &'a Names) -> Option<&'a str> {
    // The id of the record that the tool is about is `id` in responses, and `<record>Id` or `id` in arguments.
    if folded == "id" {
        return known.own_id.as_deref();
    }
    if folded.strip_suffix("id").is_some_and(|record| record == known.record) {
        return known.all.iter().find(|name| *name == "id").map(String::as_str);
    }
    let (_, meant) = SYNONYMS.iter().find(|(names, _)| names.contains(&folded))?;
    let mut meant = known.all.iter().filter(|name| meant.contains(&fold(name).as_str()));
    let only = meant.next()?;
    meant.next().is_none().then_some(only)
}

/// The problem with an unknown name, as the rest of a sentence that starts with the name.
pub fn unknown_argument(given: &str, known: &[String]) -> String {
    let bare = aliases(given).last().unwrap_or(given);
    let similar: Vec<String> =
        suggest(bare, known.iter().map(String::as_str)).iter().map(|name| format!("`{name}`")).collect();
    if !similar.is_empty() {
        return format!("is not an argument of this tool (nearest: {})", similar.join(", "));
    }
    if known.is_empty() {
        return "is not an argument of this tool (it has none)".to_owned();
    }
    format!("is not an argument of this tool (it has: {})", known.join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::tools::ToolRegistry;

    fn known() -> Names {
        let all = ["contactId", "limit", "query", "startAfterId"].map(str::to_owned).to_vec();
        Names { all, required: Vec::new(), own_id: Some("contactId".to_owned()), record: "contact" }
    }

    #[test]
    fn plain_and_prefixed_names_resolve_to_the_same_argument() {
        for given in ["contactId", "path_contactId", "query_contactId", "body_contactId"] {
            assert_eq!(resolve(given, &known()), ArgumentName::Argument("contactId"), "{given}");
        }
        assert_eq!(resolve("query_query", &known()), ArgumentName::Argument("query"));
        for given in ["locationId", "query_location_id", "body_locationId", "path_locationId", "query_altId", "alt_id"]
        {
            assert_eq!(resolve(given, &known()), ArgumentName::Location, "{given}");
        }
        assert_eq!(resolve("query_altType", &known()), ArgumentName::LocationType);
    }

    #[test]
    fn camel_case_snake_case_and_synonyms_resolve_to_the_same_argument() {
        for given in ["contact_id", "contactID", "query_contact_id", "id", "path_id"] {
            assert_eq!(resolve(given, &known()), ArgumentName::Argument("contactId"), "{given}");
        }
        assert_eq!(resolve("start_after_id", &known()), ArgumentName::Argument("startAfterId"));
        for given in ["q", "search", "query_search", "Query"] {
            assert_eq!(resolve(given, &known()), ArgumentName::Argument("query"), "{given}");
        }
        for given in ["startDate", "userId", "", "_", "path_", "contact"] {
            assert_eq!(resolve(given, &known()), ArgumentName::Unknown, "{given}");
        }
    }

    #[test]
    fn no_tool_has_two_arguments_that_fold_to_one_name_or_to_the_locations() {
        for tool in ToolRegistry::default().tools() {
            let folded: HashSet<String> = tool.arguments().iter().map(|name| fold(name)).collect();
            assert_eq!(folded.len(), tool.arguments().len(), "{}", tool.name);
            assert!(!tool.arguments().iter().any(|name| is_location(name)), "{}", tool.name);
        }
    }

    #[test]
    fn an_unknown_name_gets_suggestions() {
        assert_eq!(resolve("contct_id", &known()), ArgumentName::Unknown);
        let problem = unknown_argument("contct_id", &known().all);
        assert_eq!(problem, "is not an argument of this tool (nearest: `contactId`)");
        let problem = unknown_argument("query_zzz", &known().all);
        assert!(problem.ends_with("(it has: contactId, limit, query, startAfterId)"), "{problem}");
    }
}
