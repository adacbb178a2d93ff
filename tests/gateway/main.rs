//! What the gateway does, seen from outside: over HTTP, with a mocked API or the sandbox behind it.
//!
//! One test binary, so that it is linked once. `support` starts gateways and talks to them; each other module is a
//! subject.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

mod access_log;
mod arguments;
mod arguments_property;
mod browser_page;
mod cancellation;
mod command_line;
mod custom_fields;
mod early_errors;
mod envelope;
mod errors_answers;
mod errors_transport;
mod faults;
mod graceful_shutdown;
mod hostile;
mod internal_errors;
mod isolation;
mod limits;
mod misspelt_switches;
mod oauth;
mod oauth_paths;
mod operations;
mod origins;
mod panics;
mod placeholders;
mod plain_call;
mod protocol;
mod rate_limiter;
mod response_form;
mod results;
mod rmcp_client;
mod sandbox_misbehaviour;
mod sandbox_workflow;
mod secrets;
mod selection;
mod snapshots_of_clients;
mod tools_calendars;
mod tools_contacts;
mod tools_conversations;
mod tools_locations;
mod tools_opportunities;
mod tools_payments;
mod unknown_tools;
mod upstream_connections;
