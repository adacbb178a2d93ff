//! What a caller's bearer is to the API: the credential that its requests are sent with.

mod passthrough;

use crate::leadconnector::Token;

pub use passthrough::pass_through;

/// What the requests of a caller are sent to the API with.
#[derive(Debug, Clone, Hash)]
pub struct UpstreamCredential(Token);

impl UpstreamCredential {
    /// The token that the API gets.
    pub fn token(&self) -> &Token {
        &self.0
    }
}

/// The API's own token, of a caller that is known by other means than a bearer.
impl From<Token> for UpstreamCredential {
    fn from(token: Token) -> Self {
        Self(token)
    }
}
