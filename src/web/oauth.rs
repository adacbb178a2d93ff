//! The authorization server's routes: metadata, registration, the consent page, tokens. `auth::oauth` has the rules.

mod attempts;
mod authorize;
mod callback;
mod consent;
mod fields;
mod input;
pub mod log;
mod metadata;
mod page;
mod register;
mod response;
mod token;

use std::hash::RandomState;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
};
use http::{HeaderValue, Method, StatusCode};

use super::client_ip::client_ip;
use super::incoming_bodies::IncomingBodies;
use crate::auth::oauth::metadata::{AUTHORIZATION_SERVER, AUTHORIZE, CALLBACK, PROTECTED_RESOURCE, REGISTER, TOKEN};
use crate::auth::oauth::{AuthorizationServer, OAuthError};
use crate::calls::CallService;
use crate::config::ServerSettings;
use crate::leadconnector::Marketplace;
use crate::server::{ClientKey, ConcurrencyLimit, Limits, Permit};
use attempts::Attempts;
use log::MarketplaceLog;
use response::OAuthResponse;

/// The largest body of a request, in bytes.
const MAX_BODY: usize = 16 * 1024;

/// How many consents are checked at `HighLevel` at once: in all, for one client IP, and with one token, which may be over its rate
/// limit and then takes long. Each takes about ten requests.
const MAX_CHECKS: Limits = Limits { global: 64, per_address: 16, per_token: 2 };

/// How long the check of a consent may take. Claude gives a token request 10 s, a refresh 30 s.
const CHECK_TIMEOUT: Duration = Duration::from_secs(8);

/// The authorization server, and what its routes need.
pub struct OAuth {
    server: Arc<AuthorizationServer>,
    /// `HighLevel`'s marketplace, if users may connect by it.
    marketplace: Option<Marketplace>,
    calls: Arc<CallService>,
    /// The settings of the server, with the size limit of these routes.
    settings: ServerSettings,
    incoming_bodies: IncomingBodies,
    /// The requests in flight: a pool of its own, so that neither MCP nor OAuth can starve the other.
    requests: ConcurrencyLimit,
    /// The consents that are being checked.
    checks: ConcurrencyLimit,
    attempts: Attempts,
    marketplace_log: MarketplaceLog,
    /// Hashes tokens for the limit of checks.
    hash_key: RandomState,
}

impl OAuth {
    /// Creates the routes' state.
    pub fn new(
        server: Arc<AuthorizationServer>,
        marketplace: Option<Marketplace>,
        calls: Arc<CallService>,
        settings: &ServerSettings,
    ) -> Self {
        let settings = ServerSettings { max_request_bytes: MAX_BODY, ..settings.clone() };
        let requests =
            Limits { global: settings.max_requests, per_address: settings.max_requests_per_address, per_token: 0 };
        Self {
            server,
            marketplace,
            calls,
            incoming_bodies: IncomingBodies::new(&settings),
            requests: ConcurrencyLimit::new(requests),
            checks: ConcurrencyLimit::new(MAX_CHECKS),
            attempts: Attempts::new(),
            marketplace_log: MarketplaceLog::new(),
            hash_key: RandomState::new(),
            settings,
        }
    }

    /// Counts a request in flight.
    ///
    /// # Errors
    ///
    /// If there are too many.
    fn acquire(&self, client_ip: Option<IpAddr>) -> Result<Permit, OAuthError> {
        let client = ClientKey { address: client_ip, token: None };
        let busy = |_| OAuthError::temporarily_unavailable("too many requests are in flight; retry in 1 s");
        self.requests.try_acquire(client).map_err(busy)
    }

    /// The authorization server.
    pub fn server(&self) -> &Arc<AuthorizationServer> {
        &self.server
    }
}

/// The routes. Each path is also served with a slash at the end, never redirected.
pub fn routes(oauth: Arc<OAuth>) -> Router {
    let resource = || get(metadata::protected_resource);
    let mut open = both(AUTHORIZATION_SERVER, || get(metadata::authorization_server))
        .merge(both(PROTECTED_RESOURCE, resource))
        .route(&format!("{PROTECTED_RESOURCE}/{{*path}}"), resource())
        .merge(both(TOKEN, || post(token::post)));
    if oauth.server.settings().registration {
        open = open.merge(both(REGISTER, || post(register::post)));
    }
    let mut pages = both(AUTHORIZE, || get(authorize::get).post(consent::post));
    if oauth.marketplace.is_some() {
        pages = pages.merge(both(CALLBACK, || get(callback::get)));
    }
    // The headers for pages of other origins are on every response, rejections too.
    let open = open.layer(from_fn_with_state(oauth.clone(), limit)).layer(from_fn(any_origin));
    open.merge(pages.layer(from_fn_with_state(oauth.clone(), limit_pages))).with_state(oauth)
}

fn both(path: &str, methods: impl Fn() -> MethodRouter<Arc<OAuth>>) -> Router<Arc<OAuth>> {
    Router::new().route(path, methods()).route(&format!("{path}/"), methods())
}

/// Lets pages of every origin use the routes, like MCP Inspector: a browser adds nothing to such a request by itself. Not by
/// `CorsLayer`, whose preflight responses have the status 200 and an `Allow` that says something else.
async fn any_origin(request: Request, next: Next) -> Response {
    let is_preflight = request.method() == Method::OPTIONS;
    let mut response = if is_preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if is_preflight {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*, authorization"));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    }
    response
}

/// Rejects a GET over the limit of requests in flight. A POST is counted once its body is there (`input::read`): otherwise clients
/// that send slow bodies could hold all permits.
async fn limit(State(oauth): State<Arc<OAuth>>, request: Request, next: Next) -> Response {
    if request.method() == Method::POST {
        return next.run(request).await;
    }
    match oauth.acquire(client_ip(request.extensions())) {
        Ok(_permit) => next.run(request).await,
        Err(busy) => OAuthResponse::<()>::Error(busy).into_response(),
    }
}

/// The same for the pages.
async fn limit_pages(State(oauth): State<Arc<OAuth>>, request: Request, next: Next) -> Response {
    if request.method() == Method::POST {
        return next.run(request).await;
    }
    match oauth.acquire(client_ip(request.extensions())) {
        Ok(_permit) => next.run(request).await,
        Err(busy) => authorize::error_page(busy.status, "too many requests are in flight"),
    }
}
