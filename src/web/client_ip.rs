//! The client IP of a request.

use std::net::IpAddr;

use http::Extensions;

use crate::config::ClientAddr;

/// The client IP: the connection's peer, or what a trusted proxy reports. `None` for a request that came over no
/// connection of the server.
pub fn client_ip(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get().map(|ClientAddr(ip)| *ip)
}
