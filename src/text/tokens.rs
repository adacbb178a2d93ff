//! Tokens in text that is not meant to have any: they must not be repeated.

use std::borrow::Cow;

/// The fewest characters after its start that make a token: `pit-` and `eyJ` alone are words about tokens.
const MIN_SECRET: usize = 6;

/// The most characters from `eyJ` on that may be the rest of an id.
const MAX_ID: usize = 40;

/// What the tokens of the gateway's own authorization server begin with.
pub const SEALED_PREFIX: &str = "lcm_";

/// Whether text contains the start of a token: `pit-` of Private Integration Tokens, `eyJ` of JSON Web Tokens, `lcm_` of the
/// gateway's own.
pub fn looks_like_token(text: &[u8]) -> bool {
    token_start(text).is_some()
}

/// Whether text contains a whole token, which makes it no id. Real ids of 20 letters and digits contain `eyJ` by chance, and a JSON
/// Web Token is longer and has dots.
pub fn contains_token(text: &[u8]) -> bool {
    let jwt = text.windows(3).position(|window| window == b"eyJ").map(|start| &text[start..]);
    let is_start =
        |window: &[u8]| window.eq_ignore_ascii_case(b"pit-") || window.eq_ignore_ascii_case(SEALED_PREFIX.as_bytes());
    text.windows(4).any(is_start) || jwt.is_some_and(|jwt| jwt.len() > MAX_ID || jwt.contains(&b'.'))
}

/// The position of the first token in text.
pub fn token_start(text: &[u8]) -> Option<usize> {
    let is_start =
        |window: &[u8]| window.eq_ignore_ascii_case(b"pit-") || window.eq_ignore_ascii_case(SEALED_PREFIX.as_bytes());
    let pit = text.windows(4).position(is_start);
    let jwt = text.windows(3).position(|window| window == b"eyJ");
    pit.into_iter().chain(jwt).min()
}

/// Text with `…` in place of each token's secret part: a setting or a file may have a token in the wrong place.
pub fn mask_tokens(text: &str) -> Cow<'_, str> {
    let (mut masked, mut rest) = (String::new(), text);
    while let Some(start) = token_start(rest.as_bytes()) {
        let length = if rest[start..].starts_with("eyJ") { 3 } else { 4 };
        let (before, secret) = rest.split_at(start + length);
        let is_secret = |char: char| char.is_ascii_alphanumeric() || "-._~+/=".contains(char);
        let end = secret.find(|char| !is_secret(char)).unwrap_or(secret.len());
        masked.push_str(before);
        masked.push_str(if end < MIN_SECRET { &secret[..end] } else { "…" });
        rest = &secret[end..];
    }
    if masked.is_empty() {
        return text.into();
    }
    masked.push_str(rest);
    masked.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_secret_part_is_masked() {
        for (text, masked) in [
            ("no token (pit-…) of the location", "no token (pit-…) of the location"),
            ("x = \"pit-0123-4567\": wrong; Pit-abcdefg", "x = \"pit-…\": wrong; Pit-…"),
            ("eyJhbGciOi.J9.sig", "eyJ…"),
            ("ä pit-ä", "ä pit-ä"),
            ("", ""),
        ] {
            assert_eq!(mask_tokens(text), masked);
        }
    }

    #[test]
    fn an_id_may_contain_the_start_of_a_token_by_chance() {
        for id in ["a9L1eyJI0l7YWiHYj9C1", "eyJ0abcdefghijklmnop"] {
            assert!(looks_like_token(id.as_bytes()) && !contains_token(id.as_bytes()), "{id}");
        }
        for token in ["pit-0123", "xPIT-1", "eyJhbGciOi.J9.sig", &format!("eyJ{}", "a".repeat(60))] {
            assert!(contains_token(token.as_bytes()), "{token}");
        }
    }

    proptest! {
        #[test]
        fn no_token_is_left(before in "\\PC{0,20}", token in "[A-Za-z0-9-]{6,40}", after in "[ \",;)]\\PC{0,20}") {
            for start in ["pit-", "PIT-", "eyJ", "lcm_"] {
                let masked = mask_tokens(&format!("{before}{start}{token}{after}")).into_owned();
                prop_assert!(!masked.contains(&format!("{start}{token}")), "{masked}");
            }
        }
    }
}
