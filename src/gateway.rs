//! The HTTP server: MCP over Streamable HTTP in front of the tools.

mod call;
mod call_log;
mod caller;
mod custom_fields;
mod endpoint;
mod envelope;
mod health;
mod host;
mod mcp;
mod origin;
mod plain_call;
mod progress;
mod router;
mod rpc_error;
mod selection;
mod server;
mod stdio;

pub use call::Gateway;
pub use caller::{Caller, DefaultCaller};
pub use host::{AllowedHost, AllowedHosts};
pub use origin::AllowedOrigin;
pub use router::router;
pub use server::{bind, serve};
pub use stdio::serve as serve_stdio;
