//! Authorization: the token, its scopes, the `Version` header and the location.

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use super::LOCATION;
use super::response::ApiError;
use super::tokens::{SandboxToken, TOKEN};

/// The token of a request, or the real API's error for an invalid one. The error's message then names the sandbox's own
/// token: with the real API's words alone, a user of the sandbox would look for a fault in a real token.
pub fn authenticate(headers: &HeaderMap) -> Result<SandboxToken, ApiError> {
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .unwrap_or_default();
    match SandboxToken::parse(bearer) {
        Some(token) => Ok(token),
        // The start of every JSON Web Token, which OAuth apps use: the wrong kind of token.
        None if bearer.starts_with("eyJ") => Err(unknown_token("Invalid JWT")),
        None => Err(unknown_token("Invalid Private Integration token")),
    }
}

fn unknown_token(words: &str) -> ApiError {
    ApiError::unauthorized(format!("{words} (this is the sandbox: use its token {TOKEN} and its location {LOCATION})"))
}

/// Checks the headers of a request to a route that needs this version and scope.
///
/// The token comes first, so that a request without a valid one learns nothing else. The real API checks the kind of
/// token before a request reaches the service, so that an agency's token comes before the version.
pub fn authorize(headers: &HeaderMap, version: &str, scope: &str) -> Result<(), ApiError> {
    let token = authenticate(headers)?;
    if token == SandboxToken::Agency {
        return Err(ApiError::unauthorized("This route is not yet supported by the IAM Service"));
    }
    match headers.get("version") {
        None => return Err(ApiError::unauthorized("version header was not found")),
        Some(sent) if sent.as_bytes() != version.as_bytes() => {
            return Err(ApiError::bad_request(format!("version header is invalid: this route expects {version}")));
        }
        Some(_) => {}
    }
    if token.has(scope) { Ok(()) } else { Err(ApiError::unauthorized("The token is not authorized for this scope.")) }
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
