//! The middleware, one layer a file; the router has their order.

pub mod access_log;
pub mod header_fields;
pub mod host;
pub mod origin;
pub mod request_id;

pub use access_log::CallLogged;
