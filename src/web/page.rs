//! The page for a person who opens the gateway in a browser. Programs never get it.

use std::sync::LazyLock;

use axum::extract::Request;
use axum::response::{Html, IntoResponse, Response};
use http::Method;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};

use crate::mcp;

/// It is constant: nothing that a request contains is repeated in it.
const PAGE: &str = include_str!("page.html");

/// What follows is about clients that send headers.
const CONNECT: &str = "<h2>Connect a client</h2>\n";

/// The same where users can connect by OAuth, which comes first.
static PAGE_WITH_OAUTH: LazyLock<String> = LazyLock::new(|| PAGE.replacen(CONNECT, include_str!("page_oauth.html"), 1));

/// The page has no script, style, image or form, so nothing is allowed.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Whether a request is a browser's that shows a page.
pub fn is_for_browser(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD) && mcp::accepts_html(request.headers())
}

/// The page, with status 200.
pub fn page(oauth_is_on: bool) -> Response {
    let header = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
    let headers = [
        header(CONTENT_SECURITY_POLICY, POLICY),
        header(X_CONTENT_TYPE_OPTIONS, "nosniff"),
        header(REFERRER_POLICY, "no-referrer"),
        // A cache must not give it to programs, which get another response for the same URL.
        header(CACHE_CONTROL, "no-store"),
        header(VARY, "accept"),
    ];
    (headers, Html(if oauth_is_on { PAGE_WITH_OAUTH.as_str() } else { PAGE })).into_response()
}
