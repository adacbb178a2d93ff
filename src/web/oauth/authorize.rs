//! `GET /oauth/authorize`: the consent page.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use http::{HeaderValue, StatusCode};
use url::Url;

use super::OAuth;
use super::page::{Client, ConsentPage, MessagePage};
use crate::auth::oauth::{ConsentForm, Parameters, Refusal, destination, unix_now};
use crate::text::tokens::looks_like_token;

/// Shows the consent page.
pub async fn get(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    match oauth.server.authorize(query, unix_now()).await {
        Ok(form) => {
            let location = location_hint(query);
            consent_page(&oauth, &form, Entered { location, ..Entered::default() }, StatusCode::OK)
        }
        Err(Refusal::UnknownClient(problem)) => unknown_client_page(&problem),
        Err(Refusal::Page(problem)) => error_page(StatusCode::BAD_REQUEST, &problem),
        Err(Refusal::Redirect(url)) => redirect(&url),
    }
}

/// What the user entered, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Entered {
    pub location: String,
    pub token_error: Option<String>,
    pub location_error: Option<String>,
    pub notice: Option<String>,
}

/// The consent page.
pub fn consent_page(oauth: &OAuth, form: &ConsentForm, entered: Entered, status: StatusCode) -> Response {
    let Ok(sealed) = oauth.server.seal_form(form) else {
        return error_page(StatusCode::BAD_REQUEST, "the link that brought you here is too long");
    };
    let page = ConsentPage {
        gateway: host(oauth),
        client: client(form),
        destination: destination(&form.authorization.redirect_uri),
        may_write: form.authorization.scopes.write,
        tools: tools(form.authorization.resource.path()),
        form: sealed,
        location: shown_location(&entered.location),
        read_only: form.read_only,
        pastes_token: oauth.server.settings().token_form,
        highlevel: oauth.marketplace.is_some(),
        token_error: entered.token_error,
        location_error: entered.location_error,
        notice: entered.notice,
    };
    page.into_response(status)
}

/// What the location's field shows again: not a token that was put there by mistake.
fn shown_location(text: &str) -> String {
    if looks_like_token(text.as_bytes()) { String::new() } else { text.chars().take(128).collect() }
}

/// The client of a form.
pub fn client(form: &ConsentForm) -> Client {
    Client { name: form.client_name.clone(), is_known: form.client_is_known }
}

/// The gateway's host, with its port if it has one.
pub fn host(oauth: &OAuth) -> String {
    let origin = oauth.server.public_url().origin();
    origin.split_once("//").map_or(origin, |(_, host)| host).to_owned()
}

/// The page of a request that is refused before the client is known.
pub fn error_page(status: StatusCode, problem: &str) -> Response {
    let page = MessagePage {
        title: "This app cannot be connected".to_owned(),
        message: format!("{}.", capitalized(problem)),
        next: Some("Start again in your app. If that does not help, tell the operator of this gateway.".to_owned()),
    };
    page.into_response(status)
}

/// The page for a client that is not known, or no longer: the gateway's key may have changed.
fn unknown_client_page(problem: &str) -> Response {
    let page = MessagePage {
        title: "This app cannot be connected".to_owned(),
        message: format!("{}.", capitalized(problem)),
        next: Some("Remove this server in your app, and add it again.".to_owned()),
    };
    page.into_response(StatusCode::BAD_REQUEST)
}

/// The page for a form that did not come from the gateway's own page.
pub fn foreign_page(oauth: &OAuth) -> Response {
    let origin = oauth.server.public_url().origin();
    let page = MessagePage {
        title: "This page was opened at another address".to_owned(),
        message: format!("The gateway accepts the form only from its own page, at {origin}."),
        next: Some("Go back to your app and press Connect again, with the URL that the gateway names.".to_owned()),
    };
    page.into_response(StatusCode::FORBIDDEN)
}

/// The page for a form that has expired.
pub fn expired_page() -> Response {
    let page = MessagePage {
        title: "This page is no longer valid".to_owned(),
        message: "It is valid for ten minutes, in the browser that opened it, and until the gateway's key changes."
            .to_owned(),
        next: Some("Go back to your app and press Connect again.".to_owned()),
    };
    page.into_response(StatusCode::BAD_REQUEST)
}

/// Sends the browser to the client. 303, because after 307 and 308 it would send the form, with the token, once more.
pub fn redirect(url: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(url) else {
        return error_page(StatusCode::BAD_REQUEST, "the app's address is malformed");
    };
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// The location in the URL that the client was given, as in `…/mcp?locationId=…`.
fn location_hint(query: &str) -> String {
    let parameters = Parameters::parse(query.as_bytes());
    let resource: Option<Url> = parameters.get("resource").ok().flatten().and_then(|resource| resource.parse().ok());
    let hint = resource
        .and_then(|url| url.query_pairs().find(|(name, _)| name == "locationId").map(|(_, value)| value.into_owned()));
    hint.filter(|hint| hint.parse::<crate::leadconnector::LocationId>().is_ok()).unwrap_or_default()
}

/// What a path of the endpoint is for, in words; `None` for everything.
fn tools(path: &str) -> Option<String> {
    let services = path.strip_prefix("/mcp/x/")?.split('/').next()?;
    // Each of the two stands for everything.
    if services.split(',').any(|name| ["all", "operations"].contains(&name.trim())) {
        return None;
    }
    let names: Vec<&str> = services.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    match &names[..] {
        [] => None,
        [one] => Some((*one).to_owned()),
        [others @ .., last] => Some(format!("{} and {last}", others.join(", "))),
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
