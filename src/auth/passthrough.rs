//! Passthrough: the bearer token is the API's own, and the API validates it.

use super::UpstreamCredential;
use crate::leadconnector::{InvalidToken, Token};

/// Uses a bearer token as the API's own. Only its form is checked: the gateway stores nothing about callers, so any replica
/// can handle any request.
///
/// # Errors
///
/// If the text is not a well-formed token.
pub fn pass_through(bearer: &str) -> Result<UpstreamCredential, InvalidToken> {
    Token::new(bearer).map(UpstreamCredential::from)
}
