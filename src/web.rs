//! The HTTP side: routes, middleware, who calls, the endpoint, the plain call, health.

mod caller;
mod endpoint;
mod health;
mod middleware;
mod plain_call;
mod router;
mod rpc_error;
mod selection;

pub use caller::take_caller;
pub use router::router;
pub use rpc_error::too_many_connections;
