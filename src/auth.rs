//! Maps a caller's bearer token to the credential that is sent to the API.

pub mod oauth;
mod passthrough;

use crate::leadconnector::Token;

pub use passthrough::pass_through;

/// The credential that a caller's requests are sent to the API with.
#[derive(Debug, Clone, Hash)]
pub struct UpstreamCredential(Token);

impl UpstreamCredential {
    /// The token that is sent to the API.
    pub fn token(&self) -> &Token {
        &self.0
    }
}

/// For a caller that is identified by other means than a bearer token.
impl From<Token> for UpstreamCredential {
    fn from(token: Token) -> Self {
        Self(token)
    }
}
