//! What holds for redirect URIs of any text.

use proptest::prelude::*;

use super::*;

const REGISTERED: [&str; 8] = [
    "https://claude.ai/api/mcp/auth_callback",
    "https://claude.ai:8443/cb?x=1",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "http://localhost/callback",
    "http://localhost:33418/",
    "http://127.0.0.1:8787/callback?a=b",
    "http://[::1]/callback",
    "http://127.0.0.1",
];

/// Pieces that a browser, a URL parser and a comparison might read in different ways.
const PIECES: [&str; 28] = [
    ":",
    "/",
    "//",
    "@",
    "?",
    "#",
    "\\",
    ".",
    "..",
    "%2f",
    "%40",
    "%00",
    " ",
    "\t",
    "\n",
    ":80",
    ":0",
    ":65536",
    ":+1",
    "localhost",
    "127.0.0.1",
    "evil.com",
    ".evil.com",
    "@evil.com",
    "http://",
    "https://",
    "user:password@",
    "[::1]",
];

/// A URI made of the parts of registered ones and of those that are nearly the same.
fn composed() -> impl Strategy<Value = String> {
    let part = |parts: &'static [&'static str]| proptest::sample::select(parts);
    (
        part(&["http://", "http://", "http://", "https://", "HTTP://", "http:/", "cursor://"]),
        part(&["", "", "", "", "user@", "localhost@", "@"]),
        part(&[
            "localhost",
            "127.0.0.1",
            "[::1]",
            "claude.ai",
            "LOCALHOST",
            "localhost.",
            "localhost.evil.com",
            "127.1",
        ]),
        part(&["", ":1", ":80", ":33418", ":65535", ":0", ":080", ":65536", ":", ":80@evil.com", ":8443"]),
        part(&[
            "/callback",
            "/",
            "",
            "/callback?a=b",
            "/callback/",
            "/Callback",
            "/callback#x",
            "/../callback",
            "/api/mcp/auth_callback",
        ]),
    )
        .prop_map(|(scheme, user, host, port, path)| format!("{scheme}{user}{host}{port}{path}"))
}

fn requested() -> impl Strategy<Value = String> {
    prop_oneof![composed(), changed()]
}

/// A registered URI, changed at a place or two, or another text.
fn changed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![proptest::sample::select(&PIECES[..]).prop_map(str::to_owned), "\\PC{0,3}", "[0-9:]{1,6}"];
    let change = (any::<prop::sample::Index>(), 0..4usize, piece);
    (proptest::sample::select(&REGISTERED[..]), proptest::collection::vec(change, 0..3), "\\PC{0,40}", 0..8u8).prop_map(
        |(registered, changes, text, choice)| {
            if choice == 0 {
                return text;
            }
            let mut chars: Vec<char> = registered.chars().collect();
            for (at, removed, piece) in changes {
                let at = at.index(chars.len() + 1);
                let end = (at + removed).min(chars.len());
                chars.splice(at..end, piece.chars());
            }
            chars.into_iter().collect()
        },
    )
}

/// The text of a loopback redirect without its port, as RFC 8252 section 7.3 compares it. Written another way than the
/// comparison itself: by the parts of a URL that was parsed, and that says the same as the text.
fn without_port(uri: &str) -> Option<String> {
    let url: Url = uri.parse().ok()?;
    let host = url.host_str().filter(|host| ["localhost", "127.0.0.1", "[::1]"].contains(host))?;
    let rest = uri.strip_prefix("http://")?.strip_prefix(host)?;
    let path = match rest.strip_prefix(':') {
        Some(rest) => rest.trim_start_matches(|char: char| char.is_ascii_digit()),
        None => rest,
    };
    Some(format!("http://{host}{path}"))
}

proptest! {
    #[test]
    fn a_redirect_uri_is_equal_to_a_registered_one_or_differs_in_a_loopback_port(text in requested()) {
        for registered in REGISTERED {
            if matches(registered, &text) && registered != text {
                prop_assert!(is_loopback(registered) && is_loopback(&text), "{registered} allows {text}");
                prop_assert_eq!(without_port(registered), without_port(&text), "{} allows {}", registered, text);
            }
        }
    }

    /// What a browser does with it is what was compared: the host is the loopback, and nothing stands before it.
    #[test]
    fn a_loopback_redirect_goes_to_this_computer(text in requested()) {
        if is_loopback(&text) {
            let url: Url = text.parse().unwrap();
            prop_assert_eq!(url.scheme(), "http");
            prop_assert!(["localhost", "127.0.0.1", "[::1]"].contains(&url.host_str().unwrap()), "{text}");
            prop_assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{text}");
            prop_assert!(matches!(destination(&text), Destination::ThisComputer(_)), "{text}");
        }
    }

    /// Parameters are added to the query and change nothing before it.
    #[test]
    fn the_answer_goes_where_the_redirect_uri_says(text in requested(), value in "\\PC{0,20}") {
        if check(&text).is_ok() {
            let sent = with_parameters(&text, &[("code", &value), ("state", &value)]);
            prop_assert!(sent.starts_with(&text) && sent.is_ascii());
            let (before, after): (Url, Url) = (text.parse().unwrap(), sent.parse().unwrap());
            prop_assert_eq!((before.scheme(), before.host_str(), before.port()), (after.scheme(), after.host_str(), after.port()));
            prop_assert_eq!(before.path(), after.path());
            let pairs: Vec<(String, String)> = after.query_pairs().into_owned().collect();
            let added = [("code".to_owned(), value.clone()), ("state".to_owned(), value)];
            prop_assert!(pairs.ends_with(&added), "{sent}");
        }
    }
}
