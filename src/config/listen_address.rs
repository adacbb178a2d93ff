//! The address to listen on.

use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

/// The address and port to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenAddress {
    /// The address and port.
    pub address: SocketAddr,
    /// Whether only the port was given.
    pub port_only: bool,
}

/// Text that is not an address to listen on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an IP address and a port, like 127.0.0.1:8080 (only this machine) or 0.0.0.0:8080 (all interfaces)")]
pub struct InvalidListenAddress;

impl FromStr for ListenAddress {
    type Err = InvalidListenAddress;

    /// Parses `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080` and `8080`.
    ///
    /// A port alone means `127.0.0.1`. In Docker and Go `:8080` means all interfaces, but the wrong guess in that direction
    /// would open the gateway to the network; in this one, clients cannot connect and the log says why.
    ///
    /// `localhost` is IPv4 loopback instead of a name to resolve: a resolver may return `::1`, or on a misconfigured machine
    /// another address. Other names are an error, because they may have several addresses.
    fn from_str(text: &str) -> Result<Self, InvalidListenAddress> {
        let text = text.trim();
        if let Ok(address) = text.parse() {
            return Ok(Self { address, port_only: false });
        }
        let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
        let port_only = host.is_empty();
        if !port_only && !host.eq_ignore_ascii_case("localhost") {
            return Err(InvalidListenAddress);
        }
        // `u16::from_str` accepts a sign.
        let digits = Some(port).filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
        let port: u16 = digits.and_then(|port| port.parse().ok()).ok_or(InvalidListenAddress)?;
        Ok(Self { address: (Ipv4Addr::LOCALHOST, port).into(), port_only })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<(String, bool)> {
        text.parse::<ListenAddress>().ok().map(|listen| (listen.address.to_string(), listen.port_only))
    }

    #[test]
    fn a_port_alone_and_localhost_mean_this_machine() {
        for (text, address, port_only) in [
            ("127.0.0.1:8090", "127.0.0.1:8090", false),
            ("0.0.0.0:8090", "0.0.0.0:8090", false),
            ("[::]:8090", "[::]:8090", false),
            ("localhost:8090", "127.0.0.1:8090", false),
            ("LocalHost:0", "127.0.0.1:0", false),
            (":8090", "127.0.0.1:8090", true),
            ("8090", "127.0.0.1:8090", true),
            (" 8090 ", "127.0.0.1:8090", true),
        ] {
            assert_eq!(parse(text), Some((address.to_owned(), port_only)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_invalid() {
        for text in ["", ":", "localhost", "127.0.0.1", "host:8090", "*:8090", ":+80", "-1", "65536", "::", "::1:80x"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
