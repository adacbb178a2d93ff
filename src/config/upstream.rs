//! The upstream's settings.

use std::time::Duration;

use url::Url;

/// Where the API is and what is expected of it.
#[derive(Debug, Clone)]
pub struct UpstreamSettings {
    /// The API's base URL; a path is kept.
    pub url: Url,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long a call may take in all, from its arrival to the answer's last byte.
    pub call_deadline: Duration,
    /// How long an attempt may take that can be followed by another.
    pub attempt_timeout: Duration,
    /// How often a request may be sent in all; at least 1.
    pub max_attempts: u32,
    /// How many requests of one token at one location may be on their way at once; at least 1.
    pub max_in_flight_per_location: usize,
    /// How many more may wait for their turn.
    pub max_queued_per_location: usize,
    /// The largest answer that is read, in bytes, after decompression.
    pub max_response_bytes: usize,
}

/// Whether a URL's host is this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}
