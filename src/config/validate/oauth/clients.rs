//! Validates what says which clients may connect.

use crate::config::validate::invalid;
use crate::config::{ConfigError, RegisteredClient, redirect_uri};

/// Redirect URIs, exactly as clients send them.
pub fn redirects(setting: &'static str, raw: &[String]) -> Result<Vec<String>, ConfigError> {
    raw.iter()
        .map(|uri| {
            let uri = uri.trim();
            if uri.contains('*') {
                let problem = "must be a whole redirect URI: a pattern would let other addresses receive codes";
                return Err(invalid(setting, uri, problem));
            }
            redirect_uri::check(uri)
                .map(|()| uri.to_owned())
                .map_err(|problem| invalid(setting, uri, problem.to_string()))
        })
        .collect()
}

/// The operator's clients, each as `id redirect-uri …`.
pub fn clients(raw: &[String]) -> Result<Vec<RegisteredClient>, ConfigError> {
    let setting = "oauth.clients";
    let mut clients: Vec<RegisteredClient> = Vec::new();
    for text in raw {
        let mut words = text.split_whitespace();
        let id = words.next().unwrap_or_default();
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if id.starts_with("lcm_") || id.is_empty() || id.len() > 64 || !id.bytes().all(is_allowed) {
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
