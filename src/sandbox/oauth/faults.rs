//! The misbehaviour of the token endpoints that [`OauthControls`](super::OauthControls) sets.

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::controls::OauthFault;
use crate::sandbox::Sandbox;
use crate::sandbox::response::{ApiError, ApiResult};

/// The response of a token endpoint, with the fault that is set.
pub async fn respond(sandbox: &Sandbox, carry_out: impl FnOnce() -> ApiResult) -> Response {
    match sandbox.oauth.controls.fault() {
        OauthFault::None => sandbox.respond(carry_out()),
        OauthFault::InternalError => {
            sandbox.respond(Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")))
        }
        OauthFault::TooManyRequests { retry_after_seconds } => {
            let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests");
            let mut response = sandbox.respond(Err(error));
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after_seconds));
            response
        }
        OauthFault::Delay(delay) => {
            let response = sandbox.respond(carry_out());
            tokio::time::sleep(delay).await;
            response
        }
    }
}
