//! The settings of the authorization server.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use super::{OperatorKey, PublicUrl};

/// How users connect by OAuth. The server is the gateway itself: its issuer is [`PublicUrl`].
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct OAuthSettings {
    /// The issuer, and the origin of every URL in the metadata.
    pub public_url: PublicUrl,
    /// The keys that seal tokens, at least one: the first seals, all of them open.
    pub keys: Vec<OperatorKey>,
    /// Redirect URIs that clients may register, besides those of the known clients and of this machine.
    pub allowed_redirects: Vec<String>,
    /// Whether the clients that are built in may connect.
    pub known_clients: bool,
    /// Whether a client may be a program on the user's own machine.
    pub loopback: bool,
    /// The operator's own clients.
    pub clients: Vec<RegisteredClient>,
    /// Whether clients may register themselves (RFC 7591).
    pub registration: bool,
    /// Whether a client id may be the URL of a metadata document.
    pub client_metadata: bool,
    /// The hosts from which such documents may be fetched; `*` stands for all. The documents of known clients are built in.
    pub client_metadata_hosts: Vec<String>,
    /// How long an access token is valid.
    pub access_lifetime: Duration,
    /// How long a refresh token is valid without being used.
    pub refresh_idle: Duration,
    /// How long a consent is valid, however often it is refreshed.
    pub grant_lifetime: Duration,
    /// Consents given before this time are revoked.
    pub not_before: Option<Timestamp>,
    /// The ids of revoked consents, or their beginnings: hexadecimal digits in lower case, at least 8.
    pub revoked_grants: Vec<String>,
    /// Whether a Private Integration Token is also accepted as bearer.
    pub direct_tokens: bool,
    /// Whether users may paste a Private Integration Token into the page.
    pub token_form: bool,
    /// The locations that may be connected; empty allows all.
    pub locations: Vec<String>,
    /// The operator's app at HighLevel's marketplace, if users may connect by it.
    pub marketplace: Option<MarketplaceSettings>,
}

/// A client that the operator registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredClient {
    /// Its id, which is its name too.
    pub id: String,
    /// Its redirect URIs, at least one.
    pub redirect_uris: Vec<String>,
}

/// The operator's app at HighLevel's marketplace.
#[derive(Debug, Clone)]
pub struct MarketplaceSettings {
    /// Its client id.
    pub client_id: String,
    /// Its client secret.
    pub client_secret: SecretString,
    /// Where users choose a location.
    pub authorize_url: Url,
    /// The scopes that are asked for; empty asks for those of the tools.
    pub scopes: Vec<String>,
}
