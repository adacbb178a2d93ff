//! The client IP of a request that came through a reverse proxy.
//!
//! Only `X-Forwarded-For` is read: nginx, Caddy, Traefik, Envoy and the clouds' load balancers all set it. `Forwarded`
//! (RFC 7239) is ignored: most proxies pass it on unchanged, so a client could choose its own IP.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use ipnet::IpNet;

/// The header to which each proxy appends the IP of its own client.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The number of entries that are read, from the end. A client can send any number of entries; real chains of proxies are
/// shorter than this.
const MAX_ENTRIES: usize = 16;

/// The IP of the client that sent a request, stored in the request's extensions for limits and the log.
///
/// It is the peer IP of the connection or, if the peer is a trusted proxy, the IP that the proxy reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

impl ClientAddr {
    /// What limits count the client as. With IPv6 that is the network of its first 64 bits: one customer has at least
    /// that many addresses.
    pub fn network(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
            address @ IpAddr::V4(_) => address,
        }
    }
}

/// The proxies whose `X-Forwarded-For` is trusted; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNet]>);

/// Text that is neither an IP address nor a network of proxies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the IP address of a proxy or a network of proxies")]
pub struct InvalidProxy;

impl TrustedProxies {
    /// Parses IP addresses (`192.0.2.1`) and networks (`10.0.0.0/8`).
    ///
    /// # Errors
    ///
    /// If an entry is neither; if a network's address has host bits set (`10.0.0.7/8` is ambiguous: one address or the
    /// network?); or if a network contains all addresses, because then every client could choose its own IP.
    pub fn parse(listed: &[String]) -> Result<Self, InvalidProxy> {
        listed.iter().map(|text| parse(text)).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a peer with this IP is a trusted proxy.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client IP of a request with these headers on a connection from `peer`.
    ///
    /// Each proxy appends the IP of its own peer, so the entries are read from right to left for as long as the proxy
    /// that wrote them is trusted. If an entry is missing or malformed, the proxy that should have written it is the
    /// client.
    pub fn client_addr(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddr {
        let mut client = peer.to_canonical();
        if self.0.is_empty() || !self.contains(client) {
            return ClientAddr(client);
        }
        let lines: Vec<&[u8]> = headers.get_all(X_FORWARDED_FOR).iter().map(HeaderValue::as_bytes).collect();
        // Several lines form one list (RFC 9110 section 5.3). Each entry is decoded separately, because the entries that a
        // client sent itself may be any bytes.
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')).take(MAX_ENTRIES) {
            let Some(address) = std::str::from_utf8(entry).ok().and_then(|entry| parse_entry(entry.trim())) else {
                break;
            };
            client = address;
            if !self.contains(client) {
                break;
            }
        }
        ClientAddr(client)
    }
}

fn parse(text: &str) -> Result<IpNet, InvalidProxy> {
    let network = match IpAddr::from_str(text) {
        Ok(address) => IpNet::from(address.to_canonical()),
        Err(_) => text.parse().map_err(|_| InvalidProxy)?,
    };
    // Addresses are compared in canonical form, which is never an IPv4-mapped IPv6 address: such a network matches none.
    let mapped = matches!(network, IpNet::V6(network) if network.addr().to_ipv4_mapped().is_some());
    if network.prefix_len() == 0 || network != network.trunc() || mapped {
        return Err(InvalidProxy);
    }
    Ok(network)
}

/// Parses an entry; some proxies add the port.
fn parse_entry(entry: &str) -> Option<IpAddr> {
    let bracketed = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || entry.parse().ok().map(|address: SocketAddr| address.ip());
    let address: Option<IpAddr> = entry.parse().ok().or_else(with_port).or_else(bracketed);
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted(listed: &[&str]) -> TrustedProxies {
        TrustedProxies::parse(&listed.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    /// The client IP of a request from 10.0.0.1 with these header lines.
    fn client(proxies: &TrustedProxies, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, line.parse().unwrap());
        }
        proxies.client_addr("10.0.0.1".parse().unwrap(), &headers).0.to_string()
    }

    #[test]
    fn an_ipv6_network_counts_as_one_client() {
        let counted = |address: &str| ClientAddr(address.parse().unwrap()).network().to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:2::7"), "2001:db8:1:2::");
        assert_eq!(counted("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(counted("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client(&TrustedProxies::default(), &["192.0.2.1"]), "10.0.0.1");
        assert_eq!(client(&trusted(&["10.0.0.2"]), &["192.0.2.1"]), "10.0.0.1");
        for listed in ["10.0.0.1", "10.0.0.0/8", "::ffff:10.0.0.1"] {
            assert_eq!(client(&trusted(&[listed]), &["192.0.2.1"]), "192.0.2.1", "{listed}");
        }
    }

    #[test]
    fn entries_are_read_from_right_to_left() {
        let proxies = trusted(&["10.0.0.0/8", "2001:db8::/32"]);
        for (lines, expected) in [
            (&["192.0.2.9, 192.0.2.1"][..], "192.0.2.1"),
            (&["192.0.2.9, 192.0.2.1 ,10.0.0.3,10.0.0.2"], "192.0.2.1"),
            (&["192.0.2.9", "192.0.2.1, 10.0.0.3", "10.0.0.2"], "192.0.2.1"),
            (&["10.0.0.4, 10.0.0.3"], "10.0.0.4"),
            (&["192.0.2.1:4711"], "192.0.2.1"),
            (&["\u{fc}, 192.0.2.1"], "192.0.2.1"),
            (&["::ffff:192.0.2.1"], "192.0.2.1"),
            (&["2001:db9::1, [2001:db8::2]:443, [2001:db8::1]"], "2001:db9::1"),
        ] {
            assert_eq!(client(&proxies, lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn without_a_valid_entry_the_proxy_is_the_client() {
        let proxies = trusted(&["10.0.0.0/8"]);
        for (lines, expected) in [
            (&[][..], "10.0.0.1"),
            (&[""], "10.0.0.1"),
            (&["unknown"], "10.0.0.1"),
            (&["192.0.2.1,"], "10.0.0.1"),
            (&["192.0.2.1, secret, 10.0.0.2"], "10.0.0.2"),
            (&["192.0.2.1, \u{fc}"], "10.0.0.1"),
        ] {
            assert_eq!(client(&proxies, lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn the_number_of_entries_is_bounded() {
        let proxies = trusted(&["10.0.0.0/8"]);
        let entries = |count: usize| format!("192.0.2.1{}", ", 10.0.0.2".repeat(count));
        assert_eq!(client(&proxies, &[&entries(MAX_ENTRIES - 1)]), "192.0.2.1");
        assert_eq!(client(&proxies, &[&entries(MAX_ENTRIES)]), "10.0.0.2");
    }

    #[test]
    fn ambiguous_and_malformed_entries_are_invalid() {
        for text in ["", "proxy.example", "10.0.0.1/33", "10.0.0.7/8", "0.0.0.0/0", "::/0", "::ffff:10.0.0.0/104"] {
            assert_eq!(TrustedProxies::parse(&[text.to_owned()]), Err(InvalidProxy), "{text}");
        }
    }
}
