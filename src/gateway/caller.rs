//! Who calls: read from the request's headers, once.

use http::header::{AUTHORIZATION, HeaderMap, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use super::rpc_error::{self, RpcError};
use crate::leadconnector::{LocationId, Token};

/// The header that pins the location; header names have no case.
const LOCATION_ID: &str = "locationId";

/// Who calls, and for which location.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The token, passed on to the API and judged there.
    pub token: Token,
    /// The pinned location: no argument of a call can name another.
    pub location: Option<LocationId>,
}

impl Caller {
    /// Reads the caller from a request's headers and takes the token out of them, so that nothing later can print it.
    ///
    /// # Errors
    ///
    /// An answer that says what to send, if the token is missing or a header is malformed.
    pub fn take_from(headers: &mut HeaderMap, default: Option<&Self>) -> Result<Self, RpcError> {
        let authorization = headers.remove(AUTHORIZATION);
        let location = pinned_location(headers)?;
        match (authorization, default) {
            (Some(value), _) => Ok(Self { token: bearer(&value)?, location }),
            (None, Some(default)) => {
                Ok(Self { token: default.token.clone(), location: location.or_else(|| default.location.clone()) })
            }
            (None, None) => Err(unauthorized("the Authorization header is missing")),
        }
    }
}

fn bearer(value: &HeaderValue) -> Result<Token, RpcError> {
    let (scheme, token) = value.to_str().unwrap_or_default().trim().split_once(' ').unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unauthorized("the Authorization header has no `Bearer ` before the token"));
    }
    Token::new(token.trim()).map_err(|_| unauthorized("the token in the Authorization header is empty or malformed"))
}

fn unauthorized(problem: &str) -> RpcError {
    let message = format!("{problem}: send `Authorization: Bearer <Private Integration Token>`");
    RpcError::new(StatusCode::UNAUTHORIZED, rpc_error::INVALID_REQUEST, message)
        .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

fn pinned_location(headers: &HeaderMap) -> Result<Option<LocationId>, RpcError> {
    let mut pinned: Option<LocationId> = None;
    for value in headers.get_all(LOCATION_ID) {
        let given = value.to_str().unwrap_or_default().trim().parse::<LocationId>();
        let given = given.map_err(|error| malformed(&format!("the locationId header is {error}")))?;
        if pinned.as_ref().is_some_and(|pinned| *pinned != given) {
            return Err(malformed("the locationId header is given twice with different values"));
        }
        pinned = Some(given);
    }
    Ok(pinned)
}

fn malformed(message: &str) -> RpcError {
    RpcError::new(StatusCode::BAD_REQUEST, rpc_error::INVALID_REQUEST, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(entries: &[(&'static str, &str)]) -> HeaderMap {
        entries.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn refused(entries: &[(&'static str, &str)]) -> (StatusCode, String) {
        let error = Caller::take_from(&mut headers(entries), None).unwrap_err();
        (error.status, error.message)
    }

    #[test]
    fn the_token_is_taken_out_of_the_headers() {
        let mut headers = headers(&[("authorization", "bearer  pit-1"), ("locationid", "LOC")]);
        let caller = Caller::take_from(&mut headers, None).unwrap();
        assert!(!headers.contains_key(AUTHORIZATION));
        assert_eq!(caller.location.unwrap().as_str(), "LOC");
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(refused(&[]).0, StatusCode::UNAUTHORIZED);
        assert!(refused(&[("authorization", "pit-1")]).1.contains("no `Bearer `"));
        assert!(refused(&[("authorization", "Bearer ")]).1.contains("no `Bearer `"));
        assert!(refused(&[("authorization", "Bearer a b")]).1.contains("malformed"));
        let bearer = ("authorization", "Bearer pit-1");
        assert_eq!(refused(&[bearer, ("locationid", "")]).0, StatusCode::BAD_REQUEST);
        assert!(refused(&[bearer, ("locationid", "a"), ("locationid", "b")]).1.contains("twice"));
    }
}
