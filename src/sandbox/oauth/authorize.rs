//! `GET /oauth/chooselocation` and `GET /v2/oauth/chooselocation`: the authorization endpoint.
//!
//! No document says what it does with a wrong request. The sandbox never redirects by itself: a wrong request is a page
//! with status 400, because its redirect URI cannot be trusted.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use http::{StatusCode, Uri};
use url::Url;

use super::grant::{Grant, Installation};
use super::page::{self, Link};
use crate::sandbox::Sandbox;
use crate::sandbox::tokens::MARKETPLACE_CLIENT_ID;

/// A valid request.
struct AuthorizationRequest {
    /// As the app wrote it: the token request must repeat it exactly.
    redirect_uri: String,
    return_url: Url,
    /// The scopes, each once, separated by single spaces.
    scope: String,
    state: Option<String>,
}

pub async fn choose_location(State(sandbox): State<Arc<Sandbox>>, uri: Uri) -> Response {
    match AuthorizationRequest::parse(&uri) {
        Ok(request) => page::chooser(&sandbox, &request.scope, &links(&sandbox, &request)),
        Err(problem) => page::rejected(&sandbox, StatusCode::BAD_REQUEST, &problem),
    }
}

impl AuthorizationRequest {
    /// Other parameters than those read here are ignored, as `loginWindowOpenMode` is: there is no login.
    fn parse(uri: &Uri) -> Result<Self, String> {
        let Query(pairs) =
            Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|rejection| rejection.body_text())?;
        let mut parameters = HashMap::new();
        for (name, value) in pairs {
            let is_read = ["response_type", "client_id", "redirect_uri", "scope", "state"].contains(&name.as_str());
            if is_read && parameters.insert(name.clone(), value).is_some() {
                return Err(format!("The parameter {name} occurs twice."));
            }
        }
        let parameter = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();

        if parameter("response_type") != "code" {
            return Err("The response_type must be code.".to_owned());
        }
        if parameter("client_id") != MARKETPLACE_CLIENT_ID {
            return Err(format!("The client_id is unknown: the sandbox's app is {MARKETPLACE_CLIENT_ID}."));
        }
        let redirect_uri = parameter("redirect_uri");
        let return_url = absolute_url(redirect_uri)
            .ok_or("The redirect_uri must be an absolute http or https URL without a fragment.")?;
        let scope = each_once(parameter("scope"));
        if scope.is_empty() {
            return Err("The scope is missing: name at least one.".to_owned());
        }
        let state = parameters.get("state").cloned();
        Ok(Self { redirect_uri: redirect_uri.to_owned(), return_url, scope, state })
    }

    /// The redirect URI with this parameter and the state, after those that it has itself.
    fn redirect(&self, name: &str, value: &str) -> String {
        let mut url = self.return_url.clone();
        url.query_pairs_mut().append_pair(name, value);
        if let Some(state) = &self.state {
            url.query_pairs_mut().append_pair("state", state);
        }
        url.into()
    }
}

/// A URL that begins with `http://` or `https://`. The parser alone would accept `http:example.com`, too.
fn absolute_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let has_authority = text.split_once("://").is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case(url.scheme()));
    let is_allowed = ["http", "https"].contains(&url.scheme()) && has_authority && url.fragment().is_none();
    is_allowed.then_some(url)
}

fn each_once(scope: &str) -> String {
    let mut scopes: Vec<&str> = Vec::new();
    for scope in scope.split_ascii_whitespace() {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes.join(" ")
}

/// The links of the page. Each has a code of its own, made with the page; following one leaves the others valid, because
/// the sandbox does not see it.
fn links(sandbox: &Sandbox, request: &AuthorizationRequest) -> Vec<Link> {
    let now = sandbox.oauth.clock.now();
    let mut grants = sandbox.oauth.grants();
    let mut links: Vec<Link> = Installation::ALL
        .into_iter()
        .map(|installation| {
            let (id, text) = match installation {
                Installation::Location => ("location", "Install in the location"),
                Installation::AgencyWithLocation => {
                    ("agency-with-location", "Install in the agency, with the location approved")
                }
                Installation::Agency => ("agency", "Install in the agency, without a location"),
            };
            let grant = Grant::new(installation, &request.scope);
            let code = grants.add_code(grant, &request.redirect_uri, now);
            Link { id, text, url: request.redirect("code", &code) }
        })
        .collect();
    links.push(Link { id: "deny", text: "Cancel", url: request.redirect("error", "access_denied") });
    links
}
