//! Records of calls. Each record subscribes to the events of `calls`.

mod call_log;

pub use call_log::CallLog;
