//! No switch that restricts a request is ever ignored: a misspelt one is rejected, or understood like the correct one.
//!
//! The requests go to the routes directly, without a connection, so that there can be thousands of them.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderName, HeaderValue, Request, Uri};
use http_body_util::BodyExt;
use leadconnector_mcp::cli::compose;
use leadconnector_mcp::config::{CliOverrides, Settings};
use leadconnector_mcp::server::Shutdown;
use leadconnector_mcp::web;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// The headers that restrict, each with a value that hides tools or pins the location.
const HEADERS: [(&str, &str); 5] = [
    ("X-MCP-Toolsets", "contacts"),
    ("X-MCP-Tools", "contacts_get-contact"),
    ("X-MCP-Exclude-Tools", "contacts_add-tags"),
    ("X-MCP-Readonly", "true"),
    ("locationId", "ve9EPM428h8vShlRW1KT"),
];

/// Restricts results, which a list of tools does not show.
const MAX_RESULT_BYTES: (&str, &str) = ("X-MCP-Max-Result-Bytes", "1000");

const PATHS: [&str; 5] =
    ["/mcp/readonly", "/mcp/readonly/", "/mcp/x/contacts", "/mcp/x/contacts,payments", "/mcp/x/contacts/readonly"];

const PARAMETERS: [&str; 3] = ["locationId", "location_id", "altId"];

/// Headers that clients and proxies send, which must not be mistaken for switches.
const OTHER_HEADERS: [&str; 28] = [
    "accept-encoding",
    "baggage",
    "cookie",
    "forwarded",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-param-readonly",
    "mcp-param-locationid",
    "mcp-protocol-version",
    "mcp-session-id",
    "origin-agent-cluster",
    "priority",
    "sec-fetch-mode",
    "traceparent",
    "tracestate",
    "user-agent",
    "version",
    "via",
    "x-amzn-trace-id",
    "x-api-key",
    "x-client-version",
    "x-custom-auth-header",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-location",
    "x-real-ip",
    "x-request-id",
];

/// One gateway for all tests.
static ROUTES: LazyLock<Routes> = LazyLock::new(Routes::new);

/// The gateway's routes.
struct Routes {
    router: Router,
    runtime: Runtime,
}

impl Routes {
    fn new() -> Self {
        let flags = CliOverrides { upstream: Some("http://127.0.0.1:9".to_owned()), ..CliOverrides::default() };
        let settings = Settings::load(&flags, |_| None).unwrap();
        let calls = compose::call_service(&settings).unwrap();
        let router = web::router(calls, &settings.server, &web::Access::default(), &Shutdown::default());
        Self { router, runtime: Builder::new_current_thread().enable_all().build().unwrap() }
    }

    /// The tools that a request lists, or the error of its rejection; `None` if no client can send such a request.
    fn list(&self, uri: &str, header: Option<(&str, &str)>) -> Option<Result<Value, String>> {
        let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        let mut request = Request::post(uri.parse::<Uri>().ok()?).body(Body::from(list.to_string())).ok()?;
        let headers = request.headers_mut();
        headers.insert(HOST, HeaderValue::from_static("127.0.0.1"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer pit-test"));
        if let Some((name, value)) = header {
            headers.insert(name.parse::<HeaderName>().ok()?, value.parse().ok()?);
        }
        let response = self.runtime.block_on(self.router.clone().oneshot(request)).unwrap();
        let status = response.status();
        let body = self.runtime.block_on(response.into_body().collect()).unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap();
        if status.is_client_error() {
            return Some(Err(body["error"]["message"].as_str().unwrap().to_owned()));
        }
        assert_eq!(status, 200, "{uri} {header:?}");
        Some(Ok(body["result"]["tools"].clone()))
    }

    fn tools(&self, uri: &str, header: Option<(&str, &str)>) -> Value {
        self.list(uri, header).unwrap().unwrap()
    }

    /// Asserts that a request is rejected, or lists what the correct one lists.
    fn assert_not_ignored(&self, uri: &str, header: Option<(&str, &str)>, correct: &Value) {
        if let Some(Ok(tools)) = self.list(uri, header) {
            assert_eq!(&tools, correct, "{uri} {header:?} is ignored");
        }
    }
}

/// Misspellings without a letter of one's own: a letter that is missing, doubled or swapped with the next, other separators,
/// other case, singular and plural.
fn misspellings(text: &str) -> Vec<String> {
    let mut all = vec![
        text.to_lowercase(),
        text.to_uppercase(),
        text.replace('-', "_"),
        text.replace('_', "-"),
        text.replace(['-', '_'], ""),
        text.replace("Readonly", "Read-Only"),
        text.replace("readonly", "read-only"),
        text.replace("Toolsets", "Tool-Sets"),
        text.replace("Id", "-Id"),
        format!("{text}s"),
        text.strip_suffix('s').unwrap_or(text).to_owned(),
        text.strip_prefix("X-").unwrap_or(text).to_owned(),
        text.strip_prefix("X-MCP-").unwrap_or(text).to_owned(),
        text.replacen("MCP-", "", 1),
    ];
    let bytes = text.as_bytes();
    let joined = |parts: &[&[u8]]| String::from_utf8(parts.concat()).unwrap();
    for at in 0..bytes.len() {
        let (start, rest) = bytes.split_at(at);
        all.push(joined(&[start, &rest[1..]]));
        all.push(joined(&[start, &rest[..1], rest]));
        if rest.len() > 1 {
            all.push(joined(&[start, &[rest[1], rest[0]], &rest[2..]]));
        }
        if b"-_".contains(&rest[0]) {
            all.push(joined(&[start, if rest[0] == b'-' { b"_" } else { b"-" }, &rest[1..]]));
        }
    }
    all
}

/// One edit, anywhere, with any of these characters.
fn edit(text: &'static str, characters: &'static str) -> impl Strategy<Value = String> {
    let characters: Vec<char> = characters.chars().collect();
    // A character is inserted or replaced.
    (any::<Index>(), select(characters), 0..2_usize, any::<bool>()).prop_map(move |(at, character, removed, upper)| {
        let at = at.index(text.len() + 1);
        let rest = text.get(at + removed..).unwrap_or_default();
        let edited = format!("{}{character}{rest}", &text[..at]);
        if upper { edited.to_uppercase() } else { edited }
    })
}

/// All characters of header names (RFC 9110 section 5.6.2), and of URLs without the fragment, which is never sent.
const NAME_CHARACTERS: &str = "abcdefghijklmnopqrstuvwxyzABCXMPTS0123456789-_.!#$%&'*+^`|~";
const URL_CHARACTERS: &str = "abcdefghijklmnopqrstuvwxyzXR0123456789-_.,;:!$&'()*+=@%/?~";

#[test]
fn every_switch_restricts() {
    let routes = &*ROUTES;
    let all = routes.tools("/mcp", None);
    for header in HEADERS {
        assert_ne!(routes.tools("/mcp", Some(header)), all, "{header:?}");
    }
    for path in PATHS {
        assert_ne!(routes.tools(path, None), all, "{path}");
    }
    for parameter in PARAMETERS {
        assert_ne!(routes.tools(&format!("/mcp?{parameter}=LOC"), None), all, "{parameter}");
    }
}

#[test]
fn a_misspelt_header_is_never_ignored() {
    let routes = &*ROUTES;
    for (name, value) in HEADERS {
        let correct = routes.tools("/mcp", Some((name, value)));
        for misspelt in misspellings(name) {
            routes.assert_not_ignored("/mcp", Some((&misspelt, value)), &correct);
        }
    }
    let (name, value) = MAX_RESULT_BYTES;
    for misspelt in misspellings(name).into_iter().filter(|misspelt| !misspelt.eq_ignore_ascii_case(name)) {
        let response = routes.list("/mcp", Some((&misspelt, value)));
        assert!(response.is_none_or(|response| response.is_err()), "{misspelt}");
    }
}

#[test]
fn a_misspelt_name_in_a_header_is_never_ignored() {
    let routes = &*ROUTES;
    // Any id of a location is valid.
    for (name, value) in HEADERS.into_iter().filter(|(name, _)| *name != "locationId") {
        let correct = routes.tools("/mcp", Some((name, value))).as_array().unwrap().len();
        for misspelt in misspellings(value) {
            // The plural of a tool's name may be another tool's.
            if let Some(Ok(tools)) = routes.list("/mcp", Some((name, &misspelt))) {
                assert!(tools.as_array().unwrap().len() <= correct, "{name}: {misspelt}");
            }
        }
    }
}

#[test]
fn a_misspelt_url_is_never_ignored() {
    let routes = &*ROUTES;
    for path in PATHS {
        let correct = routes.tools(path, None);
        for misspelt in misspellings(path) {
            routes.assert_not_ignored(&misspelt, None, &correct);
        }
    }
    let correct = routes.tools("/mcp?locationId=LOC", None);
    for parameter in PARAMETERS {
        for misspelt in misspellings(parameter) {
            routes.assert_not_ignored(&format!("/mcp?{misspelt}=LOC"), None, &correct);
        }
    }
    for (name, value) in HEADERS.into_iter().chain([MAX_RESULT_BYTES]) {
        for misspelt in misspellings(name).into_iter().filter(|misspelt| !misspelt.eq_ignore_ascii_case("locationId")) {
            let uri = format!("/mcp?{misspelt}={value}");
            routes.assert_not_ignored(&uri, None, &correct);
        }
    }
}

#[test]
fn other_headers_are_ignored() {
    let routes = &*ROUTES;
    let all = routes.tools("/mcp", None);
    for name in OTHER_HEADERS {
        // The version is the only value that is checked.
        let value = if name == "mcp-protocol-version" { "2025-06-18" } else { "true" };
        assert_eq!(routes.tools("/mcp", Some((name, value))), all, "{name}");
    }
}

/// The tools that the correct requests list, in the order of their constants. Listed once, not for each case.
static LISTED: LazyLock<Listed> = LazyLock::new(|| Listed {
    headers: HEADERS.map(|header| ROUTES.tools("/mcp", Some(header))),
    paths: PATHS.map(|path| ROUTES.tools(path, None)),
    pinned: ROUTES.tools("/mcp?locationId=LOC", None),
});

struct Listed {
    headers: [Value; HEADERS.len()],
    paths: [Value; PATHS.len()],
    pinned: Value,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn one_edit_of_a_header_never_makes_it_ignored(
        (misspelt, index) in (0..HEADERS.len())
            .prop_flat_map(|index| (edit(HEADERS[index].0, NAME_CHARACTERS), Just(index))),
    ) {
        ROUTES.assert_not_ignored("/mcp", Some((&misspelt, HEADERS[index].1)), &LISTED.headers[index]);
    }

    #[test]
    fn one_edit_of_a_path_never_makes_it_ignored(
        (misspelt, index) in (0..PATHS.len())
            .prop_flat_map(|index| (edit(PATHS[index], URL_CHARACTERS), Just(index))),
    ) {
        ROUTES.assert_not_ignored(&misspelt, None, &LISTED.paths[index]);
    }

    #[test]
    fn one_edit_of_a_parameter_never_makes_it_ignored(
        misspelt in select(&PARAMETERS[..]).prop_flat_map(|name| edit(name, URL_CHARACTERS)),
    ) {
        ROUTES.assert_not_ignored(&format!("/mcp?{misspelt}=LOC"), None, &LISTED.pinned);
    }
}
