//! The resource of a token (RFC 8707): the URL of the endpoint that it is for, as its path.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::PublicUrl;

/// The endpoint's own path.
const ENDPOINT: &str = "/mcp";

/// The longest `resource`, in bytes. A path with many services is shorter.
const MAX_BYTES: usize = 1024;

/// The path of the endpoint that a token is for: decoded, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource(String);

/// The text names no resource of this gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the resource is not a URL of this gateway's endpoint")]
pub struct InvalidResource;

impl Default for Resource {
    /// The whole endpoint, for clients that send no `resource`.
    fn default() -> Self {
        Self(ENDPOINT.to_owned())
    }
}

impl Resource {
    /// Reads a `resource`. The scheme and the host are compared as URLs, so in any case and with or without the default port;
    /// the query is ignored. The bare origin stands for `/mcp`, because clients that know only the origin send it. Whether the
    /// path is one of the endpoint's is checked by the caller.
    ///
    /// # Errors
    ///
    /// If it is of another origin, has a fragment, or is not at or below `/mcp`.
    pub fn parse(text: &str, public_url: &PublicUrl) -> Result<Self, InvalidResource> {
        let url: Url = text.parse().ok().filter(|_| text.len() <= MAX_BYTES).ok_or(InvalidResource)?;
        // By the text as well: a parsed URL has lost backslashes, users, dots and other spellings of the host.
        let lower = text.to_ascii_lowercase();
        let rest = lower.strip_prefix(public_url.origin()).ok_or(InvalidResource)?;
        let rest = if public_url.is_https() { rest.strip_prefix(":443").unwrap_or(rest) } else { rest };
        let is_ours = url.origin().ascii_serialization() == public_url.origin();
        let is_plain = rest.is_empty() || rest.starts_with(['/', '?']);
        if !is_ours || !is_plain || url.fragment().is_some() || rest.contains("/.") || rest.contains('\\') {
            return Err(InvalidResource);
        }
        if url.path() == "/" {
            return Ok(Self::default());
        }
        Self::of_path(url.path())
    }

    /// The resource of a request's path.
    ///
    /// # Errors
    ///
    /// If it is not at or below `/mcp`.
    pub fn of_path(path: &str) -> Result<Self, InvalidResource> {
        let path = percent_decode_str(path).decode_utf8().map_err(|_| InvalidResource)?;
        let path = path.strip_suffix('/').unwrap_or(&path);
        let below = path.strip_prefix(ENDPOINT).ok_or(InvalidResource)?;
        if !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidResource);
        }
        let is_below = below.is_empty() || (below.starts_with('/') && !below.contains("//") && !below.ends_with('/'));
        is_below.then(|| Self(path.to_owned())).ok_or(InvalidResource)
    }

    /// The path.
    pub fn path(&self) -> &str {
        &self.0
    }

    /// Whether it only reads.
    pub fn is_read_only(&self) -> bool {
        self.0.ends_with("/readonly")
    }

    /// Whether a token for this resource may be used at a path: the same or one below, by whole segments.
    pub fn covers(&self, path: &str) -> bool {
        let Ok(Self(path)) = Self::of_path(path) else { return false };
        path.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<String> {
        Resource::parse(text, &"https://gw.example.com".parse().unwrap()).ok().map(|Resource(path)| path)
    }

    #[test]
    fn a_resource_is_a_url_of_the_endpoint() {
        for (text, path) in [
            ("https://gw.example.com/mcp", "/mcp"),
            ("https://gw.example.com/mcp/", "/mcp"),
            ("HTTPS://GW.example.com:443/mcp/readonly", "/mcp/readonly"),
            ("https://gw.example.com", "/mcp"),
            ("https://gw.example.com/", "/mcp"),
            ("https://gw.example.com/mcp?locationId=x", "/mcp"),
            ("https://gw.example.com/mcp/x/contacts%2Ccalendars", "/mcp/x/contacts,calendars"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(path), "{text}");
        }
        for text in [
            "",
            "/mcp",
            "http://gw.example.com/mcp",
            "https://gw.example.com:8443/mcp",
            "https://gw.example.com.evil.example/mcp",
            "https://gw.example.com@evil.example/mcp",
            "https://user@gw.example.com/mcp",
            "https://gw.example.com/mcp#x",
            "https://gw.example.com/mcpx",
            "https://gw.example.com/other",
            "https://gw.example.com/mcp//readonly",
            "https://gw.example.com/mcp//",
            "https:\\\\gw.example.com/mcp",
            "https:gw.example.com/mcp",
            " https://gw.example.com/mcp",
            "https://@gw.example.com/mcp",
            "https://gw.example.com/x/../mcp",
            "https://gw.example.com/mcp/x/contacts%0a",
            "https://gw.example.com/mcp/x/contacts%20",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_token_serves_its_path_and_those_below() {
        let covers = |resource: &str, path: &str| Resource::of_path(resource).unwrap().covers(path);
        assert!(covers("/mcp", "/mcp") && covers("/mcp", "/mcp/") && covers("/mcp", "/mcp/readonly"));
        assert!(covers("/mcp", "/mcp/x/contacts"));
        assert!(covers("/mcp/x/contacts", "/mcp/x/contacts") && covers("/mcp/x/contacts", "/mcp/x/contacts/readonly"));
        assert!(covers("/mcp/x/a,b", "/mcp/x/a%2Cb"));
        for (resource, path) in [
            ("/mcp/readonly", "/mcp"),
            ("/mcp/readonly", "/mcp/x/contacts/readonly"),
            ("/mcp/x/contacts", "/mcp"),
            ("/mcp/x/contacts", "/mcp/x/contacts,calendars"),
            ("/mcp/x/contacts", "/mcp/x/contactsx"),
            ("/mcp/x/contacts/readonly", "/mcp/x/contacts"),
            ("/mcp/x/contacts", "/mcp/x/contacts%"),
            ("/mcp", "/mcpx"),
        ] {
            assert!(!covers(resource, path), "{resource} at {path}");
        }
    }
}
