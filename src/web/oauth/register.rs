//! `POST /oauth/register`.

use std::sync::Arc;

use axum::extract::{Request, State};

use super::OAuth;
use super::answer::OAuthAnswer;
use super::input::{self, JSON};
use super::log;
use crate::auth::oauth::{Registered, unix_now};

/// Registers a client.
pub async fn post(State(oauth): State<Arc<OAuth>>, request: Request) -> OAuthAnswer<Registered> {
    let read = input::read(&oauth, request, JSON).await;
    match read.and_then(|(_, body, _permit)| oauth.server.register(&body, unix_now())) {
        Ok(registered) => OAuthAnswer::Created(registered),
        Err(error) => {
            log::not_registered(&error);
            OAuthAnswer::Error(error)
        }
    }
}
