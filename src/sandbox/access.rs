//! Who may call what: the token, its scopes, the `Version` header and the location.

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use super::response::ApiError;
use super::{LOCATION, READ_ONLY_TOKEN, TOKEN};

/// A token that the sandbox knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SandboxToken {
    Full,
    ReadOnly,
}

impl SandboxToken {
    fn grants(self, scope: &str) -> bool {
        match self {
            Self::Full => true,
            Self::ReadOnly => scope.ends_with(".readonly"),
        }
    }
}

/// The token of a request, or the real API's words for a bad one.
pub fn token(headers: &HeaderMap) -> Result<SandboxToken, ApiError> {
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    match bearer {
        Some(TOKEN) => Ok(SandboxToken::Full),
        Some(READ_ONLY_TOKEN) => Ok(SandboxToken::ReadOnly),
        // The start of every JSON Web Token, which OAuth apps use: the wrong kind, not a wrong one.
        Some(other) if other.starts_with("eyJ") => Err(ApiError::unauthorized("Invalid JWT")),
        _ => Err(ApiError::unauthorized("Invalid Private Integration token")),
    }
}

/// Checks the headers against what an endpoint asks for. The token comes first: whoever holds none learns nothing else.
pub fn check(headers: &HeaderMap, version: &str, scope: &str) -> Result<(), ApiError> {
    let token = token(headers)?;
    match headers.get("version") {
        None => return Err(ApiError::unauthorized("version header was not found")),
        Some(sent) if sent.as_bytes() != version.as_bytes() => {
            return Err(ApiError::bad_request(format!("version header is invalid: this route expects {version}")));
        }
        Some(_) => {}
    }
    if token.grants(scope) {
        Ok(())
    } else {
        Err(ApiError::unauthorized("The token is not authorized for this scope."))
    }
}

/// Refuses a location, named anywhere in a request, that is not the sandbox's.
pub fn check_location(named: &str) -> Result<(), ApiError> {
    // An empty one is a missing field, which the fields' check words better.
    if named.is_empty() || named == LOCATION {
        Ok(())
    } else {
        Err(ApiError::new(StatusCode::FORBIDDEN, "The token does not have access to this location."))
    }
}
