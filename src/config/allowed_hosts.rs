//! The hosts that a request's `Host` may name: protection against DNS rebinding.

use std::net::IpAddr;
use std::str::FromStr;

use http::uri::Authority;

/// The loopback names: only clients on this machine can use them.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The hosts that a request may name in `Host`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedHosts {
    /// Any host: behind a proxy or in a container the name is not known in advance.
    Any,
    /// Only these hosts.
    Only(Vec<AllowedHost>),
}

/// A host name, with a port or without. Without one it matches every port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    name: String,
    port: Option<u16>,
}

/// Text that is not a host name.
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
    /// This host with `port` if it has none.
    pub fn with_default_port(self, port: u16) -> Self {
        Self { port: self.port.or(Some(port)), ..self }
    }
}

impl AllowedHosts {
    /// Allows the listed hosts. If none is listed, allows the loopback names when listening on a loopback address, else
    /// any host.
    pub fn new(listed: Vec<AllowedHost>, listen_ip: IpAddr) -> Self {
        if !listed.is_empty() {
            return Self::Only(listed);
        }
        if !listen_ip.is_loopback() {
            return Self::Any;
        }
        Self::Only(LOOPBACK.iter().map(|name| AllowedHost { name: (*name).to_owned(), port: None }).collect())
    }

    /// Allows one more host.
    pub fn and(self, host: Option<AllowedHost>) -> Self {
        match self {
            Self::Only(allowed) => Self::Only(allowed.into_iter().chain(host).collect()),
            Self::Any => Self::Any,
        }
    }

    /// Whether a request may name this host.
    pub fn allows(&self, host: &AllowedHost) -> bool {
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
    fn only_loopback_names_are_allowed_on_a_loopback_address() {
        let hosts = AllowedHosts::new(Vec::new(), IpAddr::from([127, 0, 0, 1]));
        for name in ["localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8080"] {
            assert!(hosts.allows(&host(name)), "{name}");
        }
        for name in ["evil.example", "localhost.evil.example", "127.0.0.2"] {
            assert!(!hosts.allows(&host(name)), "{name}");
        }
        assert_eq!(AllowedHosts::new(Vec::new(), IpAddr::from([0, 0, 0, 0])), AllowedHosts::Any);
    }

    #[test]
    fn a_host_with_a_port_matches_only_that_port() {
        let hosts =
            AllowedHosts::new(vec![host("crm.example:8443"), host("other.example")], IpAddr::from([0, 0, 0, 0]));
        assert!(hosts.allows(&host("crm.example:8443")) && hosts.allows(&host("other.example:1")));
        assert!(!hosts.allows(&host("crm.example")) && !hosts.allows(&host("localhost")));
        assert!("a b".parse::<AllowedHost>().is_err() && "u@h".parse::<AllowedHost>().is_err());
    }
}
