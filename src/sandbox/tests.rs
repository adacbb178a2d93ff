//! The API as a client sees it, over [`super::router`].

mod access;
mod appointments;
mod businesses;
mod calendars;
mod calls;
mod clock;
mod contact_filters;
mod contact_formats;
mod contact_records;
mod contact_writes;
mod contacts;
mod conversation_writes;
mod conversations;
mod faults;
mod invoices;
mod jobs;
mod locations;
mod marketing;
mod oauth;
mod opportunities;
mod opportunity_writes;
mod payments;
mod products;
mod rate_limit;
mod story;
mod tokens;
mod users;
mod workflow;

use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Request, request};
use http_body_util::BodyExt;
use jiff::civil::{Date, date};
use serde_json::Value;
use tower::ServiceExt;

use super::{LOCATION, Options, TOKEN, router};

/// The day of tests: a Monday.
const TODAY: Date = date(2026, 11, 16);

/// A client of a fresh sandbox.
struct Client {
    router: Router,
    token: &'static str,
}

struct TestResponse {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Client {
    /// On a fixed day, without a rate limit.
    fn new() -> Self {
        Self::with(&Options { date: Some(TODAY), rate_limit: None, ..Options::default() })
    }

    fn with(options: &Options) -> Self {
        Self { router: router(options), token: TOKEN }
    }

    async fn get(&self, path: &str) -> TestResponse {
        self.call("GET", path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> TestResponse {
        self.call("POST", path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Value) -> TestResponse {
        self.call("PUT", path, Some(body)).await
    }

    async fn delete(&self, path: &str, body: Value) -> TestResponse {
        self.call("DELETE", path, Some(body)).await
    }

    /// Sends a request. `LOCATION` in its path and body stands for the sandbox's location.
    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> TestResponse {
        let mut request = self.request(method, path);
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string().replace("LOCATION", LOCATION)));
        request = request.header(CONTENT_TYPE, "application/json");
        self.send(request.body(body).unwrap()).await
    }

    /// A request with the headers that the path's service requires.
    fn request(&self, method: &str, path: &str) -> request::Builder {
        let april = path.starts_with("/calendars") || path.starts_with("/conversations");
        Request::builder()
            .method(method)
            .uri(path.replace("LOCATION", LOCATION))
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header("Version", if april { "2021-04-15" } else { "2021-07-28" })
    }

    async fn send(&self, request: Request<Body>) -> TestResponse {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        TestResponse {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).expect("every body is JSON"),
        }
    }
}

impl TestResponse {
    /// The body of a success.
    #[track_caller]
    fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.body);
        self.body
    }

    /// The message of an error with this status.
    #[track_caller]
    fn error(self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.body["statusCode"], status);
        assert_eq!(self.body["traceId"].as_str().unwrap().len(), 36);
        match &self.body["message"] {
            Value::String(message) => message.clone(),
            Value::Array(messages) => {
                assert_eq!(self.body["error"], "Unprocessable Entity");
                let messages: Vec<&str> = messages.iter().map(|m| m.as_str().unwrap()).collect();
                messages.join("; ")
            }
            other => panic!("no message: {other}"),
        }
    }
}

/// One property of every record in a list.
fn column<'v>(records: &'v Value, property: &str) -> Vec<&'v str> {
    let records = records.as_array().expect("a list");
    records.iter().map(|record| record[property].as_str().unwrap_or_default()).collect()
}
