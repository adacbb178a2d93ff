//! The hosts that documents may be fetched from.

use std::collections::HashSet;

use url::Host;

use super::super::client_id_url::is_domain_name;

/// Stands for every host in the operator's list.
const ANY: &str = "*";

/// The hosts that documents may be fetched from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedHosts {
    /// Any host with public addresses.
    Any,
    /// Exactly these, and none of their subdomains.
    Only(HashSet<String>),
}

/// An entry of the operator's list that is neither a domain name nor `*`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a domain name: write it without scheme, port and path, or * for any host")]
pub struct InvalidHost(String);

impl AllowedHosts {
    /// Reads the operator's list. Names may be in upper case and in other scripts than Latin.
    pub fn new(listed: &[String]) -> Result<Self, InvalidHost> {
        let mut hosts = HashSet::new();
        let mut any = false;
        for host in listed {
            match Host::parse(host) {
                _ if host == ANY => any = true,
                Ok(Host::Domain(domain)) if is_domain_name(&domain) => drop(hosts.insert(domain)),
                _ => return Err(InvalidHost(host.clone())),
            }
        }
        Ok(if any { Self::Any } else { Self::Only(hosts) })
    }

    /// Whether no document may be fetched at all.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Only(hosts) if hosts.is_empty())
    }

    /// Whether documents of this host may be fetched.
    pub fn allows(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(hosts) => hosts.contains(host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listed: &[&str]) -> Result<AllowedHosts, InvalidHost> {
        AllowedHosts::new(&listed.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn hosts_are_exact() {
        let hosts = hosts(&["Client.example", "bücher.example"]).unwrap();
        assert!(hosts.allows("client.example") && hosts.allows("xn--bcher-kva.example"));
        for host in ["a.client.example", "example", "client.example.evil.example", "xclient.example", ""] {
            assert!(!hosts.allows(host), "{host}");
        }
    }

    #[test]
    fn a_star_is_any_host_and_an_empty_list_none() {
        assert!(hosts(&["client.example", "*"]).unwrap().allows("other.example"));
        assert!(hosts(&[]).unwrap().is_empty() && !hosts(&[]).unwrap().allows("client.example"));
        assert!(!hosts(&["*"]).unwrap().is_empty());
    }

    #[test]
    fn other_entries_are_invalid() {
        for host in [
            "",
            " ",
            "*.client.example",
            "https://client.example",
            "client.example:443",
            "client.example/a",
            "127.0.0.1",
            "[::1]",
            "2130706433",
            "client.example.",
            "user@client.example",
        ] {
            assert_eq!(hosts(&[host]), Err(InvalidHost(host.to_owned())), "{host}");
        }
    }
}
