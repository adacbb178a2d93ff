//! Clients during a graceful shutdown.
#![cfg(unix)]

mod head_begun;
mod http2;
mod process;
mod proxy;
mod rolling_restart;
mod stopping;
