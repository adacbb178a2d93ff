//! A self-hosted MCP gateway to the LeadConnector (HighLevel) CRM API.
//!
//! One call walks through the rooms in one direction:
//!
//! - [`server`]: listener, connections, concurrency limits, shutdown. It knows neither MCP nor JSON-RPC.
//! - [`web`]: the HTTP side. Routes and middleware, the caller of a request, the endpoint, the plain call.
//! - [`auth`]: a bearer becomes the credential that the API gets; the rules of the authorization server (OAuth).
//! - [`mcp`]: MCP over HTTP and stdio; the only room with rmcp's types.
//! - [`calls`]: one tool call, whatever protocol it comes by.
//! - [`tools`]: what a model sees. Names, descriptions, schemas; arguments to a request; responses to results.
//! - [`catalogue`]: every published operation of the API as data: found by words, read from arguments, made a request.
//! - [`leadconnector`]: the REST API. Its operations, and the client that sends them.
//!
//! Beside them:
//!
//! - [`cli`]: the command line, which puts the rooms together.
//! - [`config`]: settings as plain data, layered and validated.
//! - [`telemetry`]: what is recorded of calls. It subscribes to the events of `calls`.
//! - [`text`]: text for messages.
//! - [`sandbox`]: an in-memory LeadConnector API, to try the gateway on and to test against. Only `cli` and tests use it.
//!
//! The arrows: `cli ─▶ {web, mcp, telemetry} ─▶ calls ─▶ {tools, auth} ─▶ catalogue ─▶ leadconnector`; `server`, `config` and `text` lie at
//! the ground. `tests/architecture.rs` holds them, and docs/architecture.md says where to add what.

pub mod auth;
pub mod calls;
pub mod catalogue;
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
