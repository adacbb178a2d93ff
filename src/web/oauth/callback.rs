//! `GET /oauth/callback`: the user comes back from `HighLevel`, where a location was chosen.
//!
//! The consent waits in a cookie, sealed, so that only the browser that gave it can finish it; nothing is stored here.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{COOKIE, HeaderMap, SET_COOKIE};
use http::{HeaderValue, StatusCode};

use super::OAuth;
use super::authorize::{error_page, expired_page, redirect};
use crate::auth::oauth::metadata::CALLBACK;
use crate::auth::oauth::{Authorization, CodeSource, OAuthError, Parameters, unix_now};

/// The longest code of `HighLevel` that is accepted, in bytes; real ones have 40.
const MAX_CODE: usize = 512;

/// How long the cookie lives, in seconds: as long as what is sealed in it.
const COOKIE_LIFETIME: u32 = 600;

/// Finishes the consent. Its cookie is deleted only then: another site may send the browser here, too.
pub async fn get(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let parameters = Parameters::parse(request.uri().query().unwrap_or_default().as_bytes());
    let state = parameters.get("state").ok().flatten().unwrap_or_default();
    let opened = read_cookie(&oauth, state, request.headers())
        .and_then(|cookie| oauth.server.open_transit(cookie, state, unix_now()).ok());
    let Some(authorization) = opened else { return expired_page() };
    let mut response = finish(&oauth, &authorization, &parameters);
    if let Ok(cookie) = HeaderValue::from_str(&cookie_with(&oauth, state, "", 0)) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn finish(oauth: &OAuth, authorization: &Authorization, parameters: &Parameters<'_>) -> Response {
    let get = |name| parameters.get(name).ok().flatten();
    let origin = oauth.server.public_url().origin();
    let Some(code) = get("code").filter(|code| code.len() <= MAX_CODE) else {
        let error = if get("error") == Some("access_denied") { "access_denied" } else { "server_error" };
        let error = OAuthError::new(error, "HighLevel did not confirm the access");
        return redirect(&authorization.refused(origin, &error));
    };
    match oauth.server.grant(authorization, CodeSource::Marketplace(code.to_owned()), unix_now()) {
        Ok((_, url)) => redirect(&url),
        Err(_) => error_page(StatusCode::BAD_REQUEST, "the answer of HighLevel is too long"),
    }
}

/// The URL to which `HighLevel` sends users back.
pub fn url(oauth: &OAuth) -> String {
    format!("{}{CALLBACK}", oauth.server.public_url().origin())
}

/// The cookie that holds a sealed consent.
pub fn cookie(oauth: &OAuth, state: &str, sealed: &str) -> String {
    cookie_with(oauth, state, sealed, COOKIE_LIFETIME)
}

/// `Lax`, so that it comes along with `HighLevel`'s redirect. The prefix binds it to this host (RFC 6265bis section 4.1.3.2).
fn cookie_with(oauth: &OAuth, state: &str, value: &str, lifetime: u32) -> String {
    let secure = if oauth.server.public_url().is_https() { "; Secure" } else { "" };
    format!("{}={value}; Path=/; Max-Age={lifetime}; HttpOnly; SameSite=Lax{secure}", cookie_name(oauth, state))
}

/// One for each consent, by the beginning of its `state`: two tabs do not disturb each other.
fn cookie_name(oauth: &OAuth, state: &str) -> String {
    let prefix = if oauth.server.public_url().is_https() { "__Host-lcm_transit" } else { "lcm_transit" };
    let digits: String = state.chars().take_while(char::is_ascii_hexdigit).take(8).collect();
    format!("{prefix}_{digits}")
}

fn read_cookie<'a>(oauth: &OAuth, state: &str, headers: &'a HeaderMap) -> Option<&'a str> {
    let name = cookie_name(oauth, state);
    let pairs =
        headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let mut values = pairs.filter_map(|pair| pair.trim().strip_prefix(&name)?.strip_prefix('='));
    values.next()
}
