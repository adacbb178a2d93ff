//! The gateway's own authorization server (OAuth 2.1), for clients that cannot send a header: its rules. `web::oauth` has the
//! routes and pages.
//!
//! A user pastes a token of the API once, into the consent page; codes and tokens carry it, sealed.
//!
//! - `seal`: the encryption. `grant`: what is sealed.
//! - `client`, `client_documents`, `registration`, `redirect_uri`: who may connect, and where codes may go.
//! - `authorization`: the request that starts a consent. `scope`, `resource`: what it is for.
//! - `authorization_server`: all of it put together, and the token endpoint's part.

mod authorization;
mod authorization_server;
mod client;
pub mod client_documents;
mod error;
mod grant;
pub mod metadata;
mod parameters;
mod redirect_uri;
mod registration;
mod resource;
mod scope;
mod seal;
#[cfg(test)]
mod sealed_versions;

pub use authorization::{Authorization, Refusal};
pub use authorization_server::{
    AuthorizationServer, InvalidAccess, Redemption, Renewal, Rules, TokenRequest, TokenResponse, unix_now,
};
pub use client::Client;
pub use error::OAuthError;
pub use grant::{Access, CodeSource, Connection, ConsentForm, Grant, GrantId, RefreshSource};
pub use parameters::Parameters;
pub use redirect_uri::{Destination, destination};
pub use registration::Registered;
pub use resource::Resource;
pub use scope::{READ, Scopes, WRITE};
pub use seal::{Keyring, Kind};
