//! Authorization: the token, its scopes, the `Version` header and the location.

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use super::response::ApiError;
use super::tokens::{SandboxToken, TOKEN};
use super::{LOCATION, Sandbox};

/// The token of a request, or the real API's error for an invalid one. The error's message then names the sandbox's own
/// token: with the real API's words alone, a user of the sandbox would look for a fault in a real token.
pub fn authenticate(sandbox: &Sandbox, headers: &HeaderMap) -> Result<SandboxToken, ApiError> {
    let bearer = bearer(headers);
    match SandboxToken::parse(bearer) {
        Some(token) => Ok(token),
        // The start of every JSON Web Token, which OAuth apps use. An expired one has no words of its own, like an
        // expired token of a private integration.
        None if bearer.starts_with("eyJ") => {
            sandbox.oauth.grant(bearer).map(|grant| grant.token()).ok_or_else(|| unknown_token("Invalid JWT"))
        }
        None => Err(unknown_token("Invalid Private Integration token")),
    }
}

/// The bearer token that a request has, valid or not; empty if it has none.
pub fn bearer(headers: &HeaderMap) -> &str {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .unwrap_or_default()
}

fn unknown_token(words: &str) -> ApiError {
    ApiError::unauthorized(format!("{words} (this is the sandbox: use its token {TOKEN} and its location {LOCATION})"))
}

/// Checks the headers of a request to a route that needs this version and scope.
///
/// The token comes first, so that a request without a valid one learns nothing else. The real API checks the kind of
/// token before a request reaches the service, so that an agency's token comes before the version.
pub fn authorize(sandbox: &Sandbox, headers: &HeaderMap, version: &str, scope: &str) -> Result<(), ApiError> {
    let token = authenticate(sandbox, headers)?;
    if matches!(token, SandboxToken::Agency | SandboxToken::Company) {
        return Err(ApiError::unauthorized("This route is not yet supported by the IAM Service"));
    }
    check_version(headers, version)?;
    if token.has(scope) { Ok(()) } else { Err(scope_missing()) }
}

/// Checks the `Version` header of a request to a route that needs this one.
pub fn check_version(headers: &HeaderMap, version: &str) -> Result<(), ApiError> {
    match headers.get("version") {
        None => Err(ApiError::unauthorized("version header was not found")),
        Some(sent) if sent.as_bytes() != version.as_bytes() => {
            Err(ApiError::bad_request(format!("version header is invalid: this route expects {version}")))
        }
        Some(_) => Ok(()),
    }
}

/// The error for a valid token that lacks the route's scope.
pub fn scope_missing() -> ApiError {
    ApiError::unauthorized("The token is not authorized for this scope.")
}

/// Rejects a location, named anywhere in a request, that is not the sandbox's.
pub fn check_location(named: &str) -> Result<(), ApiError> {
    // An empty one is a missing field, for which the validation of the fields has the better message.
    if named.is_empty() || named == LOCATION {
        Ok(())
    } else {
        Err(ApiError::new(StatusCode::FORBIDDEN, "The token does not have access to this location."))
    }
}
