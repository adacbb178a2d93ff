//! The authorization server: OAuth for clients that have no API token to send.

pub mod client_documents;
