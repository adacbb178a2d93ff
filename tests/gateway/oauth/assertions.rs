//! What holds for every response of a kind.

use serde_json::Value;

use super::steps::parameter;
use crate::support::{Answer, PUBLIC_URL};

/// It is a page for a person, with the headers that all pages have, and leads nowhere.
#[track_caller]
pub fn assert_page(answer: &Answer, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    assert!(answer.header("content-type").starts_with("text/html"), "{answer:?}");
    let policy: Vec<&str> = answer.header("content-security-policy").split(';').map(str::trim).collect();
    for directive in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(&directive), "{policy:?}");
    }
    // Chromium applies `form-action` to every redirect that follows the form.
    assert!(!policy.iter().any(|directive| directive.starts_with("form-action")), "{policy:?}");
    assert!(!policy.iter().any(|directive| directive.contains("unsafe")), "{policy:?}");
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex"),
        ("location", ""),
        ("refresh", ""),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    for text in ["<script", "http-equiv=\"refresh\"", "<iframe", "<base", " src="] {
        assert!(!answer.body.contains(text), "{text} is in {}", answer.body);
    }
}

/// It sends the browser to the client, by a GET, with this error, the issuer, and the `state` of the tests' requests.
#[track_caller]
pub fn assert_redirected(answer: &Answer, error: &str) {
    assert_redirected_with(answer, error, Some("a state & more"));
}

/// The same with another `state`, or without one.
#[track_caller]
pub fn assert_redirected_with(answer: &Answer, error: &str, state: Option<&str>) {
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(parameter(answer, "error").as_deref(), Some(error), "{}", answer.header("location"));
    assert_eq!(parameter(answer, "iss").as_deref(), Some(PUBLIC_URL));
    assert_eq!(parameter(answer, "state").as_deref(), state);
    assert_eq!(parameter(answer, "code"), None);
    assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "no-referrer"));
    assert_eq!(answer.header("access-control-allow-origin"), "", "no page may read it");
}

/// It is an error in the form of OAuth.
#[track_caller]
pub fn assert_error(answer: &Answer, status: u16, error: &str) {
    let body = answer.json();
    assert_eq!((answer.status.as_u16(), body["error"].as_str()), (status, Some(error)), "{body}");
    // RFC 6749 section 5.2.
    let description = body["error_description"].as_str().unwrap();
    let is_allowed = |byte: u8| (0x20..=0x7e).contains(&byte) && byte != b'"' && byte != b'\\';
    assert!(!description.is_empty() && description.bytes().all(is_allowed), "{description}");
    assert_json_headers(answer);
}

/// The headers of all JSON responses of the authorization server.
#[track_caller]
pub fn assert_json_headers(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
}

/// Some clients refuse a document with a `null`.
#[track_caller]
pub fn assert_no_null(value: &Value) {
    match value {
        Value::Null => panic!("null"),
        Value::Array(elements) => elements.iter().for_each(assert_no_null),
        Value::Object(members) => members.values().for_each(assert_no_null),
        _ => {}
    }
}
