//! The URL at which a client reaches the gateway.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// The path of the gateway's MCP endpoint with all tools.
const PATH: &str = "/mcp";

/// A gateway's URL: http or https, with a path, and without query or fragment.
#[derive(Debug, Clone)]
pub struct GatewayUrl {
    url: String,
    host: Host,
    https: bool,
    /// Whether the path was missing and the default was added.
    pub path_added: bool,
}

impl GatewayUrl {
    /// Whether a token sent to it crosses the network unencrypted.
    pub fn is_exposed(&self) -> bool {
        !self.https && !self.is_loopback()
    }

    /// Whether servers on the internet may be able to reach it.
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
        let mut url = Url::parse(text)
            .map_err(|error| format!("{error}; expected a URL like https://crm-mcp.example.com/mcp"))?;
        let https = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err("it must start with http:// or https://".to_owned()),
        };
        let host = url.host().ok_or("it has no host")?.to_owned();
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not contain credentials".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it must not have a query or fragment; set the location with --location".to_owned());
        }
        let path_added = url.path() == "/";
        if path_added {
            url.set_path(PATH);
        }
        // It is written into shell, TOML, Python and JSON files unescaped.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/,%:@+[]".contains(&byte);
        let url = url.as_str().trim_end_matches('/').to_owned();
        if !url.bytes().all(plain) {
            return Err("its host or path contains a character that is not allowed in a gateway URL".to_owned());
        }
        Ok(Self { url, host, https, path_added })
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
    fn an_empty_path_gets_the_default() {
        for text in ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"] {
            let endpoint = parse(text).unwrap();
            assert!(endpoint.path_added);
            assert_eq!(endpoint.to_string(), "http://127.0.0.1:8080/mcp");
        }
        let given = parse("https://crm.example.com/mcp/x/contacts,payments/readonly/").unwrap();
        assert!(!given.path_added);
        assert_eq!(given.to_string(), "https://crm.example.com/mcp/x/contacts,payments/readonly");
    }

    #[test]
    fn invalid_urls_are_rejected() {
        for (text, expected) in [
            ("127.0.0.1:8080", "https://crm-mcp.example.com/mcp"),
            ("ftp://example.com/mcp", "http://"),
            ("http:///", "host"),
            ("https://user:pass@example.com/mcp", "credentials"),
            ("https://example.com/mcp?locationId=x", "--location"),
            ("https://example.com/$(id)", "character"),
            ("https://example.com/'mcp", "character"),
        ] {
            assert!(parse(text).unwrap_err().contains(expected), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn exposure_follows_from_scheme_and_host() {
        let reached = |text: &str| parse(text).map(|endpoint| (endpoint.is_exposed(), endpoint.is_public())).unwrap();
        assert_eq!(reached("http://127.0.0.1:8080"), (false, false));
        assert_eq!(reached("http://[::1]:8080"), (false, false));
        assert_eq!(reached("http://localhost:8080"), (false, false));
        assert_eq!(reached("http://crm.example.com"), (true, false));
        assert_eq!(reached("https://10.0.0.7"), (false, false));
        assert_eq!(reached("https://crm.example.com"), (false, true));
    }
}
