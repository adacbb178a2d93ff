//! The HTTP server: MCP over Streamable HTTP in front of the tools.

mod call;
mod call_log;
mod caller;
mod custom_fields;
mod endpoint;
mod envelope;
mod header_count;
mod health;
mod host;
mod json_scan;
mod mcp;
mod off_worker;
mod origin;
mod overload;
mod places;
mod plain_call;
mod progress;
mod request_id;
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
pub use server::{Drained, Shutdown, bind, serve};
pub use stdio::serve as serve_stdio;
