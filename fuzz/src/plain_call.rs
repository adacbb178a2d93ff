//! The body of `POST /mcp`.
//!
//! An input is the body.

use axum::Router;
use http::{HeaderName, HeaderValue, Uri};

use super::is_json;
use super::post::{gateway, headers, post};

/// The longest error response to a plain call, in bytes: a model reads it.
const MAX_ERROR_BYTES: usize = 8 << 10;

thread_local! {
    static GATEWAY: Router = gateway(|_| {});
}

/// Sends a body.
pub fn check(input: &[u8]) {
    let mut headers = headers();
    headers.insert(HeaderName::from_static("locationid"), HeaderValue::from_static("LOC"));
    let answer = GATEWAY.with(|router| post(router, Uri::from_static("/mcp"), headers, input.to_vec()));
    assert!(answer.status != 500, "{}", String::from_utf8_lossy(&answer.body));
    let Some(document) = answer.document() else { return };
    assert!(is_json(&document), "{}", String::from_utf8_lossy(&document));
    let is_plain = !document.starts_with(br#"{"jsonrpc""#);
    assert!(!is_plain || (document.starts_with(br#"{"success":false,"#) && document.len() <= MAX_ERROR_BYTES));
}
