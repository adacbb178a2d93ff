//! Clients: who they are, and where their codes may be sent.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::client_documents::{ClientDocument, ClientIdUrl, FetchError, Fetcher, known};
use super::redirect_uri;
use super::seal::{Keyring, Kind};
use crate::config::OAuthSettings;
use crate::text::tokens::SEALED_PREFIX;

/// The longest client id, in bytes.
const MAX_ID_BYTES: usize = Kind::Client.max_bytes();

/// The longest name that is shown, in characters.
const MAX_NAME: usize = 64;

/// A client that may connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Its name, fit to be shown.
    pub name: String,
    /// Whether the name is known to be its own: it is built in, or the operator's.
    pub is_known: bool,
    /// Where its codes may be sent.
    redirect_uris: Vec<String>,
}

/// A client's registration, sealed in its id.
#[derive(Debug, Serialize, Deserialize)]
pub struct Registration {
    /// What it calls itself, fit to be shown.
    pub name: Option<String>,
    /// Where its codes may be sent.
    pub redirect_uris: Vec<String>,
}

/// Why a client may not connect. Displayed, it can stand in a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownClient {
    /// No client has this id.
    #[error("this gateway does not know the app that sent you here")]
    NoSuchClient,
    /// Its document cannot be used, or not be fetched.
    #[error("{0}")]
    Document(#[from] FetchError),
}

/// A client's id as a hash, by which a code and a refresh token are bound to it. 16 bytes: nobody gains by two ids that collide,
/// because whoever could make them owns both.
pub fn id_hash(client_id: &str) -> [u8; 16] {
    let mut hash = [0; 16];
    hash.copy_from_slice(&digest(&SHA256, client_id.as_bytes()).as_ref()[..16]);
    hash
}

/// Text of others, fit to be shown: without control characters and marks that change the direction, on one line, cut.
pub fn shown_name(name: &str) -> Option<String> {
    let is_shown = |char: &char| {
        !char.is_control()
            && !matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{061c}')
    };
    let name: String = name.chars().filter(is_shown).take(MAX_NAME).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// All clients that may connect.
#[derive(Debug)]
pub struct Clients {
    settings: Arc<OAuthSettings>,
    fetcher: Fetcher,
}

impl Clients {
    /// The clients that the settings allow. `fetcher` fetches the documents of others.
    pub fn new(settings: Arc<OAuthSettings>, fetcher: Fetcher) -> Self {
        Self { settings, fetcher }
    }

    /// The client with this id.
    ///
    /// # Errors
    ///
    /// If there is none, or its document cannot be fetched.
    pub async fn find(&self, id: &str, keyring: &Keyring) -> Result<Client, UnknownClient> {
        if let Some(client) = self.find_offline(id, keyring) {
            return Ok(client);
        }
        let url = self.document_url(id).ok_or(UnknownClient::NoSuchClient)?;
        let document = self.fetcher.get(&url).await?;
        let redirect_uris: Vec<String> =
            document.redirect_uris.iter().filter(|uri| self.may_redirect(uri, Some(url.host()))).cloned().collect();
        let name = document.name.as_deref().and_then(shown_name).unwrap_or_else(|| url.host().to_owned());
        Ok(Client { id: id.to_owned(), name, is_known: false, redirect_uris })
    }

    /// Whether an id can be a client's. Of a document that is not built in only the host is checked: the token endpoint fetches
    /// nothing, because codes and refresh tokens are bound to the id.
    pub fn is_plausible(&self, id: &str, keyring: &Keyring) -> bool {
        let may_be_fetched = |url: ClientIdUrl| self.fetcher.lists(url.host());
        self.find_offline(id, keyring).is_some() || self.document_url(id).is_some_and(may_be_fetched)
    }

    /// Whether a client may register this redirect URI.
    pub fn may_register(&self, uri: &str) -> bool {
        self.may_redirect(uri, None)
    }

    fn find_offline(&self, id: &str, keyring: &Keyring) -> Option<Client> {
        if id.len() > MAX_ID_BYTES {
            return None;
        }
        if id.starts_with(SEALED_PREFIX) {
            let registration: Registration = keyring.open(Kind::Client, id).ok()?;
            let name = registration.name.unwrap_or_else(|| "an app without a name".to_owned());
            // The operator may have allowed less since.
            let redirect_uris = registration.redirect_uris.into_iter().filter(|uri| self.may_register(uri)).collect();
            return Some(Client { id: id.to_owned(), name, is_known: false, redirect_uris });
        }
        if let Some(client) = self.settings.clients.iter().find(|client| client.id == id) {
            let redirect_uris = client.redirect_uris.clone();
            return Some(Client { id: id.to_owned(), name: id.to_owned(), is_known: true, redirect_uris });
        }
        let is_on = self.settings.known_clients && self.settings.client_metadata;
        let ClientDocument { name, redirect_uris, .. } = known::document(id).filter(|_| is_on)?;
        let is_allowed = |uri: &String| self.settings.loopback || !redirect_uri::is_loopback(uri);
        let redirect_uris = redirect_uris.into_iter().filter(is_allowed).collect();
        Some(Client { id: id.to_owned(), name: name.unwrap_or_default(), is_known: true, redirect_uris })
    }

    fn document_url(&self, id: &str) -> Option<ClientIdUrl> {
        ClientIdUrl::parse(id).ok().filter(|_| self.settings.client_metadata)
    }

    /// Whether codes may be sent to this URI. A document may also name one of its own host.
    fn may_redirect(&self, uri: &str, document_host: Option<&str>) -> bool {
        let is_of_document = || {
            let host = document_host.and_then(|host| uri.strip_prefix("https://")?.strip_prefix(host));
            host.is_some_and(|rest| rest.starts_with('/'))
        };
        redirect_uri::is_well_formed(uri)
            && (self.settings.allowed_redirects.iter().any(|allowed| redirect_uri::matches(allowed, uri))
                || (self.settings.known_clients
                    && known::is_registration_redirect(uri)
                    && !redirect_uri::is_loopback(uri))
                || (self.settings.loopback && redirect_uri::is_loopback(uri))
                || is_of_document())
    }
}

impl Client {
    /// The redirect URI of a request: the given one if the client has it; without one, the client's only.
    pub fn redirect_uri(&self, requested: Option<&str>) -> Option<String> {
        match (requested, &self.redirect_uris[..]) {
            (Some(uri), registered) => {
                let is_registered = registered.iter().any(|registered| redirect_uri::matches(registered, uri));
                (is_registered && redirect_uri::is_well_formed(uri)).then(|| uri.to_owned())
            }
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
        }
    }
}
