//! Comparing the redirect URI of a request with the ones that are registered.

/// The hosts of redirects to a program on the user's own computer.
const LOOPBACK_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// A redirect URI to a program on the user's computer, in its parts.
#[derive(Debug, PartialEq, Eq)]
struct Loopback<'a> {
    /// One of [`LOOPBACK_HOSTS`].
    host: &'a str,
    /// The path, with a query if there is one.
    path: &'a str,
}

impl<'a> Loopback<'a> {
    /// `http://HOST[:PORT][/PATH]`, or `None` if it is anything else. The text is read as it stands: what a URL parser would
    /// turn into a loopback redirect (`LOCALHOST`, `127.1`, a user name) is none.
    fn parse(uri: &'a str) -> Option<Self> {
        let rest = uri.strip_prefix("http://")?;
        let host = LOOPBACK_HOSTS.into_iter().find(|host| rest.starts_with(host))?;
        let rest = &rest[host.len()..];
        let path = match rest.strip_prefix(':') {
            Some(rest) => {
                let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
                let (port, path) = rest.split_at(digits);
                if port.starts_with('0') || port.parse::<u16>().is_err() {
                    return None;
                }
                path
            }
            None => rest,
        };
        let is_path = path.is_empty() || path.starts_with('/');
        // No other host can hide behind it: `http://localhost:80@evil.example` has no path that starts with `/`.
        let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#'));
        (is_path && is_plain).then_some(Self { host, path })
    }
}

/// Whether a redirect URI leads to a program on the user's computer: plain `http` to `localhost`, 127.0.0.1 or `[::1]`, on any
/// port.
pub fn is_loopback(uri: &str) -> bool {
    Loopback::parse(uri).is_some()
}

/// Whether a registered redirect URI allows the requested one: the texts are equal; or both are loopback redirects that differ
/// in the port only, which a native client chooses at each start (RFC 8252, 7.3).
pub fn matches(registered: &str, requested: &str) -> bool {
    registered == requested
        || matches!((Loopback::parse(registered), Loopback::parse(requested)), (Some(a), Some(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_redirect_may_have_any_port() {
        for (registered, requested) in [
            ("http://localhost/callback", "http://localhost:49152/callback"),
            ("http://127.0.0.1:33418/", "http://127.0.0.1:1/"),
            ("http://127.0.0.1:33418/", "http://127.0.0.1/"),
            ("http://[::1]/callback?a=b", "http://[::1]:65535/callback?a=b"),
            ("https://client.example/callback", "https://client.example/callback"),
            ("cursor://anysphere.cursor-mcp/oauth/callback", "cursor://anysphere.cursor-mcp/oauth/callback"),
        ] {
            assert!(matches(registered, requested), "{registered} {requested}");
        }
    }

    #[test]
    fn everything_else_must_be_equal() {
        for (registered, requested) in [
            ("http://localhost/callback", "http://127.0.0.1/callback"),
            ("http://localhost/callback", "http://localhost:80/callback/"),
            ("http://localhost/callback", "http://localhost:80/Callback"),
            ("http://localhost/callback", "http://localhost:80/callback?a=b"),
            ("http://localhost/callback", "http://localhost:80/callback#a"),
            ("http://localhost/callback", "http://localhost:80"),
            ("http://localhost/callback", "https://localhost:80/callback"),
            ("http://localhost/callback", "HTTP://localhost:80/callback"),
            ("https://localhost/callback", "https://localhost:80/callback"),
            ("https://client.example/callback", "https://client.example:444/callback"),
            ("https://client.example/callback", "http://client.example/callback"),
            ("https://client.example/callback", "https://client.example/callback/"),
        ] {
            assert!(!matches(registered, requested), "{registered} {requested}");
        }
    }

    #[test]
    fn other_hosts_and_ports_are_no_loopback() {
        for uri in [
            "http://localhost.evil.example/callback",
            "http://localhost@evil.example/callback",
            "http://127.0.0.1@evil.example/callback",
            "http://localhost:80@evil.example/callback",
            "http://localhost:@evil.example/callback",
            "http://user@localhost/callback",
            "http://localhost\\.evil.example/callback",
            "http://localhost/\\evil.example",
            "http://localhost?a=b",
            "http://localhost:/callback",
            "http://localhost:0/callback",
            "http://localhost:080/callback",
            "http://localhost:65536/callback",
            "http://localhost:+80/callback",
            "http://localhost/call back",
            "http://localhost/call\nback",
            "http://LOCALHOST/callback",
            "http://127.0.0.2/callback",
            "http://127.1/callback",
            "http://::1/callback",
            "http:/localhost/callback",
            "https://localhost/callback",
        ] {
            assert!(!is_loopback(uri), "{uri}");
        }
    }
}
