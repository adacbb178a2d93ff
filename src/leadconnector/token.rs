//! The caller's token.

use std::hash::{Hash, Hasher};

use bytes::Bytes;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::placeholder::{self, Placeholder};
use crate::text::tokens::SEALED_PREFIX;

/// Replaces a token that the API repeats in a response.
const MASK: &str = "[token]";

/// The shortest token, in bytes, that is masked. A shorter one is not a secret, and ordinary words may contain it.
const MIN_MASKED_BYTES: usize = 8;

/// A Private Integration Token or OAuth access token. Its `Debug` output hides it.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

/// The text is not a token. The messages never repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidToken {
    /// It cannot be sent as a Bearer token.
    #[error("a token is one word of visible ASCII characters")]
    Malformed,
    /// It was never filled in.
    #[error("the token is {0}")]
    Placeholder(Placeholder),
    /// It is a whole header value, or `Bearer` was written twice.
    #[error("the token begins with the word `Bearer`: remove that word")]
    RepeatedScheme,
    /// It was issued by a gateway to a client. It is never sent to the API.
    #[error("the token comes from a gateway's OAuth and is none of the API")]
    Gateway,
}

impl Token {
    /// Creates a token. Only its form is validated.
    ///
    /// # Errors
    ///
    /// If it is a placeholder, or it is empty or contains a character other than visible ASCII. RFC 6750 section 2.1 allows
    /// fewer characters.
    pub fn new(token: &str) -> Result<Self, InvalidToken> {
        if let Some(placeholder) = placeholder::find_in_token(token) {
            return Err(InvalidToken::Placeholder(placeholder));
        }
        if token.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
            return Err(InvalidToken::RepeatedScheme);
        }
        if token.get(..SEALED_PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(SEALED_PREFIX)) {
            return Err(InvalidToken::Gateway);
        }
        let valid = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        valid.then(|| Self(token.into())).ok_or(InvalidToken::Malformed)
    }

    /// The value of the `Authorization` header, marked sensitive so that no library prints it.
    pub(super) fn authorization(&self) -> Result<HeaderValue, InvalidToken> {
        let mut value =
            HeaderValue::try_from(format!("Bearer {}", self.0.expose_secret())).map_err(|_| InvalidToken::Malformed)?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Masks this token in a response body: some services repeat in an error what they were sent.
    ///
    /// Compares bytes and does not decode JSON escapes: no token in use has a character that an encoder escapes.
    pub(super) fn mask(&self, body: Bytes) -> Bytes {
        let token = self.0.expose_secret();
        match std::str::from_utf8(&body) {
            Ok(text) if token.len() >= MIN_MASKED_BYTES && text.contains(token) => text.replace(token, MASK).into(),
            // A body that is not text is never shown.
            _ => body,
        }
    }
}

/// For keyed hashes, which are stored in place of the token.
impl Hash for Token {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.expose_secret().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_printed() {
        let token = Token::new("pit-canary-1").unwrap();
        let header = token.authorization().unwrap();
        assert_eq!(header.to_str().unwrap(), "Bearer pit-canary-1");
        assert!(!format!("{token:?} {header:?}").contains("canary"));
    }

    #[test]
    fn a_token_repeated_by_the_api_is_masked() {
        let mask =
            |token: &str, body: &'static str| Token::new(token).unwrap().mask(Bytes::from_static(body.as_bytes()));
        assert_eq!(mask("pit-canary-1", r#"{"m":"pit-canary-1 or pit-canary-12"}"#), r#"{"m":"[token] or [token]2"}"#);
        assert_eq!(mask("pit-canary-1", r#"{"m":"no such token"}"#), r#"{"m":"no such token"}"#);
        assert_eq!(mask("such", r#"{"m":"no such token"}"#), r#"{"m":"no such token"}"#, "no secret");
        let binary = Bytes::from_static(b"pit-canary-1\xff");
        assert_eq!(Token::new("pit-canary-1").unwrap().mask(binary.clone()), binary);
    }

    #[test]
    fn only_one_visible_word_is_a_token() {
        for bad in ["", "a b", "a\n", "ü"] {
            assert_eq!(Token::new(bad).unwrap_err(), InvalidToken::Malformed, "{bad:?}");
        }
    }
}
