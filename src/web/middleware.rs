//! The middleware, one layer a file; the router has their order.

pub mod header_count;
pub mod host;
pub mod origin;
pub mod overload;
pub mod request_id;

pub use host::{AllowedHost, AllowedHosts};
pub use origin::AllowedOrigin;
