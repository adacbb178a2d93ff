//! Clients: who they are, and where their codes may be sent.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::client_documents::{ClientDocument, ClientIdUrl, ClientIdUrlError, FetchError, Fetcher, known};
use super::redirect_uri;
use super::seal::{Keyring, Kind};
use crate::config::OAuthSettings;
use crate::text::invisible::is_invisible;
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
    /// Whether it may be a program on the user's machine, which listens on any port.
    any_port: bool,
}

/// A client's registration, sealed in its id.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// It is a URL that can be no document's.
    #[error("{0}")]
    Url(#[from] ClientIdUrlError),
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

/// A name that others chose, fit to be shown: on one line, without invisible characters, cut. `None` if it has no letter or digit,
/// so that it could look empty.
pub fn shown_name(name: &str) -> Option<String> {
    let is_shown = |char: &char| !char.is_control() && !is_invisible(*char);
    let name: String = name.chars().filter(is_shown).take(MAX_NAME).collect();
    let name = name.trim();
    name.contains(|char: char| char.is_alphanumeric() && !is_blank_letter(char)).then(|| name.to_owned())
}

/// Letters that look like nothing: the fillers of Hangul.
fn is_blank_letter(char: char) -> bool {
    matches!(char, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
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
        if !id.starts_with("http") || !self.settings.client_metadata {
            return Err(UnknownClient::NoSuchClient);
        }
        let url = ClientIdUrl::parse(id)?;
        let document = self.fetcher.get(&url).await?;
        let redirect_uris: Vec<String> =
            document.redirect_uris.iter().filter(|uri| self.may_redirect(uri, Some(url.host()))).cloned().collect();
        let name = document.name.as_deref().and_then(shown_name).unwrap_or_else(|| url.host().to_owned());
        Ok(Client { id: id.to_owned(), name, is_known: false, redirect_uris, any_port: self.settings.loopback })
    }

    /// Whether an id can be a client's. Of a document that is not built in only the host is checked: the token endpoint fetches
    /// nothing, because codes and refresh tokens are bound to the id.
    pub fn is_plausible(&self, id: &str, keyring: &Keyring) -> bool {
        let may_be_fetched = || ClientIdUrl::parse(id).is_ok_and(|url| self.fetcher.lists(url.host()));
        self.find_offline(id, keyring).is_some() || (self.settings.client_metadata && may_be_fetched())
    }

    /// Whether a client may register this redirect URI.
    pub fn may_register(&self, uri: &str) -> bool {
        self.may_redirect(uri, None)
    }

    fn find_offline(&self, id: &str, keyring: &Keyring) -> Option<Client> {
        if id.len() > MAX_ID_BYTES {
            return None;
        }
        let any_port = self.settings.loopback;
        if id.starts_with(SEALED_PREFIX) {
            let registration: Registration = keyring.open(Kind::Client, id).ok()?;
            let name = registration.name.unwrap_or_else(|| "an app without a name".to_owned());
            // The operator may have allowed less since.
            let redirect_uris = registration.redirect_uris.into_iter().filter(|uri| self.may_register(uri)).collect();
            return Some(Client { id: id.to_owned(), name, is_known: false, redirect_uris, any_port });
        }
        if let Some(client) = self.settings.clients.iter().find(|client| client.id == id) {
            let redirect_uris = client.redirect_uris.clone();
            return Some(Client { id: id.to_owned(), name: id.to_owned(), is_known: true, redirect_uris, any_port });
        }
        let is_on = self.settings.known_clients && self.settings.client_metadata;
        let ClientDocument { name, redirect_uris, .. } = known::document(id).filter(|_| is_on)?;
        let is_allowed = |uri: &String| self.settings.loopback || !redirect_uri::is_loopback(uri);
        let redirect_uris = redirect_uris.into_iter().filter(is_allowed).collect();
        Some(Client { id: id.to_owned(), name: name.unwrap_or_default(), is_known: true, redirect_uris, any_port })
    }

    /// Whether codes may be sent to this URI. A document may also name one of its own host.
    fn may_redirect(&self, uri: &str, document_host: Option<&str>) -> bool {
        let is_of_document = || {
            let host = document_host.and_then(|host| uri.strip_prefix("https://")?.strip_prefix(host));
            host.is_some_and(|rest| rest.starts_with('/'))
        };
        redirect_uri::check(uri).is_ok()
            && (self.settings.allowed_redirects.iter().any(|allowed| allowed == uri)
                || (self.settings.known_clients && known::is_registration_redirect(uri))
                || (self.settings.loopback && redirect_uri::is_loopback(uri))
                || is_of_document())
    }
}

impl Client {
    /// The redirect URI of a request: the given one if the client has it; without one, the client's only.
    pub fn redirect_uri(&self, requested: Option<&str>) -> Option<String> {
        match (requested, &self.redirect_uris[..]) {
            (Some(uri), registered) => {
                let is_registered = |registered: &String| {
                    registered == uri || (self.any_port && redirect_uri::matches(registered, uri))
                };
                let is_registered = registered.iter().any(is_registered);
                (is_registered && redirect_uri::check(uri).is_ok()).then(|| uri.to_owned())
            }
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
        }
    }
}
