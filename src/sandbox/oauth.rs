//! HighLevel's side of a marketplace app's OAuth: the page on which a user chooses a location, and the token endpoint.
//!
//! An app is installed in three steps: the browser opens `GET /oauth/chooselocation` (or `/v2/…`), a link on that page
//! leads back to the app with a code, and the app exchanges the code at `POST /oauth/token`. The links are found by
//! their ids, and their `href` is escaped as HTML:
//!
//! | id | installs | the code's token |
//! |---|---|---|
//! | `location` | in the one location | Location |
//! | `agency-with-location` | in the agency, with the one location approved | Company |
//! | `agency` | in the agency, with no location approved | Company |
//! | `deny` | nothing: `error=access_denied` | none |
//!
//! `POST /oauth/locationToken`, or `/oauth/location-token` in v3, exchanges a Company token for a Location token. A
//! Location token works on every modelled route that needs one of its scopes; a Company token works on none of them,
//! like [`AGENCY_TOKEN`](super::AGENCY_TOKEN).
//!
//! `POST /sandbox/oauth/uninstall` is the sandbox's own: it makes every access and refresh token invalid, as if the user
//! had uninstalled the app. It needs no token and no body.
//!
//! Map: `authorize` and its `page` make the codes; `token` and `location_token` give tokens for them; `grants` holds
//! both, each kind in a `bounded` list, with the `grant` that each stands for; `jwt` writes the tokens; `form` reads
//! bodies; `controls` has what tests change (time and `faults`).

mod authorize;
mod bounded;
mod controls;
mod faults;
mod form;
mod grant;
mod grants;
mod jwt;
mod location_token;
mod page;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use parking_lot::{Mutex, MutexGuard};
use serde_json::json;

use super::Sandbox;
use super::response::ApiResponse;
use controls::OauthClock;
use grants::Grants;

pub use controls::{OauthControls, OauthFault};
pub use grant::Grant;

/// The OAuth state of one sandbox.
#[derive(Debug)]
pub struct Oauth {
    controls: OauthControls,
    clock: OauthClock,
    grants: Mutex<Grants>,
}

impl Oauth {
    /// `fixed_start` is where the clock stands, in epoch seconds; `None` is the system's clock. The controls move both.
    pub fn new(controls: &OauthControls, fixed_start: Option<u64>) -> Self {
        let clock = OauthClock::new(controls.clone(), fixed_start);
        Self { controls: controls.clone(), clock, grants: Mutex::default() }
    }

    /// What the access token with this text grants; `None` if it is unknown, expired or uninstalled.
    pub fn grant(&self, access_token: &str) -> Option<Arc<Grant>> {
        self.grants().by_access_token(access_token, self.clock.now())
    }

    fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock()
    }
}

/// The routes of this module.
pub fn routes() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/oauth/chooselocation", get(authorize::choose_location))
        .route("/v2/oauth/chooselocation", get(authorize::choose_location))
        .route("/oauth/token", post(token::respond))
        .route("/oauth/locationToken", post(location_token::respond))
        .route("/oauth/location-token", post(location_token::respond_v3))
        .route("/sandbox/oauth/uninstall", post(uninstall))
}

/// Codes that were not exchanged yet stay valid: their installation is only about to happen.
async fn uninstall(State(sandbox): State<Arc<Sandbox>>) -> Response {
    let (access, refresh) = sandbox.oauth.grants().revoke_all();
    sandbox.respond(Ok(ApiResponse::ok(json!({ "accessTokens": access, "refreshTokens": refresh }))))
}
