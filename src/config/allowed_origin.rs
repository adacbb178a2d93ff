//! The origins that a request may come from.

use url::Url;

/// The origin of a web page that may call the gateway: `https://app.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedOrigin(String);

impl AllowedOrigin {
    /// Reads an origin: a scheme and a host, perhaps a port, and nothing else.
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
    fn an_origin_is_a_scheme_and_a_host() {
        assert!(AllowedOrigin::parse("https://App.example.com:443").is_some());
        for bad in ["app.example.com", "https://a.example/path", "*", "null", "file:///x"] {
            assert!(AllowedOrigin::parse(bad).is_none(), "{bad}");
        }
    }
}
