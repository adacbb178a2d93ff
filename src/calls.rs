//! One tool call, whatever protocol it comes by: select, prepare, send, shape.

mod arguments_size;
mod caller;
mod custom_fields;
mod service;

pub use caller::{Caller, DefaultCaller};
pub use service::{CallPanicked, Gateway};
