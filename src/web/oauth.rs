//! The authorization server.

pub mod page;
