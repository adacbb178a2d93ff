//! The hosts that a request may name.

use std::net::IpAddr;
use std::str::FromStr;

use http::uri::Authority;

/// The names of this machine that only this machine can use.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The hosts that a request may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedHosts {
    /// Any: behind a proxy or in a container nobody knows the name in advance.
    Any,
    /// These.
    Only(Vec<AllowedHost>),
}

/// A host that a request may name; without a port, at any port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    name: String,
    port: Option<u16>,
}

/// Text that is no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a host name")]
pub struct InvalidHost;

impl FromStr for AllowedHost {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        let authority: Authority = text.parse().map_err(|_| InvalidHost)?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(InvalidHost);
        }
        Ok(Self { name: authority.host().to_ascii_lowercase(), port: authority.port_u16() })
    }
}

impl AllowedHost {
    /// The same host, at this port if it names none.
    pub fn or_port(self, port: u16) -> Self {
        Self { port: self.port.or(Some(port)), ..self }
    }
}

impl AllowedHosts {
    /// The hosts that are allowed: those listed; if none is, what suits the address that is listened on.
    pub fn new(listed: Vec<AllowedHost>, address: IpAddr) -> Self {
        if !listed.is_empty() {
            return Self::Only(listed);
        }
        if !address.is_loopback() {
            return Self::Any;
        }
        Self::Only(LOOPBACK.iter().map(|name| AllowedHost { name: (*name).to_owned(), port: None }).collect())
    }

    /// Whether a request may name this host.
    pub fn allow(&self, host: &AllowedHost) -> bool {
        match self {
            Self::Any => true,
            Self::Only(allowed) => allowed
                .iter()
                .any(|allowed| allowed.name == host.name && (allowed.port.is_none() || allowed.port == host.port)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> AllowedHost {
        text.parse().unwrap()
    }

    #[test]
    fn on_loopback_only_loopback_names_are_allowed() {
        let hosts = AllowedHosts::new(Vec::new(), IpAddr::from([127, 0, 0, 1]));
        for name in ["localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8080"] {
            assert!(hosts.allow(&host(name)), "{name}");
        }
        for name in ["evil.example", "localhost.evil.example", "127.0.0.2"] {
            assert!(!hosts.allow(&host(name)), "{name}");
        }
        assert_eq!(AllowedHosts::new(Vec::new(), IpAddr::from([0, 0, 0, 0])), AllowedHosts::Any);
    }

    #[test]
    fn a_listed_port_is_the_only_one() {
        let hosts =
            AllowedHosts::new(vec![host("crm.example:8443"), host("other.example")], IpAddr::from([0, 0, 0, 0]));
        assert!(hosts.allow(&host("crm.example:8443")) && hosts.allow(&host("other.example:1")));
        assert!(!hosts.allow(&host("crm.example")) && !hosts.allow(&host("localhost")));
        assert!("a b".parse::<AllowedHost>().is_err() && "u@h".parse::<AllowedHost>().is_err());
    }
}
