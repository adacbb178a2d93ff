//! Reads the caller of a request from its headers and URL.

use std::sync::Arc;

use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use super::challenge::Challenge;
use super::oauth::log;
use super::{Access, selection, switches};
use crate::auth::oauth::InvalidAccess;
use crate::auth::{Authenticated, Bearers, InvalidBearer};
use crate::calls::{CallService, Caller, DefaultCaller};
use crate::config::ServerSettings;
use crate::leadconnector::{InvalidToken, LocationId, Token};
use crate::mcp::{INVALID_REQUEST, RpcError};
use crate::server::Reason;

/// Reads callers from requests.
pub struct Callers {
    /// Provides the tool registry and the operator's policy.
    calls: Arc<CallService>,
    bearers: Bearers,
    /// The caller of a request without a token; only the sandbox has one.
    default_caller: Option<DefaultCaller>,
    /// The operator's limit on results, in bytes; 0 means no limit.
    max_result_bytes: usize,
}

impl Callers {
    /// Creates a reader that applies the operator's policy.
    pub fn new(calls: &Arc<CallService>, settings: &ServerSettings, access: &Access) -> Self {
        Self {
            calls: calls.clone(),
            bearers: access.bearers(),
            default_caller: access.default_caller.clone(),
            max_result_bytes: settings.max_result_bytes,
        }
    }

    /// Reads the caller of a request and removes the token from its headers, so that no later code can print it.
    ///
    /// # Errors
    ///
    /// 401 if the token is missing, malformed or a placeholder, 403 if the location is not allowed, 404 for an unknown path,
    /// and 400 for a header or query parameter that is malformed or a misspelt switch. The message says what to send.
    pub fn take(&self, request: &mut Parts) -> Result<Caller, RpcError> {
        let authorization = request.headers.remove(AUTHORIZATION);
        // Before the token, because a misspelt header may be the one that was to carry it.
        switches::check(&request.headers, request.uri.query())?;
        let path = request.uri.path();
        let (authenticated, default_location) = match (authorization, &self.default_caller) {
            (Some(value), _) => {
                (self.authenticate(&value, path).map_err(|error| self.unless_unknown(path, error))?, None)
            }
            (None, Some(default)) => {
                let credential = default.credential.clone();
                (Authenticated { credential, consent: None }, Some(&default.location))
            }
            (None, None) => {
                let error = self.unauthorized("the Authorization header is missing", path);
                return Err(self.unless_unknown(path, error));
            }
        };
        let Authenticated { credential, consent } = authenticated;
        let policy = self.calls.policy();
        let mut selection = policy.selection().clone();
        selection::narrow(&mut selection, self.calls.registry(), path, &request.headers)?;
        let mut location = pinned_location(request)?;
        if let Some(consent) = &consent {
            if !consent.resource.covers(path) {
                let problem = format!("the token is only for {}", consent.resource.path());
                return Err(self.invalid_token(&problem, path, Challenge::INVALID));
            }
            if !consent.may_write {
                selection.read_only(self.calls.registry(), "the user's consent, which is to reading only (crm:read)");
            }
            if location.as_ref().is_some_and(|location| *location != consent.location) {
                let message = "the pinned location is not the one that the user connected: remove it, or connect again";
                return Err(RpcError::new(StatusCode::FORBIDDEN, INVALID_REQUEST, message)
                    .with_reason(Reason::LocationNotAllowed));
            }
            location = Some(consent.location.clone());
        }
        let location = location.or_else(|| default_location.cloned());
        policy.check_location(location.as_ref()).map_err(|problem| {
            RpcError::new(StatusCode::FORBIDDEN, INVALID_REQUEST, format!("the pinned location {problem}"))
                .with_reason(Reason::LocationNotAllowed)
        })?;
        let max_result_bytes = max_result_bytes(request, self.max_result_bytes)?;
        let grant = consent.map(|consent| consent.grant);
        Ok(Caller { credential, location, grant, selection, permit: None, max_result_bytes })
    }

    /// With OAuth, 404 in place of a challenge for a path that is none of the endpoint's: else the user would be asked to connect
    /// first. It names no tools.
    fn unless_unknown(&self, path: &str, error: RpcError) -> RpcError {
        match self.bearers.authorization_server() {
            Some(server) if !server.is_endpoint(path) => {
                let message = "unknown path: MCP is at /mcp, and the paths below it are in docs/clients.md";
                RpcError::new(StatusCode::NOT_FOUND, INVALID_REQUEST, message)
            }
            _ => error,
        }
    }

    /// Reads the value of an `Authorization` header.
    fn authenticate(&self, value: &HeaderValue, path: &str) -> Result<Authenticated, RpcError> {
        // Not `to_str`, which fails on the typographic quotes that a text editor may have put around a token.
        let value = std::str::from_utf8(value.as_bytes()).unwrap_or_default().trim();
        let (scheme, token) = value.split_once(' ').unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") {
            // The whole value may be in quotes, or a variable.
            let problem = match Token::new(value) {
                Err(InvalidToken::Placeholder(placeholder)) => format!("the Authorization header is {placeholder}"),
                _ => "the Authorization header does not start with `Bearer `".to_owned(),
            };
            return Err(self.unauthorized(&problem, path));
        }
        self.bearers.read(token.trim()).map_err(|error| {
            let problem = match &error {
                InvalidBearer::Form(InvalidToken::Malformed) => {
                    "the token in the Authorization header is empty or malformed".to_owned()
                }
                InvalidBearer::Form(InvalidToken::Placeholder(placeholder)) => {
                    format!("the token in the Authorization header is {placeholder}")
                }
                InvalidBearer::Form(InvalidToken::RepeatedScheme) => {
                    "the Authorization header has the word `Bearer` twice".to_owned()
                }
                InvalidBearer::Form(InvalidToken::Gateway) => {
                    "the token comes from OAuth, which this gateway does not offer now".to_owned()
                }
                other => other.to_string(),
            };
            if let InvalidBearer::Access(refused) = &error {
                log::access_refused(*refused);
            }
            let challenge = match error {
                InvalidBearer::Access(InvalidAccess::Expired(_)) => Challenge::EXPIRED,
                _ => Challenge::INVALID,
            };
            self.invalid_token(&problem, path, challenge)
        })
    }

    /// The error of a request with a token that is refused.
    fn invalid_token(&self, problem: &str, path: &str, description: &'static str) -> RpcError {
        let challenge = Challenge { bearers: &self.bearers, path, description: Some(description) };
        self.unauthorized(problem, path).with_header(WWW_AUTHENTICATE, challenge.value())
    }

    /// The error of a request without a usable token.
    fn unauthorized(&self, problem: &str, path: &str) -> RpcError {
        let alternative = if self.default_caller.is_some() {
            "; to use the sandbox of this gateway, send no Authorization header"
        } else {
            ""
        };
        let advice = match self.bearers.authorization_server() {
            Some(server) if !server.settings().direct_tokens => "connect by OAuth",
            Some(_) => "connect by OAuth, or send `Authorization: Bearer <Private Integration Token>`",
            None => "send `Authorization: Bearer <Private Integration Token>`",
        };
        let challenge = Challenge { bearers: &self.bearers, path, description: None };
        RpcError::new(StatusCode::UNAUTHORIZED, INVALID_REQUEST, format!("{problem}; {advice}{alternative}"))
            .with_header(WWW_AUTHENTICATE, challenge.value())
    }
}

/// Reads the pinned location from the header or, for clients that cannot send headers, from the URL's query.
fn pinned_location(request: &Parts) -> Result<Option<LocationId>, RpcError> {
    let headers = request.headers.get_all(switches::LOCATION_ID).iter();
    let headers = headers.map(|value| ("header", value.to_str().unwrap_or_default().trim().to_owned()));
    let query = form_urlencoded::parse(request.uri.query().unwrap_or_default().as_bytes());
    let query = query.filter(|(name, _)| switches::is_known_parameter(name));
    let query = query.map(|(_, value)| ("query parameter", value.into_owned()));

    let mut pinned: Option<LocationId> = None;
    for (source, value) in headers.chain(query) {
        let location: LocationId =
            value.parse().map_err(|error| bad_request(&format!("the locationId {source} is {error}")))?;
        if pinned.as_ref().is_some_and(|pinned| *pinned != location) {
            return Err(bad_request("locationId is given twice with different values (header or URL): send one"));
        }
        pinned = Some(location);
    }
    Ok(pinned)
}

/// Returns the lower of the operator's limit and the request's: a request may lower the operator's limit, never raise it.
/// For both, 0 means no limit.
fn max_result_bytes(request: &Parts, operator_limit: usize) -> Result<usize, RpcError> {
    let malformed =
        || bad_request("the X-MCP-Max-Result-Bytes header must be a number of bytes; 0 keeps the operator's limit");
    let mut lowest = operator_limit;
    for value in request.headers.get_all(switches::MAX_RESULT_BYTES) {
        let requested: usize = value.to_str().unwrap_or_default().trim().parse().map_err(|_| malformed())?;
        if requested != 0 && (lowest == 0 || requested < lowest) {
            lowest = requested;
        }
    }
    Ok(lowest)
}

fn bad_request(message: &str) -> RpcError {
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
        Callers::new(&Arc::new(calls), &settings.server, &Access::default()).take(request)
    }

    fn request(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let builder = http::Request::post(uri);
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
        builder.body(()).unwrap().into_parts().0
    }

    fn rejection(uri: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
        let error = take_caller(&mut request(uri, headers)).unwrap_err();
        (error.status, error.message)
    }

    #[test]
    fn the_token_is_removed_from_the_headers() {
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
        let (status, message) = rejection("/mcp?locationId=LOC", &[bearer, ("locationid", "OTHER")]);
        assert!(status == StatusCode::BAD_REQUEST && message.contains("different values"), "{message}");
        assert!(rejection("/mcp?locationId=", &[bearer]).1.contains("query parameter is not a location id"));
    }

    #[test]
    fn the_error_names_the_missing_header() {
        assert_eq!(rejection("/mcp", &[]).0, StatusCode::UNAUTHORIZED);
        assert!(rejection("/mcp", &[("authorization", "pit-1")]).1.contains("does not start with `Bearer `"));
        assert!(rejection("/mcp", &[("authorization", "Bearer ")]).1.contains("does not start with `Bearer `"));
        assert!(rejection("/mcp", &[("authorization", "Bearer a b")]).1.contains("malformed"));
        let bearer = ("authorization", "Bearer pit-1");
        assert_eq!(rejection("/mcp", &[bearer, ("locationid", "")]).0, StatusCode::BAD_REQUEST);
        assert!(rejection("/mcp", &[bearer, ("locationid", "a"), ("locationid", "b")]).1.contains("twice"));
    }
}
