//! The caller of a request, read from its headers and URL.

use std::sync::Arc;

use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use super::selection;
use crate::auth::{UpstreamCredential, pass_through};
use crate::calls::{CallService, Caller, DefaultCaller};
use crate::config::ServerSettings;
use crate::leadconnector::LocationId;
use crate::mcp::{INVALID_REQUEST, RpcError};
use crate::server::Reason;

/// The header or query parameter that pins the location, in any case.
const LOCATION_ID: &str = "locationId";

/// What a query may call it: as the arguments do.
const IN_QUERY: [&str; 3] = [LOCATION_ID, "location_id", "altId"];

/// The header that limits results.
pub const MAX_RESULT_BYTES: &str = "x-mcp-max-result-bytes";

/// The challenge of a 401 to a request that has a token (RFC 6750 section 3.1). One without any gets a bare `Bearer`.
pub const INVALID_TOKEN: HeaderValue = HeaderValue::from_static(r#"Bearer error="invalid_token""#);

/// Reads callers from requests.
#[derive(Debug)]
pub struct Callers {
    /// For the tools, and for what the operator allows.
    calls: Arc<CallService>,
    /// The caller of a request without a token; only the sandbox has one.
    default_caller: Option<DefaultCaller>,
    /// The operator's limit, in bytes; 0 is no limit.
    max_result_bytes: usize,
}

impl Callers {
    /// Reads callers within the operator's policy.
    pub fn new(calls: &Arc<CallService>, settings: &ServerSettings, default_caller: Option<DefaultCaller>) -> Self {
        Self { calls: calls.clone(), default_caller, max_result_bytes: settings.max_result_bytes }
    }

    /// Reads the caller from a request and takes the token out of it, so that nothing later can print it.
    ///
    /// # Errors
    ///
    /// A response that says what to send, if the token is missing, or the path or a header is malformed.
    pub fn take(&self, request: &mut Parts) -> Result<Caller, RpcError> {
        let authorization = request.headers.remove(AUTHORIZATION);
        let policy = self.calls.policy();
        let mut selection = policy.selection().clone();
        selection::narrow(&mut selection, self.calls.registry(), request.uri.path(), &request.headers)?;
        let location = pinned_location(request)?;
        let (credential, location) = match (authorization, &self.default_caller) {
            (Some(value), _) => (bearer(&value)?, location),
            (None, Some(default)) => (default.credential.clone(), location.or_else(|| Some(default.location.clone()))),
            (None, None) => return Err(unauthorized("the Authorization header is missing")),
        };
        policy.check_location(location.as_ref()).map_err(|problem| {
            RpcError::new(StatusCode::FORBIDDEN, INVALID_REQUEST, format!("the pinned location {problem}"))
                .because(Reason::LocationNotAllowed)
        })?;
        let max_result_bytes = max_result_bytes(request, self.max_result_bytes)?;
        Ok(Caller { credential, location, selection, permit: None, max_result_bytes })
    }
}

fn bearer(value: &HeaderValue) -> Result<UpstreamCredential, RpcError> {
    let (scheme, token) = value.to_str().unwrap_or_default().trim().split_once(' ').unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unauthorized("the Authorization header has no `Bearer ` before the token"));
    }
    pass_through(token.trim()).map_err(|_| {
        unauthorized("the token in the Authorization header is empty or malformed")
            .with_header(WWW_AUTHENTICATE, INVALID_TOKEN)
    })
}

fn unauthorized(problem: &str) -> RpcError {
    let message = format!("{problem}: send `Authorization: Bearer <Private Integration Token>`");
    RpcError::new(StatusCode::UNAUTHORIZED, INVALID_REQUEST, message)
        .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

/// The location of the header or, for clients that can send none, of the URL's query.
fn pinned_location(request: &Parts) -> Result<Option<LocationId>, RpcError> {
    let headers = request.headers.get_all(LOCATION_ID).iter();
    let headers = headers.map(|value| ("header", value.to_str().unwrap_or_default().trim().to_owned()));
    let query = form_urlencoded::parse(request.uri.query().unwrap_or_default().as_bytes());
    let query = query.filter(|(name, _)| IN_QUERY.iter().any(|known| name.eq_ignore_ascii_case(known)));
    let query = query.map(|(_, value)| ("query parameter", value.into_owned()));

    let mut pinned: Option<LocationId> = None;
    for (place, given) in headers.chain(query) {
        let given: LocationId =
            given.parse().map_err(|error| malformed(&format!("the {LOCATION_ID} {place} is {error}")))?;
        if pinned.as_ref().is_some_and(|pinned| *pinned != given) {
            return Err(malformed("the locationId is given twice with different values, in headers or in the URL"));
        }
        pinned = Some(given);
    }
    Ok(pinned)
}

/// The lowest limit of the operator's and the request's: a request may lower the operator's, and never lift it. 0 is no
/// limit, of either.
fn max_result_bytes(request: &Parts, of_operator: usize) -> Result<usize, RpcError> {
    let malformed = || malformed("the X-MCP-Max-Result-Bytes header must be a number of bytes, 0 for no lower limit");
    let mut lowest = of_operator;
    for value in request.headers.get_all(MAX_RESULT_BYTES) {
        let given: usize = value.to_str().unwrap_or_default().trim().parse().map_err(|_| malformed())?;
        if given != 0 && (lowest == 0 || given < lowest) {
            lowest = given;
        }
    }
    Ok(lowest)
}

fn malformed(message: &str) -> RpcError {
    RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{CliOverrides, Settings};
    use crate::tools::ToolRegistry;

    fn take_caller(request: &mut Parts) -> Result<Caller, RpcError> {
        let settings = Settings::load(&CliOverrides::default(), |_| None).unwrap();
        let calls = CallService::new(ToolRegistry::default(), &settings, Vec::new()).unwrap();
        Callers::new(&Arc::new(calls), &settings.server, None).take(request)
    }

    fn request(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let builder = http::Request::post(uri);
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
        builder.body(()).unwrap().into_parts().0
    }

    fn refused(uri: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
        let error = take_caller(&mut request(uri, headers)).unwrap_err();
        (error.status, error.message)
    }

    #[test]
    fn the_token_is_taken_out_of_the_headers() {
        let mut request = request("/mcp", &[("authorization", "bearer  pit-1"), ("locationid", "LOC")]);
        let caller = take_caller(&mut request).unwrap();
        assert!(!request.headers.contains_key(AUTHORIZATION));
        assert_eq!(caller.location.unwrap().as_str(), "LOC");
    }

    #[test]
    fn the_url_may_pin_the_location() {
        let bearer = ("authorization", "Bearer pit-1");
        let pinned =
            |headers: &[(&str, &str)]| take_caller(&mut request("/mcp/?locationId=LOC", headers)).unwrap().location;
        assert_eq!(pinned(&[bearer]).unwrap().as_str(), "LOC");
        assert_eq!(pinned(&[bearer, ("locationid", "LOC")]).unwrap().as_str(), "LOC");
        let (status, message) = refused("/mcp?locationId=LOC", &[bearer, ("locationid", "OTHER")]);
        assert!(status == StatusCode::BAD_REQUEST && message.contains("different values"), "{message}");
        assert!(refused("/mcp?locationId=", &[bearer]).1.contains("query parameter is not a location id"));
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(refused("/mcp", &[]).0, StatusCode::UNAUTHORIZED);
        assert!(refused("/mcp", &[("authorization", "pit-1")]).1.contains("no `Bearer `"));
        assert!(refused("/mcp", &[("authorization", "Bearer ")]).1.contains("no `Bearer `"));
        assert!(refused("/mcp", &[("authorization", "Bearer a b")]).1.contains("malformed"));
        let bearer = ("authorization", "Bearer pit-1");
        assert_eq!(refused("/mcp", &[bearer, ("locationid", "")]).0, StatusCode::BAD_REQUEST);
        assert!(refused("/mcp", &[bearer, ("locationid", "a"), ("locationid", "b")]).1.contains("twice"));
    }
}
