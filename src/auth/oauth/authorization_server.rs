//! The authorization server. It stores nothing: what it must remember travels sealed with the client, so any replica with the
//! same keys serves any request.

mod access;
mod tokens;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use moka::future::Cache;
use moka::policy::EvictionPolicy;

use super::authorization::{Authorization, Checks, Refusal};
use super::client::{Clients, id_hash};
use super::client_documents::Fetcher;
use super::error::OAuthError;
use super::grant::{Code, CodeSource, Connection, ConsentForm, Grant, GrantId, Transit};
use super::registration::{self, Registered};
use super::seal::{Keyring, Kind, NotOurs, Unsealable};
use crate::config::{OAuthSettings, PublicUrl};
use crate::leadconnector::LocationId;

pub use access::InvalidAccess;
pub use tokens::{Redemption, Renewal, TokenRequest, TokenResponse};

/// How long a user may take at the consent page or at `HighLevel`.
const FORM_LIFETIME: u32 = 600;

/// How long a code is valid, in seconds: clients exchange it at once.
const CODE_LIFETIME: u32 = 60;

/// How many used codes a replica remembers: 1,000 consents a second.
const MAX_USED_CODES: u64 = 60_000;

/// The authorization server.
pub struct AuthorizationServer {
    settings: Arc<OAuthSettings>,
    keyring: Keyring,
    clients: Clients,
    /// The codes that were exchanged by this replica within their lifetime.
    used_codes: Cache<GrantId, ()>,
    rules: Rules,
}

/// What other rooms know.
pub struct Rules {
    /// Whether a path is one of the MCP endpoint's.
    pub is_endpoint: Box<dyn Fn(&str) -> bool + Send + Sync>,
    /// Whether a location may be connected.
    pub may_connect: Box<dyn Fn(&LocationId) -> bool + Send + Sync>,
}

/// The time in Unix seconds. With a clock before 1970 everything has expired.
pub fn unix_now() -> u32 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok();
    since.and_then(|since| u32::try_from(since.as_secs()).ok()).unwrap_or(u32::MAX)
}

/// A duration in whole seconds.
fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}

impl AuthorizationServer {
    /// Creates the server.
    ///
    /// # Errors
    ///
    /// If the keys cannot be derived.
    pub fn new(settings: OAuthSettings, fetcher: Fetcher, rules: Rules) -> Result<Self, Unsealable> {
        let settings = Arc::new(settings);
        // Not the default policy, which keeps old entries and refuses new ones when the cache is full.
        let used_codes = Cache::builder()
            .eviction_policy(EvictionPolicy::lru())
            .max_capacity(MAX_USED_CODES)
            .time_to_live(Duration::from_secs(CODE_LIFETIME.into()))
            .build();
        Ok(Self {
            keyring: Keyring::new(settings.public_url.origin(), &settings.keys)?,
            clients: Clients::new(settings.clone(), fetcher),
            used_codes,
            rules,
            settings,
        })
    }

    /// The settings.
    pub fn settings(&self) -> &OAuthSettings {
        &self.settings
    }

    /// The issuer.
    pub fn public_url(&self) -> &PublicUrl {
        &self.settings.public_url
    }

    /// Whether a path is one of the MCP endpoint's.
    pub fn is_endpoint(&self, path: &str) -> bool {
        (self.rules.is_endpoint)(path)
    }

    /// Registers a client by its metadata, as JSON.
    ///
    /// # Errors
    ///
    /// If no redirect URI is allowed, or the metadata is malformed.
    pub fn register(&self, body: &[u8], now: u32) -> Result<Registered, OAuthError> {
        registration::register(body, &self.clients, &self.keyring, now)
    }

    /// Reads an authorization request, and makes the form of its consent page.
    ///
    /// # Errors
    ///
    /// If the request is refused.
    pub async fn authorize(&self, query: &str, now: u32) -> Result<ConsentForm, Refusal> {
        let checks = Checks {
            clients: &self.clients,
            keyring: &self.keyring,
            public_url: self.public_url(),
            is_endpoint: &*self.rules.is_endpoint,
        };
        let (authorization, client) = Authorization::read(query, checks).await?;
        Ok(ConsentForm {
            id: GrantId::random(),
            expires_at: now.saturating_add(FORM_LIFETIME),
            client_name: client.name,
            // Any program on the user's machine can name a known client and have the code sent to itself.
            client_is_known: client.is_known && authorization.redirect_uri.starts_with("https://"),
            checked: None,
            read_only: false,
            authorization,
        })
    }

    /// Seals a form, for the page.
    ///
    /// # Errors
    ///
    /// If it is too long.
    pub fn seal_form(&self, form: &ConsentForm) -> Result<String, Unsealable> {
        self.keyring.seal(Kind::Form, form)
    }

    /// Opens a form that a page sent back.
    ///
    /// # Errors
    ///
    /// If it is not ours or has expired.
    pub fn open_form(&self, sealed: &str, now: u32) -> Result<ConsentForm, NotOurs> {
        let form: ConsentForm = self.keyring.open(Kind::Form, sealed)?;
        if now < form.expires_at { Ok(form) } else { Err(NotOurs) }
    }

    /// Seals a consent for the time at `HighLevel`, for a cookie; also returns its `state`.
    ///
    /// # Errors
    ///
    /// If it is too long.
    pub fn seal_transit(&self, form: ConsentForm, now: u32) -> Result<(String, String), Unsealable> {
        let mut authorization = form.authorization;
        if form.read_only {
            authorization.scopes = authorization.scopes.read_only();
        }
        let state: [u8; 16] = rand::random();
        let transit = Transit { expires_at: now.saturating_add(FORM_LIFETIME), state, authorization };
        Ok((self.keyring.seal(Kind::Transit, &transit)?, state_text(&state)))
    }

    /// Opens the consent of a user who comes back from `HighLevel` with `state`.
    ///
    /// # Errors
    ///
    /// If it is not ours, has expired, or belongs to another `state`.
    pub fn open_transit(&self, sealed: &str, state: &str, now: u32) -> Result<Authorization, NotOurs> {
        let transit: Transit = self.keyring.open(Kind::Transit, sealed)?;
        let is_same =
            aws_lc_rs::constant_time::verify_slices_are_equal(state_text(&transit.state).as_bytes(), state.as_bytes());
        if is_same.is_ok() && now < transit.expires_at { Ok(transit.authorization) } else { Err(NotOurs) }
    }

    /// Gives a client its code: returns the id of the consent and the URL that brings the code.
    ///
    /// # Errors
    ///
    /// If the code would be too long.
    pub fn grant(
        &self,
        authorization: &Authorization,
        source: CodeSource,
        now: u32,
    ) -> Result<(GrantId, String), Unsealable> {
        let grant = Grant {
            id: GrantId::random(),
            granted_at: now,
            client: authorization.client,
            scopes: authorization.scopes,
            resource: authorization.resource.clone(),
        };
        let id = grant.id;
        let code = Code {
            grant,
            expires_at: now.saturating_add(CODE_LIFETIME),
            challenge: authorization.challenge,
            redirect_uri: id_hash(&authorization.redirect_uri),
            names_redirect_uri: authorization.names_redirect_uri,
            source,
        };
        let code = self.keyring.seal(Kind::Code, &code)?;
        Ok((id, authorization.allowed(self.public_url().origin(), &code)))
    }

    /// Whether a location may be connected.
    pub fn may_connect(&self, location: &str) -> bool {
        location.parse().is_ok_and(|location| (self.rules.may_connect)(&location))
    }

    /// Whether the operator revoked a consent.
    fn is_revoked(&self, grant: GrantId, granted_at: u32, connection: Option<&Connection>) -> bool {
        let settings = &self.settings;
        let is_before = |limit: jiff::Timestamp| i64::from(granted_at) < limit.as_second();
        let is_listed = || {
            let id = grant.to_string();
            settings.revoked_grants.iter().any(|revoked| id.starts_with(revoked))
        };
        settings.not_before.is_some_and(is_before)
            || (!settings.revoked_grants.is_empty() && is_listed())
            || connection.is_some_and(|connection| !self.may_connect(&connection.location))
    }
}

fn state_text(state: &[u8; 16]) -> String {
    use std::fmt::Write;
    state.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
