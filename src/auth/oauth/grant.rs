//! What a user's consent is, and the sealed values that carry it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::authorization::Authorization;
use super::resource::Resource;
use super::scope::Scopes;

/// The id of a consent: random, and in the log by its first digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GrantId([u8; 16]);

impl GrantId {
    /// A new id.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// The digits that the log shows, by which the operator can revoke the consent.
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }
}

impl fmt::Display for GrantId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// A user's consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// When it was given, in Unix seconds.
    pub granted_at: u32,
    /// The client, by the hash of its id.
    pub client: [u8; 16],
    /// What it allows.
    pub scopes: Scopes,
    /// What it is for.
    pub resource: Resource,
}

/// A token of the API and the location that it is used for. Its `Debug` output hides the token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The token.
    pub token: String,
    /// The location's id.
    pub location: String,
}

/// What the consent page's form carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentForm {
    /// By which tries are counted.
    pub id: GrantId,
    /// The time at which it is no longer accepted, in Unix seconds.
    pub expires_at: u32,
    /// What is consented to.
    pub authorization: Authorization,
    /// The client's name.
    pub client_name: String,
    /// Whether the name is known to be its own.
    pub client_is_known: bool,
    /// What the user entered, once it was checked: only the consent to its limits is missing.
    pub checked: Option<Connection>,
    /// Whether the user allowed reading only.
    pub read_only: bool,
}

/// A consent while the user chooses a location at `HighLevel`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transit {
    /// The time at which it is no longer accepted, in Unix seconds.
    pub expires_at: u32,
    /// What `HighLevel` must send back.
    pub state: [u8; 16],
    /// What is consented to.
    pub authorization: Authorization,
}

/// An authorization code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The consent.
    pub grant: Grant,
    /// The time at which it is no longer accepted, in Unix seconds.
    pub expires_at: u32,
    /// The SHA-256 of the verifier.
    pub challenge: [u8; 32],
    /// The redirect URI, as a hash.
    pub redirect_uri: [u8; 16],
    /// Whether the token request must repeat the redirect URI.
    pub names_redirect_uri: bool,
    /// What it is exchanged for.
    pub source: CodeSource,
}

/// What a code stands for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeSource {
    /// A Private Integration Token.
    Token(Connection),
    /// A code of `HighLevel`'s marketplace, which is exchanged when ours is.
    Marketplace(String),
}

/// An access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The consent.
    pub grant: GrantId,
    /// When it was given, in Unix seconds.
    pub granted_at: u32,
    /// The time at which the token is no longer accepted, in Unix seconds.
    pub expires_at: u32,
    /// What it allows.
    pub scopes: Scopes,
    /// What it is for.
    pub resource: Resource,
    /// What the API gets.
    pub connection: Connection,
}

/// A refresh token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    /// The consent.
    pub grant: Grant,
    /// The time at which the token is no longer accepted, in Unix seconds.
    pub expires_at: u32,
    /// Where the next access token comes from.
    pub source: RefreshSource,
}

/// Where the next access token comes from.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefreshSource {
    /// The same Private Integration Token.
    Token(Connection),
    /// A refresh token of `HighLevel`'s marketplace.
    Marketplace {
        /// The refresh token, good for one use.
        refresh_token: String,
        /// The location's id.
        location: String,
        /// The id of the agency, if the app was installed for it and its token must be exchanged for the location's.
        company: Option<String>,
    },
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connection").field("location", &self.location).finish_non_exhaustive()
    }
}

impl fmt::Debug for CodeSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if matches!(self, Self::Token(_)) { "Token(…)" } else { "Marketplace(…)" })
    }
}

impl fmt::Debug for RefreshSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if matches!(self, Self::Token(_)) { "Token(…)" } else { "Marketplace(…)" })
    }
}
