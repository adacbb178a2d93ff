//! What is recorded of calls.

mod call_log;

pub use call_log::CallLog;
