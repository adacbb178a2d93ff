//! Redirect URIs: where a code may be sent. One rule for what the operator lists and what clients send.

mod matching;

use url::Url;

pub use matching::{is_loopback, matches};

/// The longest redirect URI, in bytes.
pub const MAX_REDIRECT_URI: usize = 512;

/// Schemes that no app has: a browser runs or reads them itself, or sends them unencrypted.
const FORBIDDEN_SCHEMES: [&str; 13] = [
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "javascript",
    "mailto",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// Text that can be no redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedirectUri {
    /// Not an absolute URI of visible ASCII, or too long.
    #[error("must be a redirect URI of visible ASCII, like https://app.example.com/callback, of at most 512 bytes")]
    Malformed,
    /// It has a fragment or a user.
    #[error("must have no fragment and no user")]
    FragmentOrUser,
    /// Its query has a parameter of the answer that is sent there.
    #[error("must have no parameter code, error, iss or state")]
    Answer,
    /// A code would travel unencrypted.
    #[error("must be https: http is only for localhost, 127.0.0.1 and [::1]")]
    NotHttps,
    /// A browser would run it.
    #[error("has a scheme that no app has")]
    Scheme,
}

/// Checks a redirect URI.
///
/// # Errors
///
/// Why codes cannot be sent there, as the rest of a sentence.
pub fn check(uri: &str) -> Result<(), InvalidRedirectUri> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte);
    if uri.is_empty() || uri.len() > MAX_REDIRECT_URI || !uri.bytes().all(is_plain) {
        return Err(InvalidRedirectUri::Malformed);
    }
    let url: Url = uri.parse().map_err(|_| InvalidRedirectUri::Malformed)?;
    // From the text too: a parsed URL has lost an empty user.
    let after_scheme = uri.split_once("//").map_or("", |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    if url.fragment().is_some() || authority.contains('@') || !url.username().is_empty() || url.password().is_some() {
        return Err(InvalidRedirectUri::FragmentOrUser);
    }
    if url.query_pairs().any(|(name, _)| ["code", "error", "iss", "state"].contains(&name.as_ref())) {
        return Err(InvalidRedirectUri::Answer);
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(uri) => Ok(()),
        "http" => Err(InvalidRedirectUri::NotHttps),
        scheme if FORBIDDEN_SCHEMES.contains(&scheme) => Err(InvalidRedirectUri::Scheme),
        // `localhost:8080/callback` has the scheme `localhost`.
        scheme if !scheme.contains('.') && !uri.contains("://") => Err(InvalidRedirectUri::Malformed),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_app_has_is_a_redirect_uri() {
        for uri in [
            "https://app.example.com/callback",
            "https://app.example.com/@me/callback?x=1",
            "http://localhost:3000/callback",
            "http://[::1]/",
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "com.example.app:/callback",
        ] {
            assert_eq!(check(uri), Ok(()), "{uri}");
        }
        for (uri, problem) in [
            ("", InvalidRedirectUri::Malformed),
            ("/callback", InvalidRedirectUri::Malformed),
            ("https://app.example.com/ä", InvalidRedirectUri::Malformed),
            ("https://app.example.com\\@evil.example/", InvalidRedirectUri::Malformed),
            ("https://app.example.com/#x", InvalidRedirectUri::FragmentOrUser),
            ("https://user@app.example.com/", InvalidRedirectUri::FragmentOrUser),
            ("https://@app.example.com/", InvalidRedirectUri::FragmentOrUser),
            ("http://app.example.com/", InvalidRedirectUri::NotHttps),
            ("http://127.0.0.2/", InvalidRedirectUri::NotHttps),
            ("http://localhost.evil.example/", InvalidRedirectUri::NotHttps),
            ("localhost:8080/callback", InvalidRedirectUri::Malformed),
            ("http://localhost/?code=x", InvalidRedirectUri::Answer),
            ("javascript:alert(1)", InvalidRedirectUri::Scheme),
            ("wss://app.example.com/", InvalidRedirectUri::Scheme),
            ("intent://x", InvalidRedirectUri::Scheme),
        ] {
            assert_eq!(check(uri), Err(problem), "{uri}");
        }
    }
}
