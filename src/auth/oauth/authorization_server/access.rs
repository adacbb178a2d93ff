//! Opens access tokens.

use super::AuthorizationServer;
use crate::auth::oauth::grant::{Access, GrantId};
use crate::auth::oauth::seal::{Kind, NotOurs};

/// Why an access token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAccess {
    /// It has expired: the client refreshes it.
    #[error("the access token has expired")]
    Expired(GrantId),
    /// The operator revoked the consent. The client is told the same as for any other.
    #[error("the access token is not valid")]
    Revoked(GrantId),
    /// It is none of this gateway, or of another kind.
    #[error("the access token is not valid")]
    NotOurs,
}

impl From<NotOurs> for InvalidAccess {
    fn from(_: NotOurs) -> Self {
        Self::NotOurs
    }
}

impl AuthorizationServer {
    /// Opens an access token.
    ///
    /// # Errors
    ///
    /// If it is not an access token of this gateway, has expired or was revoked.
    pub fn open_access(&self, token: &str, now: u32) -> Result<Access, InvalidAccess> {
        let access: Access = self.keyring.open(Kind::Access, token)?;
        if self.is_revoked(access.grant, access.granted_at, Some(&access.connection)) {
            return Err(InvalidAccess::Revoked(access.grant));
        }
        if now < access.expires_at { Ok(access) } else { Err(InvalidAccess::Expired(access.grant)) }
    }
}
