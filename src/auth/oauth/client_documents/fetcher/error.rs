//! What can go wrong with a fetch.

use std::error::Error;

use super::super::DocumentError;
use super::MAX_SIZE;
use super::hosts::InvalidHost;
use super::resolver::AddressError;

/// Why there is no fetcher.
#[derive(Debug, thiserror::Error)]
pub enum FetcherError {
    /// An entry of the operator's list of hosts is invalid.
    #[error(transparent)]
    Host(#[from] InvalidHost),
    /// The TLS configuration or the system's certificates are invalid.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
    /// The HTTP client could not be built.
    #[error(transparent)]
    Client(#[from] reqwest::Error),
}

/// Why a document was not fetched. The messages can stand in an HTML page: of the URL they contain at most the host, and of the
/// response the status. Failures of the network have one message, so that the page does not tell who asks what names and
/// addresses this machine can reach; the variants differ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The operator has not listed the host; nothing was looked up or sent.
    #[error(
        "client documents of {host} are not fetched; the operator of this server can allow the host with \
         oauth.client_metadata_hosts"
    )]
    HostNotListed {
        /// The URL's host, a domain name.
        host: String,
    },
    /// Too many documents are being fetched; nothing was looked up or sent.
    #[error("too many client documents are being fetched; try again in a few seconds")]
    Busy,
    /// The document was not there in time.
    #[error("the client's document could not be fetched")]
    Timeout,
    /// The host has an address that is not public; nothing was sent.
    #[error("the client's document could not be fetched")]
    AddressNotPublic,
    /// The look-up, the connection or TLS failed, or the response broke off.
    #[error("the client's document could not be fetched")]
    Unreachable,
    /// Another status than 200, redirects included.
    #[error("the client's document was answered with status {0} instead of 200; redirects are not followed")]
    Status(u16),
    /// Another content type than JSON.
    #[error("the client's document is not served as application/json")]
    NotJson,
    /// The document is compressed, although that was not asked for.
    #[error("the client's document is served compressed")]
    Compressed,
    /// The document is too large.
    #[error("the client's document is larger than {MAX_SIZE} bytes")]
    TooLarge,
    /// The document describes no client that can be served.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

impl FetchError {
    /// Maps an error of the HTTP client. Its details are logged, without the URL.
    pub(super) fn of_request(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut cause: &(dyn Error + 'static) = &error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        tracing::debug!(detail = %cause, "a client's document could not be fetched");
        match cause.downcast_ref() {
            Some(AddressError::NotPublic) => Self::AddressNotPublic,
            Some(AddressError::None) | None => Self::Unreachable,
        }
    }
}
