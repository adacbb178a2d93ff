//! The gateway's URL, as a client reaches it.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// The path of a gateway's endpoint for all tools.
const PATH: &str = "/mcp";

/// A gateway's URL: http or https, with a path and nothing behind it.
#[derive(Debug, Clone)]
pub struct GatewayUrl {
    url: String,
    host: Host,
    https: bool,
    /// Whether the path was missing and is the usual one.
    pub completed: bool,
}

impl GatewayUrl {
    /// Whether a token sent there can be read on the way.
    pub fn is_exposed(&self) -> bool {
        !self.https && !self.is_loopback()
    }

    /// Whether somebody else's servers may be able to reach it.
    pub fn is_public(&self) -> bool {
        let private = match &self.host {
            Host::Ipv4(ip) => ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
            Host::Ipv6(ip) => ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified(),
            Host::Domain(_) => false,
        };
        self.https && !private && !self.is_loopback()
    }

    fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        }
    }
}

impl FromStr for GatewayUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut url =
            Url::parse(text).map_err(|error| format!("{error}; it looks like https://crm-mcp.example.com/mcp"))?;
        let https = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err("it must begin with http:// or https://".to_owned()),
        };
        let host = url.host().ok_or("it names no host")?.to_owned();
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not hold credentials".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it ends with its path; the location is given with --location".to_owned());
        }
        let completed = url.path() == "/";
        if completed {
            url.set_path(PATH);
        }
        // It goes into shell, TOML, Python and JSON as it is.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/,%:@+[]".contains(&byte);
        let url = url.as_str().trim_end_matches('/').to_owned();
        if !url.bytes().all(plain) {
            return Err("its host or path has a character that a gateway's URL does not have".to_owned());
        }
        Ok(Self { url, host, https, completed })
    }
}

impl fmt::Display for GatewayUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<GatewayUrl, String> {
        text.parse()
    }

    #[test]
    fn an_empty_path_is_completed() {
        for text in ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"] {
            let endpoint = parse(text).unwrap();
            assert!(endpoint.completed);
            assert_eq!(endpoint.to_string(), "http://127.0.0.1:8080/mcp");
        }
        let given = parse("https://crm.example.com/mcp/x/contacts,payments/readonly/").unwrap();
        assert!(!given.completed);
        assert_eq!(given.to_string(), "https://crm.example.com/mcp/x/contacts,payments/readonly");
    }

    #[test]
    fn what_is_no_gateway_is_refused() {
        for (text, says) in [
            ("127.0.0.1:8080", "https://crm-mcp.example.com/mcp"),
            ("ftp://example.com/mcp", "http://"),
            ("http:///", "host"),
            ("https://user:pass@example.com/mcp", "credentials"),
            ("https://example.com/mcp?locationId=x", "--location"),
            ("https://example.com/$(id)", "character"),
            ("https://example.com/'mcp", "character"),
        ] {
            assert!(parse(text).unwrap_err().contains(says), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn who_can_reach_it_is_known() {
        let reached = |text: &str| parse(text).map(|endpoint| (endpoint.is_exposed(), endpoint.is_public())).unwrap();
        assert_eq!(reached("http://127.0.0.1:8080"), (false, false));
        assert_eq!(reached("http://[::1]:8080"), (false, false));
        assert_eq!(reached("http://localhost:8080"), (false, false));
        assert_eq!(reached("http://crm.example.com"), (true, false));
        assert_eq!(reached("https://10.0.0.7"), (false, false));
        assert_eq!(reached("https://crm.example.com"), (false, true));
    }
}
