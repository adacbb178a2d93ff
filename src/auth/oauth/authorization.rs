//! The authorization request (RFC 6749 section 4.1.1, with PKCE of RFC 7636 and the resource of RFC 8707).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::client::{Client, Clients, UnknownClient, id_hash};
use super::error::OAuthError;
use super::parameters::{InvalidParameter, Parameters};
use super::redirect_uri::with_parameters;
use super::resource::Resource;
use super::scope::Scopes;
use super::seal::Keyring;
use crate::config::PublicUrl;

/// The longest `state`, in bytes: it comes back in a URL.
const MAX_STATE: usize = 2048;

/// A checked authorization request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// By which the code is bound to the client.
    pub client: [u8; 16],
    /// Where the code is sent.
    pub redirect_uri: String,
    /// Whether the request named the redirect URI: the token request must then repeat it.
    pub names_redirect_uri: bool,
    /// What the client wants back.
    pub state: Option<String>,
    /// The SHA-256 of the verifier.
    pub challenge: [u8; 32],
    /// What the token is for.
    pub resource: Resource,
    /// What it may do, unless the user allows less.
    pub scopes: Scopes,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The client is not known, so the user is not sent anywhere: a page says so.
    UnknownClient(String),
    /// The redirect URI is wrong: the same.
    Page(String),
    /// The error is sent to the client: the URL with it.
    Redirect(String),
}

/// What a request is checked against.
#[derive(Clone, Copy)]
pub struct Checks<'a> {
    /// The clients that may connect.
    pub clients: &'a Clients,
    /// Opens client ids.
    pub keyring: &'a Keyring,
    /// The issuer.
    pub public_url: &'a PublicUrl,
    /// Whether a path is one of the endpoint's.
    pub is_endpoint: &'a (dyn Fn(&str) -> bool + Send + Sync),
}

impl Authorization {
    /// Reads the query of a request.
    ///
    /// # Errors
    ///
    /// A page as long as the client and the redirect URI are not known to belong together, an error for the client after that.
    pub async fn read(query: &str, checks: Checks<'_>) -> Result<(Self, Client), Refusal> {
        let parameters = Parameters::parse(query.as_bytes());
        let page = |text: &str| Refusal::Page(text.to_owned());
        let malformed = |_: InvalidParameter| page("the link that brought you here is malformed");
        let client_id = parameters.get("client_id").map_err(malformed)?;
        let client_id = client_id.ok_or_else(|| page("the link that brought you here lacks the app's client_id"))?;
        let found = checks.clients.find(client_id, checks.keyring).await;
        let client = found.map_err(|error| match error {
            UnknownClient::NoSuchClient => Refusal::UnknownClient(error.to_string()),
            error => Refusal::Page(error.to_string()),
        })?;
        let requested = parameters.get("redirect_uri").map_err(malformed)?;
        let redirect_uri = client.redirect_uri(requested).ok_or_else(|| {
            page("the app wants your answer sent to an address that is not registered for it (redirect_uri)")
        })?;
        // Repeated below for the client; one that is too long could not be sent back.
        if parameters.get("state").ok().flatten().is_some_and(|state| state.len() > MAX_STATE) {
            return Err(page("the link that brought you here is too long (state)"));
        }
        let state = parameters.get("state").ok().flatten().map(str::to_owned);
        Self::read_rest(&parameters, &client, requested.is_some(), &redirect_uri, state.as_deref(), checks)
            .map(|authorization| (authorization, client))
            .map_err(|error| {
                let issuer = checks.public_url.origin();
                Refusal::Redirect(error_redirect(&redirect_uri, state.as_deref(), issuer, &error))
            })
    }

    fn read_rest(
        parameters: &Parameters<'_>,
        client: &Client,
        names_redirect_uri: bool,
        redirect_uri: &str,
        state: Option<&str>,
        checks: Checks<'_>,
    ) -> Result<Self, OAuthError> {
        let malformed = |error: InvalidParameter| OAuthError::invalid_request(error.to_string());
        parameters.get("state").map_err(malformed)?;
        match parameters.get("response_type").map_err(malformed)? {
            Some("code") => {}
            Some(_) => return Err(OAuthError::new("unsupported_response_type", "the response_type must be code")),
            None => return Err(OAuthError::invalid_request("the response_type is missing: it must be code")),
        }
        if parameters.get("response_mode").map_err(malformed)?.is_some_and(|mode| mode != "query") {
            return Err(OAuthError::invalid_request("the response_mode must be query"));
        }
        // `plain`, which is the default of RFC 7636, protects nothing.
        if parameters.get("code_challenge_method").map_err(malformed)? != Some("S256") {
            return Err(OAuthError::invalid_request("PKCE is required: the code_challenge_method must be S256"));
        }
        let challenge = parameters.get("code_challenge").map_err(malformed)?;
        let challenge =
            challenge.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()).ok_or_else(|| {
                OAuthError::invalid_request("the code_challenge must be a SHA-256 in base64url: 43 characters")
            })?;
        let resource = match parameters.get("resource") {
            Ok(None) => Resource::default(),
            Ok(Some(text)) => {
                let resource = Resource::parse(text, checks.public_url).ok();
                resource
                    .filter(|resource| (checks.is_endpoint)(resource.path()))
                    .ok_or_else(OAuthError::invalid_target)?
            }
            Err(_) => return Err(OAuthError::invalid_target()),
        };
        let scope = parameters.get("scope").map_err(malformed)?;
        let scopes = Scopes::requested(scope);
        let scopes = if resource.is_read_only() { scopes.read_only() } else { scopes };
        Ok(Self {
            client: id_hash(&client.id),
            redirect_uri: redirect_uri.to_owned(),
            names_redirect_uri,
            state: state.map(str::to_owned),
            challenge,
            resource,
            scopes,
        })
    }

    /// The URL that tells the client that the user, or the gateway, refused.
    pub fn refused(&self, issuer: &str, error: &OAuthError) -> String {
        error_redirect(&self.redirect_uri, self.state.as_deref(), issuer, error)
    }

    /// The URL that brings the client its code.
    pub fn allowed(&self, issuer: &str, code: &str) -> String {
        let mut parameters = vec![("code", code), ("iss", issuer)];
        parameters.extend(self.state.as_deref().map(|state| ("state", state)));
        with_parameters(&self.redirect_uri, &parameters)
    }
}

/// RFC 6749 section 4.1.2.1, with the issuer of RFC 9207.
fn error_redirect(redirect_uri: &str, state: Option<&str>, issuer: &str, error: &OAuthError) -> String {
    let mut parameters =
        vec![("error", error.code), ("error_description", error.description.as_ref()), ("iss", issuer)];
    parameters.extend(state.map(|state| ("state", state)));
    with_parameters(redirect_uri, &parameters)
}
