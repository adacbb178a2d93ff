//! The middleware, one file for each layer; `router` sets their order.

pub mod access_log;
pub mod header_fields;
pub mod host;
pub mod origin;
pub mod request_id;

pub use access_log::CallLogged;
