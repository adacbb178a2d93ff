//! The fields of the consent page's form, and what is wrong with them.

use super::OAuth;
use crate::leadconnector::{InvalidLocationId, InvalidToken, LocationId, Placeholder, Token};

/// The longest Private Integration Token, in bytes; real ones have 40.
const MAX_TOKEN: usize = 256;

/// The most fields of a form: the page has five.
const MAX_FIELDS: usize = 16;

/// The fields of the form.
#[derive(Default)]
pub struct Fields {
    pub form: String,
    pub decision: String,
    pub token: String,
    pub location: String,
    pub read_only: bool,
}

impl Fields {
    /// Reads the form. `None` if a field is there twice, so that nobody can read it in another way.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let mut fields = Self::default();
        let mut names: Vec<String> = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            if names.iter().any(|known| *known == name) || names.len() == MAX_FIELDS {
                return None;
            }
            names.push(name.clone().into_owned());
            let field = match name.as_ref() {
                "form" => &mut fields.form,
                "decision" => &mut fields.decision,
                "token" => &mut fields.token,
                "location" => &mut fields.location,
                "read_only" => {
                    fields.read_only = true;
                    continue;
                }
                _ => continue,
            };
            *field = value.into_owned();
        }
        Some(fields)
    }
}

/// Reads a Private Integration Token.
///
/// # Errors
///
/// What is wrong with it, for the page.
pub fn read_token(text: &str) -> Result<Token, String> {
    let text = text.trim();
    let problem = match Token::new(text) {
        _ if text.is_empty() => "Enter a Private Integration Token.",
        _ if text.len() > MAX_TOKEN => "This is too long for a Private Integration Token. Copy it again.",
        Err(InvalidToken::RepeatedScheme) => "Leave out the word Bearer.",
        Err(InvalidToken::Placeholder(Placeholder::Quoted)) => "This is in quotes. Remove the quotes.",
        Err(InvalidToken::Placeholder(_)) => "This is a placeholder. Replace it with your own token.",
        Err(_) => "A Private Integration Token is one word. Copy it again.",
        Ok(token) if text.starts_with("pit-") => return Ok(token),
        Ok(_) => "This is no Private Integration Token: those begin with pit-. Create one in HighLevel.",
    };
    Err(problem.to_owned())
}

/// Reads a location that may be connected.
///
/// # Errors
///
/// What is wrong with it, for the page.
pub fn read_location(oauth: &OAuth, text: &str) -> Result<LocationId, String> {
    let location = location_id(text)?;
    if oauth.server.may_connect(location.as_str()) {
        Ok(location)
    } else {
        Err("The operator of this gateway does not allow this location.".to_owned())
    }
}

/// Reads the id of a location, or the address of one of its pages, which people copy.
fn location_id(text: &str) -> Result<LocationId, String> {
    let text = text.trim();
    let of_page = text.strip_prefix("https://").and_then(|url| url.split_once("/location/"));
    let id = of_page.map_or(text, |(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
    id.parse().map_err(|error| match error {
        _ if text.is_empty() => "Enter the id of the location.".to_owned(),
        InvalidLocationId::Placeholder(_) => "This is a placeholder. Enter the id of your location.".to_owned(),
        InvalidLocationId::Malformed => {
            "This is no location id. Enter the id, not the name: the part after /location/ in the address.".to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_token_is_said() {
        for (text, said) in [
            ("", "Enter a Private"),
            ("  ", "Enter a Private"),
            ("\"pit-0123-4567\"", "quotes"),
            ("Bearer pit-0123-4567", "word Bearer"),
            ("YOUR_TOKEN", "placeholder"),
            ("pit-xxxx", "placeholder"),
            ("pit-01 23", "one word"),
            ("pit-01\n23", "one word"),
            ("lcm_0123", "one word"),
            ("eyJhbGciOi.J9.sig", "begin with pit-"),
            (&format!("pit-{}", "0".repeat(300)), "too long"),
        ] {
            let problem = read_token(text).unwrap_err();
            assert!(problem.contains(said) && !problem.contains("0123"), "{text:?}: {problem}");
        }
        assert!(read_token(" pit-0123-4567\n").is_ok());
    }

    #[test]
    fn a_location_is_its_id_or_the_address_of_its_pages() {
        for text in [
            "ve9EPM428h8vShlRW1KT",
            " ve9EPM428h8vShlRW1KT ",
            "https://app.gohighlevel.com/v2/location/ve9EPM428h8vShlRW1KT/dashboard",
            "https://app.gohighlevel.com/v2/location/ve9EPM428h8vShlRW1KT?tab=1",
        ] {
            assert_eq!(location_id(text).unwrap().as_str(), "ve9EPM428h8vShlRW1KT", "{text}");
        }
        for (text, said) in [
            ("", "Enter the id"),
            ("Demo Roofing Co", "not the name"),
            ("https://app.gohighlevel.com/", "not the name"),
            ("a/b", "not the name"),
            ("YOUR_LOCATION_ID", "placeholder"),
        ] {
            let problem = location_id(text).unwrap_err();
            assert!(problem.contains(said), "{text}: {problem}");
        }
    }
}
