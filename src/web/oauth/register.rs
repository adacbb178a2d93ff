//! `POST /oauth/register`.

use std::sync::Arc;

use axum::extract::{Request, State};

use super::OAuth;
use super::input::{self, JSON};
use super::log;
use super::response::OAuthResponse;
use crate::auth::oauth::{Registered, unix_now};

/// Registers a client.
pub async fn post(State(oauth): State<Arc<OAuth>>, request: Request) -> OAuthResponse<Registered> {
    let read = input::read(&oauth, request, JSON).await;
    match read.and_then(|(_, body, _permit)| oauth.server.register(&body, unix_now())) {
        Ok(registered) => OAuthResponse::Created(registered),
        Err(error) => {
            log::not_registered(&error);
            OAuthResponse::Error(error)
        }
    }
}
