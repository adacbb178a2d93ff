//! A self-hosted MCP gateway to the LeadConnector (HighLevel) CRM API.
//!
//! One call walks through the modules in one direction:
//!
//! - [`gateway`]: the HTTP server. Routes and middleware, who calls, the MCP server, the plain call.
//! - [`tools`]: what a model sees. Names, descriptions, schemas; arguments to a request; answers to results.
//! - [`leadconnector`]: the REST API. Its operations, and the client that sends them.
//!
//! Beside them:
//!
//! - [`cli`]: the command line.
//! - [`config`]: settings, collected and checked before anything starts.
//! - [`sandbox`]: an in-memory LeadConnector API, to try the gateway on and to test against. Only `cli` and tests use it.

pub mod calls;
pub mod cli;
pub mod config;
pub mod leadconnector;
pub mod mcp;
pub mod sandbox;
pub mod server;
pub mod telemetry;
pub mod text;
pub mod tools;
pub mod web;
