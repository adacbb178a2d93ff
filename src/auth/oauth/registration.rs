//! Dynamic client registration (RFC 7591). Nothing is stored: a client's id is its sealed registration.
//!
//! It negotiates and does not reject: redirect URIs that are not allowed are left out, and the authentication method is always
//! `none`. Clients read the result from the answer.

use serde::Serialize;
use serde_json::{Map, Value};

use super::client::{Clients, Registration, shown_name};
use super::error::OAuthError;
use super::redirect_uri;
use super::seal::{Keyring, Kind};

/// The most redirect URIs that a client may name.
const MAX_REDIRECT_URIS: usize = 20;

/// The answer (RFC 7591 section 3.2.1). Absent members are left out, because some clients reject `null`.
#[derive(Debug, Serialize)]
pub struct Registered {
    client_id: String,
    client_id_issued_at: u32,
    redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_name: Option<String>,
    token_endpoint_auth_method: &'static str,
    grant_types: [&'static str; 2],
    response_types: [&'static str; 1],
}

/// Registers a client by its metadata, as JSON. `now` is in Unix seconds.
///
/// # Errors
///
/// `invalid_redirect_uri` if no redirect URI is allowed; `invalid_client_metadata` for anything else.
pub fn register(body: &[u8], clients: &Clients, keyring: &Keyring, now: u32) -> Result<Registered, OAuthError> {
    let invalid = |description: &'static str| OAuthError::new("invalid_client_metadata", description);
    let metadata: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| invalid("the body must be a JSON object with the client's metadata"))?;
    let wrong_uris = || OAuthError::new("invalid_redirect_uri", "redirect_uris must be a list of 1 to 20 URIs");
    let requested = metadata.get("redirect_uris").and_then(Value::as_array).ok_or_else(wrong_uris)?;
    if requested.is_empty() || requested.len() > MAX_REDIRECT_URIS {
        return Err(wrong_uris());
    }
    let requested: Vec<&str> = requested.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(wrong_uris)?;
    let given = |name: &str| metadata.get(name).filter(|value| !value.is_null());
    if let Some(types) = given("grant_types") {
        let types = types.as_array().ok_or_else(|| invalid("grant_types must be a list"))?;
        if !types.iter().any(|name| name == "authorization_code") {
            return Err(invalid("grant_types must contain authorization_code: there is no other way to connect"));
        }
    }
    let name = match given("client_name") {
        Some(Value::String(name)) => shown_name(name),
        Some(_) => return Err(invalid("client_name must be text")),
        None => None,
    };
    let mut redirect_uris: Vec<String> = Vec::new();
    for uri in requested.iter().copied() {
        if clients.may_register(uri) && !redirect_uris.iter().any(|kept| kept == uri) {
            redirect_uris.push(uri.to_owned());
        }
    }
    if redirect_uris.is_empty() {
        return Err(OAuthError::new(
            "invalid_redirect_uri",
            format!(
                "none of the redirect_uris is allowed here{}: the operator can allow one with oauth.allowed_redirects",
                requested.first().and_then(|uri| shown(uri)).map(|uri| format!(" (as {uri})")).unwrap_or_default()
            ),
        ));
    }
    let registration = Registration { name, redirect_uris };
    let client_id = keyring
        .seal(Kind::Client, &registration)
        .map_err(|_| invalid("the client's name and redirect_uris are too long together: register fewer"))?;
    Ok(Registered {
        client_id,
        client_id_issued_at: now,
        redirect_uris: registration.redirect_uris,
        client_name: registration.name,
        token_endpoint_auth_method: "none",
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
    })
}

/// A redirect URI for a message: without its query, and only if it is one. RFC 6749 allows no quotation marks and backslashes there,
/// which no redirect URI has.
fn shown(uri: &str) -> Option<&str> {
    redirect_uri::check(uri).ok()?;
    uri.split('?').next().filter(|uri| uri.len() <= 100)
}
