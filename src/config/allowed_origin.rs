//! The origins that a request's `Origin` may name.

use url::Url;

/// The origin of a web page that may call the gateway: `https://app.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedOrigin(String);

impl AllowedOrigin {
    /// Parses an origin: a scheme, a host and optionally a port. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let only_origin =
            url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        let origin = url.origin();
        (only_origin && origin.is_tuple()).then(|| Self(origin.ascii_serialization()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_optionally_a_port() {
        assert!(AllowedOrigin::parse("https://App.example.com:443").is_some());
        for bad in ["app.example.com", "https://a.example/path", "*", "null", "file:///x"] {
            assert!(AllowedOrigin::parse(bad).is_none(), "{bad}");
        }
    }
}
