//! Recognizes credentials that were never filled in: placeholders of examples, variables without their value, quotes.
//!
//! The API rejects them with an error about a wrong token or a foreign location, which sends the user in the wrong
//! direction. Nothing here repeats the value: text that is mistaken for a placeholder could be a secret.

use std::fmt;

/// How a client, a shell or a person left a value unusable. Displayed, it follows "is", as in "the token
/// is a placeholder: …".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// `"pit-…"`.
    Quoted,
    /// `${LEADCONNECTOR_TOKEN}`, `$TOKEN`, `{{token}}`, `%TOKEN%`.
    Variable,
    /// `YOUR_TOKEN`, `<token>`, `pit-xxxx`.
    Example,
}

impl fmt::Display for Placeholder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Quoted => "in quotes: remove the quotes",
            Self::Variable => {
                "the name of a variable instead of its value: set the variable where your client reads it, or write the \
                 value itself"
            }
            Self::Example => "a placeholder: replace it with your own",
        })
    }
}

/// Whether a token is a placeholder. Every value here has a character that no token has, or is one of a few words: a
/// Private Integration Token is `pit-` and a UUID, an OAuth access token is a JSON Web Token.
pub fn find_in_token(text: &str) -> Option<Placeholder> {
    find(text, "leadconnectortoken", &|word| {
        // `pit-xxxx`, `pit-your-token` and `pit-` are as common as the forms without the prefix.
        let word = word.strip_prefix("pit").unwrap_or(word);
        let nouns = ["token", "secret", "apikey", "integration", "here"];
        let names =
            ["", "token", "apitoken", "apikey", "accesstoken", "bearertoken", "privateintegrationtoken", "mytoken"];
        is_all_x(word) || names.contains(&word) || is_yours(word, &nouns) || word == "yourpit" || word == "yourkey"
    })
}

/// Whether a location id is a placeholder.
pub fn find_in_location(text: &str) -> Option<Placeholder> {
    find(text, "leadconnectorlocationid", &|word| {
        let names = ["location", "locationid", "subaccount", "subaccountid", "yourid", "mylocation"];
        is_all_x(word) || names.contains(&word) || is_yours(word, &["location", "account", "here"])
    })
}

/// `variable` and what `is_example` gets are in lower case and without punctuation.
fn find(text: &str, variable: &str, is_example: &dyn Fn(&str) -> bool) -> Option<Placeholder> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let quotes = ['"', '\'', '`', '“', '”', '‘', '’'];
    if text.starts_with(quotes) || text.ends_with(quotes) {
        return Some(Placeholder::Quoted);
    }
    let word: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let is_variable = text.starts_with('$')
        || ["${", "$(", "{{"].iter().any(|start| text.contains(start))
        || (text.starts_with('{') && text.ends_with('}'))
        || (text.starts_with('%') && text.ends_with('%'))
        || word == variable;
    if is_variable {
        return Some(Placeholder::Variable);
    }
    let is_marked = text.contains(['<', '>', '*', '…']) || text.ends_with("...") || text.starts_with('[');
    let names = ["changeme", "replaceme", "placeholder", "example", "todo"];
    (is_marked || names.contains(&word.as_str()) || (!word.is_empty() && is_example(&word)))
        .then_some(Placeholder::Example)
}

fn is_all_x(word: &str) -> bool {
    word.len() >= 3 && word.bytes().all(|byte| byte == b'x')
}

/// The longest example. A longer text is a token, in which both words may occur by chance, as in a JWT.
const MAX_EXAMPLE: usize = 60;

/// Whether this is `yourtoken`, `putyourtokenhere` and the like. A noun is required: four letters occur in random ids.
fn is_yours(word: &str, nouns: &[&str]) -> bool {
    word.len() <= MAX_EXAMPLE
        && !word.starts_with("eyj")
        && word.contains("your")
        && nouns.iter().any(|noun| word.contains(noun))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn placeholders_of_tokens_are_recognized() {
        for (placeholder, values) in [
            (Placeholder::Quoted, &["\"pit-1\"", "'pit-1'", "pit-1\"", "`pit-1`", "“pit-1”"][..]),
            (
                Placeholder::Variable,
                &["${LEADCONNECTOR_TOKEN}", "$TOKEN", "$(cat t)", "{{token}}", "{{ token }}", "%TOKEN%", "{env:TOKEN}"],
            ),
            (Placeholder::Variable, &["${input:token}", "${{ secrets.TOKEN }}", "LEADCONNECTOR_TOKEN", "pit-${ID}"]),
            (
                Placeholder::Example,
                &["YOUR_TOKEN", "your-token", "YourTokenHere", "<token>", "<Private Integration Token>", "[token]"],
            ),
            (Placeholder::Example, &["pit-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "pit-XXXX", "xxx", "pit-", "pit-…"]),
            (Placeholder::Example, &["pit-...", "pit-***", "pit-your-token", "YOUR_PIT", "TOKEN", "change-me"]),
        ] {
            for value in values {
                assert_eq!(find_in_token(value), Some(placeholder), "{value}");
            }
        }
        for token in ["", "pit-1", "pit-sandbox-00000000-0000-4000-8000-000000000000", "x", "pit-test", "a.b~c+d/e=="] {
            assert_eq!(find_in_token(token), None, "{token}");
        }
    }

    #[test]
    fn placeholders_of_locations_are_recognized() {
        for (placeholder, values) in [
            (Placeholder::Quoted, &["\"ve9EPM428h8vShlRW1KT\""][..]),
            (
                Placeholder::Variable,
                &["${LEADCONNECTOR_LOCATION_ID}", "$LOCATION", "LEADCONNECTOR_LOCATION_ID", "{{id}}"],
            ),
            (
                Placeholder::Example,
                &["YOUR_LOCATION_ID", "your-sub-account", "<location>", "locationId", "xxxxxxxxxxxxxxxxxxxx"],
            ),
        ] {
            for value in values {
                assert_eq!(find_in_location(value), Some(placeholder), "{value}");
            }
        }
        for id in ["", "ve9EPM428h8vShlRW1KT", "LOC", "sbxLOC0000000000DEMO", "free-1", "x"] {
            assert_eq!(find_in_location(id), None, "{id}");
        }
    }

    proptest! {
        #[test]
        fn no_real_value_is_a_placeholder(
            pit in "pit-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
            jwt in "eyJ[A-Za-z0-9_-]{30,60}\\.eyJ[A-Za-z0-9_-]{30,60}\\.[A-Za-z0-9_-]{43}",
            id in "[A-Za-z0-9]{20}",
        ) {
            prop_assert_eq!((find_in_token(&pit), find_in_token(&jwt), find_in_location(&id)), (None, None, None));
        }
    }
}
