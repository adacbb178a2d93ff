//! `POST /oauth/authorize`: the user's decision.

use std::hash::BuildHasher;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{HeaderMap, ORIGIN, SET_COOKIE};
use http::{HeaderValue, StatusCode};

use super::authorize::{Entered, client, consent_page, error_page, expired_page, foreign_page, host, redirect};
use super::fields::{Fields, read_location, read_token};
use super::input::{self, FORM};
use super::page::{LimitsPage, MessagePage};
use super::{CHECK_TIMEOUT, OAuth, callback, log};
use crate::auth::oauth::{CodeSource, Connection, ConsentForm, OAuthError, unix_now};
use crate::calls::Caller;
use crate::calls::probe::{self, TokenCheck};
use crate::leadconnector::{LocationId, Token};
use crate::mcp;
use crate::server::ClientKey;
use crate::web::client_ip::client_ip;
use crate::web::selection;

/// Handles the form of the consent page.
pub async fn post(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    if !is_own_page(&oauth, request.headers()) {
        return foreign_page(&oauth);
    }
    let client_ip = client_ip(request.extensions());
    let (parts, body, _permit) = match input::read(&oauth, request, FORM).await {
        Ok(read) => read,
        Err(error) => return error_page(error.status, &error.description),
    };
    let Some(fields) = Fields::parse(&body) else {
        return error_page(StatusCode::BAD_REQUEST, "the form has a field twice");
    };
    let now = unix_now();
    let Ok(mut form) = oauth.server.open_form(&fields.form, now) else { return expired_page() };
    // The page about limits has no such box.
    if form.checked.is_none() {
        form.read_only = fields.read_only;
    }
    match (fields.decision.as_str(), form.checked.take()) {
        ("allow", Some(connection)) if oauth.attempts.count(form.id).await => allow(&oauth, &form, connection),
        ("allow", Some(_)) => too_many_attempts(),
        ("allow", None) if oauth.server.settings().token_form => {
            let address = client_ip.unwrap_or(Ipv4Addr::UNSPECIFIED.into());
            let client = ClientKey { address: Some(address), token: None };
            check(&oauth, form, fields, client, mcp::request_id(&parts.extensions)).await
        }
        ("deny", _) => {
            let denied = OAuthError::new("access_denied", "the user did not allow the access");
            redirect(&form.authorization.refused(oauth.server.public_url().origin(), &denied))
        }
        ("highlevel", _) if oauth.marketplace.is_some() => to_highlevel(&oauth, form, now),
        (_, checked) => {
            let location = checked.map_or(fields.location, |connection| connection.location);
            consent_page(&oauth, &form, Entered { location, ..Entered::default() }, StatusCode::OK)
        }
    }
}

/// Checks what the user entered, and shows the page again if something is wrong with it.
async fn check(oauth: &OAuth, form: ConsentForm, fields: Fields, client_key: ClientKey, request_id: &str) -> Response {
    let again = |entered: Entered, status: StatusCode| {
        log::not_connected(entered.token_error.is_some(), entered.location_error.is_some());
        consent_page(oauth, &form, Entered { location: fields.location.clone(), ..entered }, status)
    };
    let (token, location) = match (read_token(&fields.token), read_location(oauth, &fields.location)) {
        (Ok(token), Ok(location)) => (token, location),
        (token, location) => {
            let entered = Entered { token_error: token.err(), location_error: location.err(), ..Entered::default() };
            return again(entered, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    if !oauth.attempts.count(form.id).await {
        return too_many_attempts();
    }
    let client_key = ClientKey { token: Some(oauth.hash_key.hash_one(&token)), ..client_key };
    let Ok(_permit) = oauth.checks.try_acquire(client_key) else {
        let notice = Some("Too many tokens are being checked. Try again in a few seconds.".to_owned());
        return again(Entered { notice, ..Entered::default() }, StatusCode::SERVICE_UNAVAILABLE);
    };
    let caller = caller(oauth, &form, token, location.clone());
    let checked = probe::check_scopes(&oauth.calls, &caller, request_id);
    let checked = tokio::time::timeout(CHECK_TIMEOUT, checked).await.unwrap_or(TokenCheck::Unknown);
    let connection = Connection { token: fields.token.trim().to_owned(), location: location.to_string() };
    let refused = match checked {
        TokenCheck::Works { lacking } if lacking.is_empty() => return allow(oauth, &form, connection),
        TokenCheck::Works { lacking } => return limits_page(oauth, form, connection, &lacking),
        TokenCheck::TokenRefused => Entered {
            token_error: Some("HighLevel does not accept this token. Copy it again, or create a new one.".to_owned()),
            ..Entered::default()
        },
        TokenCheck::AgencyToken => Entered {
            token_error: Some("This token belongs to an agency. Create one in the location itself.".to_owned()),
            ..Entered::default()
        },
        TokenCheck::LocationRefused | TokenCheck::LocationUnknown => Entered {
            location_error: Some("The token has no access to this location. Check the id.".to_owned()),
            ..Entered::default()
        },
        TokenCheck::LocationUnproved => Entered {
            token_error: Some(
                "This token cannot show that the location is right. Add the scope locations.readonly to it.".to_owned(),
            ),
            ..Entered::default()
        },
        TokenCheck::Unknown => {
            let notice = "HighLevel gave no answer, so the token could not be checked. Try again in a minute.";
            return again(Entered { notice: Some(notice.to_owned()), ..Entered::default() }, StatusCode::BAD_GATEWAY);
        }
    };
    again(refused, StatusCode::UNPROCESSABLE_ENTITY)
}

fn too_many_attempts() -> Response {
    let page = MessagePage {
        title: "Too many attempts".to_owned(),
        message: "This page accepts no more answers.".to_owned(),
        next: Some("Go back to your app and press Connect again.".to_owned()),
    };
    page.into_response(StatusCode::TOO_MANY_REQUESTS)
}

/// Gives the client its code.
fn allow(oauth: &OAuth, form: &ConsentForm, connection: Connection) -> Response {
    let mut authorization = form.authorization.clone();
    if form.read_only {
        authorization.scopes = authorization.scopes.read_only();
    }
    let location = connection.location.clone();
    match oauth.server.grant(&authorization, CodeSource::Token(connection), unix_now()) {
        Ok((grant, url)) => {
            let (redirect_uri, scope) = (&authorization.redirect_uri, authorization.scopes.as_text());
            let resource = authorization.resource.path();
            log::connected_by_token(grant, &form.client_name, redirect_uri, &location, resource, &scope);
            redirect(&url)
        }
        Err(error) => {
            tracing::error!(%error, "a consent could not be sealed");
            error_page(StatusCode::INTERNAL_SERVER_ERROR, "an internal error occurred")
        }
    }
}

/// Tells the user what the token cannot do. The checked token goes along, sealed, so that it need not be entered again.
fn limits_page(oauth: &OAuth, mut form: ConsentForm, connection: Connection, lacking: &[&str]) -> Response {
    form.checked = Some(connection);
    let Ok(sealed) = oauth.server.seal_form(&form) else {
        return error_page(StatusCode::BAD_REQUEST, "the link that brought you here is too long");
    };
    let limits = lacking.iter().map(|scope| format!("{scope}: {}", tools_of(oauth, scope))).collect();
    LimitsPage { gateway: host(oauth), client: client(&form), form: sealed, limits }.into_response(StatusCode::OK)
}

/// The titles of the tools that need a scope.
fn tools_of(oauth: &OAuth, scope: &str) -> String {
    let tools = oauth.calls.registry().tools().iter().filter(|tool| tool.endpoint.scope == scope);
    tools.map(|tool| tool.title).collect::<Vec<_>>().join(", ")
}

/// Sends the user to `HighLevel`, to choose a location there.
fn to_highlevel(oauth: &OAuth, form: ConsentForm, now: u32) -> Response {
    let (Some(marketplace), Ok((sealed, state))) = (&oauth.marketplace, oauth.server.seal_transit(form, now)) else {
        return error_page(StatusCode::BAD_REQUEST, "the link that brought you here is too long");
    };
    let Ok(cookie) = HeaderValue::from_str(&callback::cookie(oauth, &state, &sealed)) else {
        return error_page(StatusCode::INTERNAL_SERVER_ERROR, "an internal error occurred");
    };
    let url = marketplace.authorize_url(&callback::url(oauth), &state);
    let mut response = redirect(&url);
    response.headers_mut().insert(SET_COOKIE, cookie);
    response.into_response()
}

/// The caller that the consent would make.
fn caller(oauth: &OAuth, form: &ConsentForm, token: Token, location: LocationId) -> Caller {
    let registry = oauth.calls.registry();
    let mut selection = oauth.calls.policy().selection().clone();
    // The path was checked when the page was made.
    let _ = selection::narrow_by_path(&mut selection, registry, form.authorization.resource.path());
    Caller {
        credential: token.into(),
        location: Some(location),
        grant: None,
        selection,
        permit: None,
        max_result_bytes: 0,
    }
}

/// Whether the form comes from a page of the gateway itself. There is no session that another page could use, so this only
/// adds to the sealed form: browsers send one of the two headers.
fn is_own_page(oauth: &OAuth, headers: &HeaderMap) -> bool {
    match headers.get(ORIGIN) {
        Some(origin) => origin.as_bytes() == oauth.server.public_url().origin().as_bytes(),
        None => headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin"),
    }
}
