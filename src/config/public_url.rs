//! The URL at which clients reach the gateway.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use url::Url;

use super::{AllowedHost, is_loopback};

/// The public URL of the gateway: an origin, so a scheme, a host and optionally a port.
///
/// It is the OAuth issuer. A path is not allowed: claude.ai looks for the authorization server's endpoints at the origin,
/// whatever the metadata says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
    is_https: bool,
}

/// Text that is not a public URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPublicUrl {
    /// Not a URL with a host.
    #[error("must be a URL, like https://gw.example.com")]
    NotUrl,
    /// It has more than an origin.
    #[error("must be only a scheme and a host, like https://gw.example.com: no path, query or user")]
    NotOrigin,
    /// Tokens would travel unencrypted.
    #[error("must begin with https:// (http:// is only for this machine): the proxy in front of the gateway ends TLS")]
    NotHttps,
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, InvalidPublicUrl> {
        let url: Url = text.trim().parse().map_err(|_| InvalidPublicUrl::NotUrl)?;
        let host = url
            .host_str()
            .filter(|host| !host.is_empty() && !host.contains('_'))
            .ok_or(InvalidPublicUrl::NotUrl)?
            .to_owned();
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(InvalidPublicUrl::NotHttps),
            _ => return Err(InvalidPublicUrl::NotUrl),
        }
        let has_user = !url.username().is_empty() || url.password().is_some();
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || has_user {
            return Err(InvalidPublicUrl::NotOrigin);
        }
        Ok(Self { origin: url.origin().ascii_serialization(), host, is_https: url.scheme() == "https" })
    }
}

impl PublicUrl {
    /// The URL of a gateway that only this machine reaches.
    pub fn on_this_machine(address: SocketAddr) -> Self {
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let address = SocketAddr::new(ip, address.port());
        let host = if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() };
        Self { origin: format!("http://{address}"), host, is_https: false }
    }

    /// The origin as browsers write it: lower case, without a default port, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether the operating system is yet to choose the port.
    pub fn lacks_port(&self) -> bool {
        self.origin.ends_with(":0")
    }

    /// The host without its port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is https; http is only allowed for this machine.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// The host as requests may name it in `Host`.
    pub fn allowed_host(&self) -> Option<AllowedHost> {
        self.host.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin() {
        for (text, origin) in [
            ("https://GW.example.com/", "https://gw.example.com"),
            ("https://gw.example.com:443", "https://gw.example.com"),
            ("https://gw.example.com:8443", "https://gw.example.com:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://localhost", "http://localhost"),
            ("http://[::1]:1", "http://[::1]:1"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().origin(), origin);
        }
        for (text, problem) in [
            ("gw.example.com", InvalidPublicUrl::NotUrl),
            ("", InvalidPublicUrl::NotUrl),
            ("https://YOUR_HOST", InvalidPublicUrl::NotUrl),
            ("ftp://gw.example.com", InvalidPublicUrl::NotUrl),
            ("http://gw.example.com", InvalidPublicUrl::NotHttps),
            ("http://localhost.evil.example", InvalidPublicUrl::NotHttps),
            ("https://gw.example.com/mcp", InvalidPublicUrl::NotOrigin),
            ("https://gw.example.com?x", InvalidPublicUrl::NotOrigin),
            ("https://gw.example.com#x", InvalidPublicUrl::NotOrigin),
            ("https://user@gw.example.com", InvalidPublicUrl::NotOrigin),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap_err(), problem, "{text}");
        }
    }
}
