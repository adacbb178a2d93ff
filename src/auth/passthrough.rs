//! The bearer is the API's own token, and the API validates it.

use super::UpstreamCredential;
use crate::leadconnector::{InvalidToken, Token};

/// Takes a bearer for the API's own token. Nothing but its form is checked: the gateway knows no caller, so any replica
/// can answer any request.
///
/// # Errors
///
/// If it cannot be a token.
pub fn pass_through(bearer: &str) -> Result<UpstreamCredential, InvalidToken> {
    Token::new(bearer).map(UpstreamCredential::from)
}
