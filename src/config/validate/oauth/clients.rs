//! Validates what says which clients may connect.

use url::Url;

use crate::config::validate::invalid;
use crate::config::{ConfigError, RegisteredClient, is_loopback};

/// The longest redirect URI, in bytes.
const MAX_REDIRECT: usize = 512;

/// Schemes that a browser runs or reads itself.
const FORBIDDEN_SCHEMES: [&str; 8] = ["javascript", "data", "vbscript", "file", "blob", "about", "ftp", "ws"];

/// Redirect URIs, exactly as clients send them.
pub fn redirects(setting: &'static str, raw: &[String]) -> Result<Vec<String>, ConfigError> {
    raw.iter()
        .map(|uri| {
            let uri = uri.trim();
            redirect(uri).map(|()| uri.to_owned()).map_err(|problem| invalid(setting, uri, problem))
        })
        .collect()
}

fn redirect(text: &str) -> Result<(), &'static str> {
    if text.contains('*') {
        return Err("must be a whole redirect URI: a pattern would let other addresses receive codes");
    }
    let url: Url = text.parse().map_err(|_| "must be a redirect URI, like https://app.example.com/callback")?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    if text.len() > MAX_REDIRECT || url.fragment().is_some() || has_user {
        return Err("must have at most 512 bytes, and no fragment or user");
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(&url) => Ok(()),
        "http" => Err("must be https: a code must not travel unencrypted"),
        scheme if FORBIDDEN_SCHEMES.contains(&scheme) => Err("has a scheme that no app has"),
        _ => Ok(()),
    }
}

/// The operator's clients, each as `id redirect-uri …`.
pub fn clients(raw: &[String]) -> Result<Vec<RegisteredClient>, ConfigError> {
    let setting = "oauth.clients";
    let mut clients: Vec<RegisteredClient> = Vec::new();
    for text in raw {
        let mut words = text.split_whitespace();
        let id = words.next().unwrap_or_default();
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if id.is_empty() || id.len() > 64 || !id.bytes().all(is_allowed) {
            let problem =
                "each must be an id (at most 64 letters, digits, `-`, `.` and `_`), a space and a redirect URI";
            return Err(invalid(setting, text, problem));
        }
        let redirect_uris = redirects(setting, &words.map(str::to_owned).collect::<Vec<_>>())?;
        if redirect_uris.is_empty() {
            return Err(invalid(setting, text, "lacks a redirect URI after the id"));
        }
        if clients.iter().any(|client| client.id == id) {
            return Err(invalid(setting, id, "is there twice"));
        }
        clients.push(RegisteredClient { id: id.to_owned(), redirect_uris });
    }
    Ok(clients)
}

/// The hosts from which client metadata documents may be fetched.
pub fn hosts(raw: &[String]) -> Result<Vec<String>, ConfigError> {
    raw.iter()
        .map(|host| {
            let host = host.trim().to_ascii_lowercase();
            let url: Option<Url> = format!("https://{host}/").parse().ok();
            // A URL's host may also have `*` and other characters that no name has.
            let is_plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
            let is_name = url.is_some_and(|url| url.domain() == Some(host.as_str())) && host.contains('.') && is_plain;
            let problem = "each must be a host name, like app.example.com, or * for any";
            (host == "*" || is_name)
                .then(|| host.clone())
                .ok_or_else(|| invalid("oauth.client_metadata_hosts", &host, problem))
        })
        .collect()
}
