//! MCP, over Streamable HTTP and stdio. Only this room uses rmcp's types.

mod accept;
pub mod convert;
mod envelope;
mod event_stream;
mod handler;
mod http;
mod instructions;
mod json_scan;
mod progress;
mod rpc_error;
mod stdio;
mod tool_list;

pub use self::http::{Http, is_json};
pub use accept::accepts_html;
pub use envelope::Envelope;
pub use handler::request_id;
pub use rpc_error::{INTERNAL_ERROR, INVALID_REQUEST, RpcError};
pub use stdio::serve as serve_stdio;
