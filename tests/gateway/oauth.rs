//! The authorization server, over HTTP: from a request without a token to a call with one of the gateway's own.

mod flow;
mod steps;
