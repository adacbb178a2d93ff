//! What all pages have in common: the style, and the headers with its hash.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};

/// The text of the pages' `<style>`. Without carriage returns, which a checkout on Windows adds: a browser removes them
/// before it compares the hash.
static STYLE: LazyLock<String> = LazyLock::new(|| include_str!("../pages/style.css").replace('\r', ""));

/// The style of the pages is allowed by its hash; nothing else is loaded or run, and no page shows one of these in a frame.
///
/// There must be no `form-action`: Chromium applies it to every redirect that follows the form, so it would stop the way
/// back to the app, without a message. What the form could be made to post is guarded by escaping.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'")
});

/// For the templates.
pub fn style() -> &'static str {
    &STYLE
}

/// A rendered page as a response.
pub fn response(status: StatusCode, page: askama::Result<String>) -> Response {
    // Both failures are bugs: a template's input cannot fail to be written, and the policy is ASCII.
    let (Ok(page), Ok(policy)) = (page, HeaderValue::from_str(&POLICY)) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let header = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
    let headers = [
        (CONTENT_SECURITY_POLICY, policy),
        // For browsers that do not know `frame-ancestors`.
        header(X_FRAME_OPTIONS, "DENY"),
        header(CACHE_CONTROL, "no-store"),
        // With `no-referrer` the form's `Origin` would be the string `null`.
        header(REFERRER_POLICY, "same-origin"),
        header(X_CONTENT_TYPE_OPTIONS, "nosniff"),
        header(HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    (status, headers, Html(page)).into_response()
}
