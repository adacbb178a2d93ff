//! What a client's document says, as far as it matters here.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::ClientIdUrl;

/// How many redirect URIs a document may have.
const MAX_REDIRECT_URIS: usize = 20;

/// The longest redirect URI, in bytes.
const MAX_REDIRECT_URI_LENGTH: usize = 512;

/// A client, as its document describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDocument {
    /// The document's URL.
    pub client_id: String,
    /// `client_name`, as it stands: of any length and with any characters. It is to be cut and escaped where it is shown.
    pub name: Option<String>,
    /// Where the client wants answers sent. That they stand here does not make them acceptable; whoever redirects decides.
    pub redirect_uris: Vec<String>,
}

/// Why a document describes no client that can be served. The messages contain nothing of the document, so they can stand in
/// an HTML page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not a JSON object, or a member is not of its type.
    #[error("the client's document is not well-formed")]
    Malformed,
    /// `client_id` differs from the URL.
    #[error("the client's document is about another client id than its URL")]
    OtherClientId,
    /// A secret that anyone can read, so none.
    #[error("the client's document contains a secret")]
    Secret,
    /// None, or too many, or one that is empty or too long.
    #[error(
        "the client's document needs 1 to {MAX_REDIRECT_URIS} redirect URIs of at most {MAX_REDIRECT_URI_LENGTH} bytes"
    )]
    RedirectUris,
    /// The client has other methods to authenticate than none at all.
    #[error("the client's document does not allow a client without authentication")]
    AuthMethod,
}

/// The members that are read. A `null` is the same as an absent member.
#[derive(Deserialize)]
struct Members {
    client_id: Option<String>,
    client_name: Option<String>,
    client_secret: Option<IgnoredAny>,
    redirect_uris: Option<Vec<String>>,
    token_endpoint_auth_method: Option<String>,
    /// Not registered for clients, but ChatGPT's document has `none` only here.
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Members {
    /// Whether the client may come without authentication: a method `none` in either member, or no method at all.
    fn allows_no_authentication(&self) -> bool {
        let several = self.token_endpoint_auth_methods_supported.iter().flatten();
        let mut methods = self.token_endpoint_auth_method.iter().chain(several).peekable();
        methods.peek().is_none() || methods.any(|method| method == "none")
    }
}

impl ClientDocument {
    /// Reads the document that was found at `url`. Any bytes may come.
    ///
    /// # Errors
    ///
    /// If it is not a document, is about another client, or describes one that cannot be served.
    pub fn parse(bytes: &[u8], url: &ClientIdUrl) -> Result<Self, DocumentError> {
        // A struct could also be read from an array.
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(DocumentError::Malformed);
        }
        let members: Members = serde_json::from_slice(bytes).map_err(|_| DocumentError::Malformed)?;
        if members.client_id.as_deref() != Some(url.as_str()) {
            return Err(DocumentError::OtherClientId);
        }
        if members.client_secret.is_some() {
            return Err(DocumentError::Secret);
        }
        if !members.allows_no_authentication() {
            return Err(DocumentError::AuthMethod);
        }
        let redirect_uris = members.redirect_uris.unwrap_or_default();
        let has_right_length = |uri: &String| (1..=MAX_REDIRECT_URI_LENGTH).contains(&uri.len());
        if !(1..=MAX_REDIRECT_URIS).contains(&redirect_uris.len()) || !redirect_uris.iter().all(has_right_length) {
            return Err(DocumentError::RedirectUris);
        }
        Ok(Self { client_id: url.as_str().to_owned(), name: members.client_name, redirect_uris })
    }
}

#[cfg(test)]
mod tests;
