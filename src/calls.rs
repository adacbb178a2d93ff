//! One tool call, independent of the protocol: select the tool, prepare the request, send it, shape the result. Everything
//! that happens to a call is reported as one stream of events.

mod arguments_scan;
mod caller;
mod custom_fields;
mod error;
mod events;
mod off_worker;
pub mod probe;
mod service;

pub use arguments_scan::ArgumentsScan;
pub use caller::{Caller, DefaultCaller};
pub use error::{InternalError, StartError};
pub use events::{CallEnd, CallEvent, CallInfo, CallObserver};
pub use off_worker::off_worker;
pub use service::{CallRequest, CallService};
