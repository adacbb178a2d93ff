//! Who may call the endpoint.

use std::sync::Arc;

use super::oauth::OAuth;
use crate::auth::Bearers;
use crate::calls::DefaultCaller;

/// Who may call the endpoint: by default, whoever has a token of the API.
#[derive(Default, Clone)]
pub struct Access {
    /// The caller of a request without a token; only the sandbox has one, and only without OAuth.
    pub default_caller: Option<DefaultCaller>,
    /// The authorization server, with its routes.
    pub oauth: Option<Arc<OAuth>>,
}

impl Access {
    /// Reads bearer tokens.
    pub fn bearers(&self) -> Bearers {
        Bearers::new(self.oauth.as_ref().map(|oauth| oauth.server().clone()))
    }
}
