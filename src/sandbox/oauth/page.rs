//! The pages of the authorization endpoint: plain HTML, without script or style, whose every value is escaped.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use http::{HeaderValue, StatusCode};

use crate::sandbox::response::ApiError;
use crate::sandbox::{LOCATION, Sandbox};

/// A link back to the app.
pub struct Link {
    pub id: &'static str,
    pub text: &'static str,
    pub url: String,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Choose a location (sandbox)</title>
</head>
<body>
<h1>Choose a location (sandbox)</h1>
<p>An app asks for access to {{ location }}. Its scopes:</p>
<ul>
{%- for scope in scope.split(' ') %}
<li>{{ scope }}</li>
{%- endfor %}
</ul>
{%- for link in links %}
<p><a id="{{ link.id }}" href="{{ link.url }}">{{ link.text }}</a></p>
{%- endfor %}
</body>
</html>
"#
)]
struct Chooser<'p> {
    location: &'p str,
    scope: &'p str,
    links: &'p [Link],
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Request rejected (sandbox)</title>
</head>
<body>
<h1>Request rejected (sandbox)</h1>
<p>{{ problem }}</p>
</body>
</html>
"#
)]
struct Rejected<'p> {
    problem: &'p str,
}

/// The page with the links to choose from.
pub fn chooser(sandbox: &Sandbox, scope: &str, links: &[Link]) -> Response {
    respond(sandbox, StatusCode::OK, &Chooser { location: LOCATION, scope, links })
}

/// The page that names what is wrong with a request.
pub fn rejected(sandbox: &Sandbox, status: StatusCode, problem: &str) -> Response {
    respond(sandbox, status, &Rejected { problem })
}

fn respond(sandbox: &Sandbox, status: StatusCode, page: &impl Template) -> Response {
    let Ok(html) = page.render() else {
        return sandbox.respond(Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")));
    };
    let mut response = (status, Html(html)).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    response
}
