//! The log lines of the authorization server. None has a token, a code, or what a stranger could repeat without end.

use std::sync::Arc;

use crate::auth::oauth::{Destination, Grant, GrantId, InvalidAccess, OAuthError, destination};
use crate::leadconnector::MarketplaceError;
use crate::server::{LogThrottle, ThrottleKey};

/// The log target. It is not the module's path, so that an operator's filter still works if the file moves.
const TARGET: &str = "leadconnector_mcp::oauth";

/// Logs failures at `HighLevel`'s marketplace, at most one of each kind a second: invented codes cause them too.
#[derive(Debug)]
pub struct MarketplaceLog(Arc<LogThrottle<Failure>>);

#[derive(Debug, Clone, Copy)]
enum Failure {
    Refused,
    Unavailable,
}

impl ThrottleKey for Failure {
    const ALL: &'static [Self] = &[Self::Refused, Self::Unavailable];

    fn index(self) -> usize {
        self as usize
    }

    fn log_suppressed(self, suppressed: u64) {
        tracing::info!(target: TARGET, failure = ?self, suppressed, "more failures of the marketplace like this");
    }
}

impl MarketplaceLog {
    /// Has logged nothing.
    pub fn new() -> Self {
        Self(LogThrottle::new())
    }

    /// Logs a failure.
    pub fn failed(&self, error: &MarketplaceError) {
        let failure = match error {
            MarketplaceError::Refused(_) => Failure::Refused,
            MarketplaceError::Unavailable(_) | MarketplaceError::NoAnswer(_) => Failure::Unavailable,
        };
        if let Some(suppressed) = self.0.record(failure) {
            let suppressed = (suppressed > 0).then_some(suppressed);
            tracing::warn!(target: TARGET, %error, suppressed, "the marketplace gave no tokens");
        }
    }
}

/// Logs that a user connected a client. The redirect is named by its host.
pub fn connected_by_token(
    grant: GrantId,
    client: &str,
    redirect_uri: &str,
    location: &str,
    resource: &str,
    scope: &str,
) {
    let destination = match destination(redirect_uri) {
        Destination::Host(host) => host,
        Destination::ThisComputer(_) => "the user's computer".to_owned(),
        Destination::App(scheme) => format!("{scheme}:"),
    };
    let grant = grant.short();
    tracing::info!(target: TARGET, grant, client, destination, location, resource, scope, by = "token", "connected");
}

/// Logs that a user connected a client by `HighLevel`'s marketplace: when its code is exchanged, because only then is it known
/// to be real.
pub fn connected_by_marketplace(grant: &Grant, location: &str) {
    let (resource, scope, grant) = (grant.resource.path(), grant.scopes.as_text(), grant.id.short());
    tracing::info!(target: TARGET, grant, location, resource, scope, by = "marketplace", "connected");
}

/// Logs why an access token is refused. The client learns less.
pub fn access_refused(refused: InvalidAccess) {
    let (cause, grant) = match refused {
        InvalidAccess::Expired(grant) => ("expired", Some(grant)),
        InvalidAccess::Revoked(grant) => ("revoked", Some(grant)),
        InvalidAccess::NotOurs => ("not_ours", None),
    };
    tracing::debug!(target: TARGET, cause, grant = grant.map(|grant| grant.short()), "access token refused");
}

/// Logs what was wrong at a try at the page.
pub fn not_connected(token: bool, location: bool) {
    tracing::debug!(target: TARGET, token, location, "not connected");
}

/// Logs why a client was not registered: the operator may have to allow its redirect URI.
pub fn not_registered(error: &OAuthError) {
    tracing::debug!(target: TARGET, %error, "client not registered");
}

/// Logs that a token was issued.
pub fn issued(grant: GrantId, location: &str) {
    tracing::debug!(target: TARGET, grant = grant.short(), location, "token issued");
}
