//! Clients that are identified by the URL of a document about them: OAuth client id metadata documents (CIMD,
//! draft-ietf-oauth-client-id-metadata-document).
//!
//! The documents of the usual clients are built in ([`known`]): fetching them fails for reasons that are not ours (bot
//! protection, HTML instead of JSON). Others are fetched ([`Fetcher`]), only from hosts that the operator listed.

mod client_id_url;
mod document;
mod fetcher;
pub mod known;
mod redirects;

pub use client_id_url::{ClientIdUrl, ClientIdUrlError};
pub use document::{ClientDocument, DocumentError};
pub use fetcher::{FetchError, Fetcher, FetcherError};
pub use redirects::is_loopback;
