//! The upstream settings.

use std::time::Duration;

use url::Url;

/// Where the API is, and the limits of requests to it.
#[derive(Debug, Clone)]
pub struct UpstreamSettings {
    /// The API's base URL; request paths are appended to its path.
    pub url: Url,
    /// The maximum time to establish a connection.
    pub connect_timeout: Duration,
    /// The maximum time for a whole call, from its arrival to the last byte of the response.
    pub call_deadline: Duration,
    /// The maximum time for an attempt that can still be retried.
    pub attempt_timeout: Duration,
    /// The maximum number of attempts, the first included; at least 1.
    pub max_attempts: u32,
    /// The maximum number of requests in flight with one token at one location; at least 1.
    pub max_in_flight_per_location: usize,
    /// The maximum number of further requests queued for the same token and location.
    pub max_queued_per_location: usize,
    /// The maximum size of a response, in bytes after decompression.
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
