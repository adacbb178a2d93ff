//! What becomes of clients when the process is asked to stop.
#![cfg(unix)]

mod process;
mod proxy;
mod rolling_restart;
mod stopping;
