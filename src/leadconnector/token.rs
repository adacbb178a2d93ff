//! The caller's token.

use std::hash::{Hash, Hasher};

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// A Private Integration Token or OAuth access token. Its `Debug` output hides it.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

/// Text that cannot be sent as a Bearer token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a token is one word of visible ASCII characters")]
pub struct InvalidToken;

impl Token {
    /// Takes a token as it was given; nothing but its form is checked.
    ///
    /// # Errors
    ///
    /// If it is empty or has a character that no Bearer token has (RFC 6750 section 2.1, read generously).
    pub fn new(token: &str) -> Result<Self, InvalidToken> {
        let valid = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        valid.then(|| Self(token.into())).ok_or(InvalidToken)
    }

    /// The value of the `Authorization` header, marked so that no library prints it.
    pub(super) fn authorization(&self) -> Result<HeaderValue, InvalidToken> {
        let mut value =
            HeaderValue::try_from(format!("Bearer {}", self.0.expose_secret())).map_err(|_| InvalidToken)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// For keyed hashes, which stand for the token where one must be kept.
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
    fn only_one_visible_word_is_a_token() {
        for bad in ["", "a b", "a\n", "ü"] {
            assert_eq!(Token::new(bad).unwrap_err(), InvalidToken, "{bad:?}");
        }
    }
}
