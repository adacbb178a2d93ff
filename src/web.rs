//! The HTTP side: routes, middleware, callers, the MCP endpoint, plain calls, health checks.

mod access;
mod body;
mod caller;
mod challenge;
mod client_ip;
mod endpoint;
mod health;
mod incoming_bodies;
mod middleware;
mod no_oauth;
mod oauth;
mod page;
mod plain_call;
mod router;
mod selection;
mod switches;
mod too_many_connections;

pub use access::Access;
pub use caller::Callers;
pub use oauth::OAuth;
pub use router::router;
pub use selection::is_endpoint;
pub use too_many_connections::too_many_connections;
