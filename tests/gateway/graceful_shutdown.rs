//! What becomes of clients when the process is asked to stop.
#![cfg(unix)]

mod head_begun;
mod http2;
mod process;
mod proxy;
mod rolling_restart;
mod stopping;
