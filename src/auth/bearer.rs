//! A request's bearer token: the gateway's own, the API's, or none that is accepted.

use std::sync::Arc;

use super::oauth::{AuthorizationServer, GrantId, InvalidAccess, Resource, unix_now};
use super::{UpstreamCredential, pass_through};
use crate::leadconnector::{InvalidToken, LocationId, Token};
use crate::text::tokens::SEALED_PREFIX;

/// Reads bearer tokens.
#[derive(Clone, Default)]
pub struct Bearers {
    authorization_server: Option<Arc<AuthorizationServer>>,
}

/// What a bearer token stands for.
#[derive(Debug)]
pub struct Authenticated {
    /// The credential that is sent to the API.
    pub credential: UpstreamCredential,
    /// The user's consent, if the token is the gateway's own.
    pub consent: Option<Consent>,
}

/// The limits of an access token of the gateway.
#[derive(Debug)]
pub struct Consent {
    /// The consent's id.
    pub grant: GrantId,
    /// The one location.
    pub location: LocationId,
    /// Whether tools that write may be used.
    pub may_write: bool,
    /// The endpoint that it is for.
    pub resource: Resource,
}

/// Why a bearer token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBearer {
    /// It has not the form of a token.
    #[error(transparent)]
    Form(#[from] InvalidToken),
    /// It is an access token of the gateway that is refused.
    #[error(transparent)]
    Access(#[from] InvalidAccess),
    /// It is a token of the API, and the operator accepts only the gateway's own.
    #[error("this gateway accepts only tokens that it issued (oauth.direct_tokens)")]
    NotDirect,
}

impl Bearers {
    /// Accepts tokens of the authorization server too, and the API's unless the operator refuses them.
    pub fn new(authorization_server: Option<Arc<AuthorizationServer>>) -> Self {
        Self { authorization_server }
    }

    /// The authorization server, if there is one.
    pub fn authorization_server(&self) -> Option<&Arc<AuthorizationServer>> {
        self.authorization_server.as_ref()
    }

    /// Reads a bearer token.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn read(&self, bearer: &str) -> Result<Authenticated, InvalidBearer> {
        let is_sealed =
            bearer.get(..SEALED_PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(SEALED_PREFIX));
        match &self.authorization_server {
            Some(server) if is_sealed => {
                let access = server.open_access(bearer, unix_now())?;
                let unusable = |_| InvalidBearer::Access(InvalidAccess::NotOurs);
                let token = Token::new(&access.connection.token)?;
                let location = access.connection.location.parse().map_err(unusable)?;
                let consent = Consent {
                    grant: access.grant,
                    location,
                    may_write: access.scopes.write,
                    resource: access.resource,
                };
                Ok(Authenticated { credential: token.into(), consent: Some(consent) })
            }
            Some(server) if !server.settings().direct_tokens => Err(InvalidBearer::NotDirect),
            _ => Ok(Authenticated { credential: pass_through(bearer)?, consent: None }),
        }
    }
}
