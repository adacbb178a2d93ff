//! What a given argument's name means.
//!
//! HighLevel's hosted endpoint names its arguments `<path|query|body>_<name>`; its help article shows the plain names.
//! Clients send both, so both mean the same here.

use crate::text::suggest;

/// The prefixes of the hosted endpoint's argument names.
const PREFIXES: [&str; 3] = ["path_", "query_", "body_"];

/// The names of the location in the API's operations.
const LOCATION: [&str; 3] = ["locationId", "location_id", "altId"];

/// What a name means to a tool.
#[derive(Debug, PartialEq, Eq)]
pub enum ArgumentName<'a> {
    /// One of the tool's own arguments, under its plain name.
    Argument(&'a str),
    /// The location.
    Location,
    /// What kind of thing `altId` is.
    LocationType,
    /// Nothing.
    Unknown,
}

/// Finds out what `given` means to a tool that knows the arguments `known`.
pub fn meaning<'a>(given: &str, known: &'a [String]) -> ArgumentName<'a> {
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

/// Whether a name is one of the location's.
pub fn is_location(given: &str) -> bool {
    aliases(given).any(|plain| LOCATION.contains(&plain))
}

/// The name as given, and without a prefix.
fn aliases(given: &str) -> impl Iterator<Item = &str> {
    let bare = PREFIXES.iter().find_map(|prefix| given.strip_prefix(prefix));
    std::iter::once(given).chain(bare)
}

/// What to say of a name that means nothing, as the rest of a sentence that begins with it.
pub fn unknown(given: &str, known: &[String]) -> String {
    let bare = aliases(given).last().unwrap_or(given);
    let near: Vec<String> =
        suggest(bare, known.iter().map(String::as_str)).iter().map(|name| format!("`{name}`")).collect();
    if !near.is_empty() {
        return format!("is not an argument of this tool (nearest: {})", near.join(", "));
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
    fn both_spellings_mean_the_same() {
        for given in ["contactId", "path_contactId", "query_contactId", "body_contactId"] {
            assert_eq!(meaning(given, &known()), ArgumentName::Argument("contactId"), "{given}");
        }
        assert_eq!(meaning("query_query", &known()), ArgumentName::Argument("query"));
        for given in ["locationId", "query_location_id", "body_locationId", "path_locationId", "query_altId", "altId"] {
            assert_eq!(meaning(given, &known()), ArgumentName::Location, "{given}");
        }
        assert_eq!(meaning("query_altType", &known()), ArgumentName::LocationType);
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_ones() {
        assert_eq!(meaning("contact_id", &known()), ArgumentName::Unknown);
        assert_eq!(unknown("contact_id", &known()), "is not an argument of this tool (nearest: `contactId`)");
        let problem = unknown("query_zzz", &known());
        assert!(problem.ends_with("(it has: contactId, limit, query, startAfterId)"), "{problem}");
    }
}
