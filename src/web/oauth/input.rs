//! Reads the bodies of requests.

use std::net::Ipv4Addr;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::OAuth;
use super::response::body_error;
use crate::auth::oauth::OAuthError;
use crate::server::Permit;
use crate::web::body;
use crate::web::client_ip::client_ip;

/// The media type of forms.
pub const FORM: &str = "application/x-www-form-urlencoded";
/// The media type of JSON.
pub const JSON: &str = "application/json";

/// Reads the body of a request, which must have this media type, and then counts it as in flight until the permit is dropped.
///
/// # Errors
///
/// 415 for another media type; 413, 408, 400 or 503 for a body that cannot be read.
pub async fn read(
    oauth: &OAuth,
    request: Request,
    media_type: &'static str,
) -> Result<(Parts, Bytes, Permit), OAuthError> {
    let (parts, body) = request.into_parts();
    if !has_media_type(&parts.headers, media_type) {
        let description = format!("the Content-Type must be {media_type}");
        body::discard(&parts.headers, body).await;
        return Err(OAuthError::invalid_request(description).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let bytes = read_body(oauth, &parts, body).await?;
    let permit = oauth.acquire(client_ip(&parts.extensions))?;
    Ok((parts, bytes, permit))
}

async fn read_body(oauth: &OAuth, parts: &Parts, body: Body) -> Result<Bytes, OAuthError> {
    let client_ip = client_ip(&parts.extensions).unwrap_or(Ipv4Addr::UNSPECIFIED.into());
    let bytes = body::read(body, &oauth.settings, &oauth.incoming_bodies, client_ip).await;
    bytes.map_err(|error| body_error(&error))
}

fn has_media_type(headers: &HeaderMap, media_type: &str) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let value = value.and_then(|value| value.split(';').next());
    value.is_some_and(|value| value.trim().eq_ignore_ascii_case(media_type))
}
