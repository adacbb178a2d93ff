//! The authorization server, over HTTP: from a request without a token to a call with one of the gateway's own.

mod assertions;
mod authorize_errors;
mod bearers;
mod binding;
mod canaries;
mod clients;
mod connected;
mod consent;
mod flow;
mod kinds;
mod marketplace;
mod metadata;
mod own_page;
mod redirect_uris;
mod registration;
mod replicas;
mod steps;
mod token_errors;
mod token_requests;
mod upstream;
mod widening;
