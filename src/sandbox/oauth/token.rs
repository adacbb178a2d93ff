//! `POST /oauth/token`: tokens for a code, and new tokens for a refresh token.
//!
//! The document gives the statuses and the general shape of an error, and of the causes only some. The body has both
//! shapes that clients read: `statusCode` and `message` of the document, `error` and `error_description` of OAuth. Where
//! apps' developers have published what they got, that was chosen:
//!
//! - An unknown, expired or used code is 401 `UnAuthorized!` and not 400 `invalid_grant`, and is found before the
//!   client's credentials are checked.
//! - Wrong credentials are 401 `UnAuthorized!`, told from the above only by their text, and not `invalid_client`.
//! - A missing or unknown `grant_type` is 422, like a wrong field of any other operation.
//!
//! Open, and chosen after RFC 6749: another redirect URI than the authorization request's is 400 `invalid_grant`;
//! `client_credentials`, which the document lists without saying what it gives, is 400 `unsupported_grant_type`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::faults;
use super::form::form;
use super::grant::{Grant, Installation};
use super::grants::{ACCESS_TOKEN_LIFE, Grants, Refresh};
use crate::sandbox::fields::{Field, FieldKind, FieldValues, optional, required};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::tokens::{COMPANY, MARKETPLACE_CLIENT_ID, MARKETPLACE_CLIENT_SECRET};
use crate::sandbox::{LOCATION, Sandbox, well_known};

const FIELDS: [Field; 7] = [
    required("client_id", FieldKind::String),
    required("client_secret", FieldKind::String),
    required("grant_type", FieldKind::OneOf(&["authorization_code", "refresh_token", "client_credentials"])),
    optional("code", FieldKind::String),
    optional("refresh_token", FieldKind::String),
    // Without effect: what the user installed decides. An agency's user who installs gets a Company token even where a
    // Location token was asked for.
    optional("user_type", FieldKind::OneOf(&["Company", "Location"])),
    optional("redirect_uri", FieldKind::String),
];

pub async fn respond(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    // v3 has other names for all fields; an app that asks for it would not understand the response.
    if request.headers().get("version").is_some_and(|version| version == "v3") {
        let message = "The sandbox models /oauth/token without the Version header v3";
        return sandbox.respond(Err(ApiError::new(StatusCode::NOT_IMPLEMENTED, message)));
    }
    let form = form(request, &FIELDS).await;
    faults::respond(&sandbox, || exchange(&form?, &mut sandbox.oauth.grants(), sandbox.oauth.clock.now())).await
}

fn exchange(form: &FieldValues, grants: &mut Grants, now: u64) -> ApiResult {
    match form.text("grant_type") {
        Some("authorization_code") => exchange_code(form, grants, now),
        Some("refresh_token") => refresh(form, grants, now),
        _ => Err(error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "The grant type is not supported")),
    }
}

fn exchange_code(form: &FieldValues, grants: &mut Grants, now: u64) -> ApiResult {
    let code = text(form, "code")?;
    let not_found = || unauthorized("Authorization code not found");
    let pending = grants.pending_code(code, now).ok_or_else(not_found)?;
    check_client(form)?;
    // A failed exchange leaves the code valid.
    if form.text("redirect_uri").is_some_and(|redirect_uri| redirect_uri != pending.redirect_uri) {
        return Err(invalid_grant("Invalid grant: the redirect URI is not the authorization request's"));
    }
    let grant = grants.take_code(code).ok_or_else(not_found)?;
    Ok(ApiResponse::ok(new_tokens(&grant, grants, now)))
}

fn refresh(form: &FieldValues, grants: &mut Grants, now: u64) -> ApiResult {
    let refresh_token = text(form, "refresh_token")?;
    check_client(form)?;
    match grants.by_refresh_token(refresh_token, now) {
        Some(Refresh::First(grant)) => {
            let response = new_tokens(&grant, grants, now);
            grants.use_refresh_token(refresh_token, now, response.clone());
            Ok(ApiResponse::ok(response))
        }
        Some(Refresh::Repeated(response)) => Ok(ApiResponse::ok(response)),
        None => Err(invalid_grant("Invalid grant: refresh token is invalid")),
    }
}

/// The response with new tokens.
fn new_tokens(grant: &Arc<Grant>, grants: &mut Grants, now: u64) -> Value {
    let issued = grants.issue(grant, now);
    let mut response = json!({
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIFE,
        "refresh_token": issued.refresh_token,
        "scope": grant.scope,
        "userType": grant.user_type(),
        "companyId": COMPANY,
        "userId": well_known::USER,
        "refreshTokenId": issued.refresh_token_id,
        // An installation in an agency is a bulk one if it is for chosen locations.
        "isBulkInstallation": grant.installation == Installation::AgencyWithLocation,
    });
    match grant.installation {
        Installation::Location => response["locationId"] = LOCATION.into(),
        Installation::AgencyWithLocation | Installation::Agency => {
            response["approvedLocations"] = grant.approved_locations().into();
        }
    }
    response
}

/// A field that this grant type needs.
fn text<'f>(form: &'f FieldValues, name: &str) -> Result<&'f str, ApiError> {
    form.text(name).ok_or_else(|| ApiError::unprocessable(vec![format!("{name} should not be empty")]))
}

fn check_client(form: &FieldValues) -> Result<(), ApiError> {
    let is_valid = form.text("client_id") == Some(MARKETPLACE_CLIENT_ID)
        && form.text("client_secret") == Some(MARKETPLACE_CLIENT_SECRET);
    if is_valid { Ok(()) } else { Err(unauthorized("Invalid client credentials!")) }
}

fn unauthorized(description: &str) -> ApiError {
    error(StatusCode::UNAUTHORIZED, "UnAuthorized!", description)
}

fn invalid_grant(description: &str) -> ApiError {
    error(StatusCode::BAD_REQUEST, "invalid_grant", description)
}

fn error(status: StatusCode, error: &str, description: &str) -> ApiError {
    ApiError::new(status, description).with_oauth_error(error, description)
}
