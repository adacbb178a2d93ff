//! `POST /oauth/locationToken`, and `/oauth/location-token` of v3: a Location token for a Company token.
//!
//! Only v3's response has a refresh token, and its names are in camel case. It works at `POST /oauth/token`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::faults;
use super::form::form_or_json;
use super::grant::{Grant, Installation};
use super::grants::{ACCESS_TOKEN_LIFE, Grants};
use crate::sandbox::access;
use crate::sandbox::fields::{Field, FieldKind, FieldValues, required};
use crate::sandbox::response::{ApiError, ApiResponse};
use crate::sandbox::route::VERSION_2021_07;
use crate::sandbox::tokens::COMPANY;
use crate::sandbox::{LOCATION, Sandbox, well_known};

/// The `Version` header of v3.
const VERSION_3: &str = "v3";

/// The scope that the document names for both routes.
const SCOPE: &str = "oauth.write";

const FIELDS: [Field; 2] = [required("companyId", FieldKind::String), required("locationId", FieldKind::String)];

/// `POST /oauth/locationToken`
pub async fn respond(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    respond_to(&sandbox, request, VERSION_2021_07, |grant, grants, now| {
        json!({
            "access_token": grants.issue_access_token(grant, now),
            "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN_LIFE,
            "scope": grant.scope,
            "locationId": LOCATION,
            "userId": well_known::USER,
        })
    })
    .await
}

/// `POST /oauth/location-token`
pub async fn respond_v3(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    respond_to(&sandbox, request, VERSION_3, |grant, grants, now| {
        let issued = grants.issue(grant, now);
        json!({
            "accessToken": issued.access_token,
            "tokenType": "Bearer",
            "expiresIn": ACCESS_TOKEN_LIFE,
            "refreshToken": issued.refresh_token,
            "scope": grant.scope,
            "locationId": LOCATION,
            "userId": well_known::USER,
        })
    })
    .await
}

/// Makes the tokens for a location, and the response with them.
type NewTokens = fn(&Arc<Grant>, &mut Grants, u64) -> Value;

async fn respond_to(sandbox: &Sandbox, request: Request, version: &str, new_tokens: NewTokens) -> Response {
    let company = authorize(sandbox, request.headers(), version);
    let form = match &company {
        Ok(_) => form_or_json(request, &FIELDS).await,
        // The body of a request without a valid token is not read.
        Err(_) => Ok(FieldValues::default()),
    };
    faults::respond(sandbox, || {
        let grant = Arc::new(location_grant(&*company?, &form?)?);
        Ok(ApiResponse::ok(new_tokens(&grant, &mut sandbox.oauth.grants(), sandbox.oauth.clock.now())))
    })
    .await
}

/// The Company token's grant. The order of the checks is that of the other routes.
fn authorize(sandbox: &Sandbox, headers: &HeaderMap, version: &str) -> Result<Arc<Grant>, ApiError> {
    access::authenticate(sandbox, headers)?;
    // The document allows only the tokens of an app here, so that a private integration's token, even an agency's, is as
    // wrong as a Location token.
    let company = sandbox
        .oauth
        .grant(access::bearer(headers))
        .filter(|grant| grant.installation != Installation::Location)
        .ok_or_else(|| ApiError::unauthorized("This route is not yet supported by the IAM Service"))?;
    access::check_version(headers, version)?;
    // Apps are known to get by without the scope; the sandbox goes by the document.
    if company.has_scope(SCOPE) { Ok(company) } else { Err(access::scope_missing()) }
}

/// What a Location token stands for: the same scopes, in the location.
fn location_grant(company: &Grant, form: &FieldValues) -> Result<Grant, ApiError> {
    if form.text("companyId") != Some(COMPANY) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "The token does not have access to this company."));
    }
    let location = form.text("locationId").unwrap_or_default();
    if !company.approved_locations().contains(&location) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "The token does not have access to this location."));
    }
    Ok(Grant::new(Installation::Location, &company.scope))
}
