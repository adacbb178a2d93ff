//! Resolves the names of arguments.
//!
//! HighLevel's hosted endpoint names its arguments `<path|query|body>_<name>`, while its help article shows the plain names.
//! Clients send both, so both are accepted.

use crate::text::suggest;

/// The prefixes of argument names at the hosted endpoint.
const PREFIXES: [&str; 3] = ["path_", "query_", "body_"];

/// The names that the API's operations use for the location.
const LOCATION: [&str; 3] = ["locationId", "location_id", "altId"];

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
pub fn resolve<'a>(given: &str, known: &'a [String]) -> ArgumentName<'a> {
    for plain in aliases(given) {
        if let Some(name) = known.iter().find(|name| *name == plain) {
            return ArgumentName::Argument(name);
        }
        if LOCATION.contains(&plain) {
            return ArgumentName::Location;
        }
        if plain == "altType" {
            return ArgumentName::LocationType;
        }
    }
    ArgumentName::Unknown
}

/// Whether a name stands for the location.
pub fn is_location(given: &str) -> bool {
    aliases(given).any(|plain| LOCATION.contains(&plain))
}

/// The name as given, then without its prefix.
fn aliases(given: &str) -> impl Iterator<Item = &str> {
    let bare = PREFIXES.iter().find_map(|prefix| given.strip_prefix(prefix));
    std::iter::once(given).chain(bare)
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
    use super::*;

    fn known() -> Vec<String> {
        ["contactId", "limit", "query", "startAfterId"].map(str::to_owned).to_vec()
    }

    #[test]
    fn plain_and_prefixed_names_resolve_to_the_same_argument() {
        for given in ["contactId", "path_contactId", "query_contactId", "body_contactId"] {
            assert_eq!(resolve(given, &known()), ArgumentName::Argument("contactId"), "{given}");
        }
        assert_eq!(resolve("query_query", &known()), ArgumentName::Argument("query"));
        for given in ["locationId", "query_location_id", "body_locationId", "path_locationId", "query_altId", "altId"] {
            assert_eq!(resolve(given, &known()), ArgumentName::Location, "{given}");
        }
        assert_eq!(resolve("query_altType", &known()), ArgumentName::LocationType);
    }

    #[test]
    fn an_unknown_name_gets_suggestions() {
        assert_eq!(resolve("contact_id", &known()), ArgumentName::Unknown);
        assert_eq!(unknown_argument("contact_id", &known()), "is not an argument of this tool (nearest: `contactId`)");
        let problem = unknown_argument("query_zzz", &known());
        assert!(problem.ends_with("(it has: contactId, limit, query, startAfterId)"), "{problem}");
    }
}
