//! The HTTP side: routes, middleware, callers, the MCP endpoint, plain calls, health checks.

mod caller;
mod client_ip;
mod endpoint;
mod health;
mod middleware;
mod no_oauth;
pub mod oauth;
mod page;
mod plain_call;
mod router;
mod selection;
mod switches;
mod too_many_connections;

pub use caller::Callers;
pub use router::router;
pub use too_many_connections::too_many_connections;
