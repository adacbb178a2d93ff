//! The rate limiter of a location: which calls wait, which are rejected at once, and which are not affected.

mod in_flight;
mod progress;
mod replicas;

use std::time::Duration;

use futures_util::future::join_all;
use leadconnector_mcp::sandbox::{LOCATION, TOKEN};
use serde_json::{Value, json};
use tokio::time::Instant;
use wiremock::matchers::{header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{CallResult, Post, TestGateway, TestGatewayBuilder, strict_sandbox};

/// A call with the sandbox's token and location.
fn sandbox_call(gateway: &TestGateway) -> Post<'_> {
    let post = gateway.tool("locations_get-location", json!({}));
    post.token(TOKEN).header("locationid", LOCATION)
}

/// A response that reports the remaining requests of 100 per minute.
fn with_remaining(remaining: u32) -> ResponseTemplate {
    ResponseTemplate::new(200)
        .insert_header("x-ratelimit-max", "100")
        .insert_header("x-ratelimit-remaining", remaining.to_string())
        .insert_header("x-ratelimit-interval-milliseconds", "60000")
        .insert_header("x-ratelimit-daily-remaining", "1000")
        .set_body_string("{}")
}

async fn get_contact(gateway: &TestGateway) -> CallResult {
    gateway.call("contacts_get-contact", json!({ "contactId": "c1" })).await
}

/// The kind, wait and limit of an error.
fn rate_limit_of(result: &CallResult) -> (String, u64, Value) {
    let error = &result.json()["error"];
    (result.kind(), error["wait_seconds"].as_u64().unwrap(), error["limit"].clone())
}

#[tokio::test]
async fn calls_over_the_limit_wait_and_succeed() {
    let upstream = strict_sandbox(10, Duration::from_millis(500)).await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).without_retries().start().await;
    let responses = join_all((0..35).map(|_| sandbox_call(&gateway).send())).await;
    for response in responses {
        assert!(!response.tool_result().is_error, "{}", response.body);
    }
}

#[tokio::test]
async fn a_call_that_cannot_meet_its_deadline_is_rejected_at_once_with_the_wait() {
    let upstream = MockServer::start().await;
    Mock::given(method("GET")).respond_with(with_remaining(0)).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    assert!(!get_contact(&gateway).await.is_error);

    let sent = Instant::now();
    let result = get_contact(&gateway).await;
    let (kind, wait, limit) = rate_limit_of(&result);
    assert_eq!((kind.as_str(), limit), ("rate_limited", json!("burst")));
    assert!((50..=60).contains(&wait) && sent.elapsed() < Duration::from_secs(10), "{}", result.text);
    let message = format!("rate limit reached for this location; it resets in {wait} s");
    assert_eq!(result.problem(), message, "{}", result.text);
    assert!(result.json()["error"]["hint"].as_str().unwrap().contains(&format!("Wait {wait} s")), "{}", result.text);

    let plain = gateway.post(json!({ "tool": "contacts_get-contact", "input": { "contactId": "c1" } })).send().await;
    assert_eq!(plain.status, 429);
    assert!((50..=60).contains(&plain.header("retry-after").parse::<u64>().unwrap()));
    assert_eq!(upstream.received_requests().await.unwrap().len(), 1, "the rejected calls were not sent");
}

#[tokio::test]
async fn an_exhausted_daily_limit_is_reported_as_such() {
    let upstream = MockServer::start().await;
    let exhausted = with_remaining(99).insert_header("x-ratelimit-daily-remaining", "0");
    Mock::given(method("GET")).respond_with(exhausted).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    assert!(!get_contact(&gateway).await.is_error);
    let result = get_contact(&gateway).await;
    assert_eq!(rate_limit_of(&result), ("rate_limited".to_owned(), 300, json!("day")));
    assert!(result.problem().starts_with("daily rate limit reached for this location"), "{}", result.text);
}

/// The API rejects one token at one location for a minute; other tokens and locations are not affected.
#[tokio::test]
async fn a_429_blocks_one_token_at_one_location() {
    let upstream = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "60");
    let rejected = Mock::given(header("locationid", "BUSY")).and(header("authorization", "Bearer pit-busy"));
    rejected.respond_with(busy).mount(&upstream).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let call = |token: &str, location: &str| {
        let post = gateway.tool("contacts_get-contact", json!({ "contactId": "c1" }));
        post.token(token).header("locationid", location).send()
    };
    for _ in 0..2 {
        let result = call("pit-busy", "BUSY").await.tool_result();
        let (kind, wait, limit) = rate_limit_of(&result);
        assert_eq!((kind.as_str(), limit), ("rate_limited", json!("burst")));
        assert!((50..=60).contains(&wait), "{}", result.text);
        for (token, location) in [("pit-busy", "QUIET"), ("pit-other", "BUSY"), ("pit-other", "QUIET")] {
            assert!(!call(token, location).await.tool_result().is_error, "{token} {location}");
        }
    }
    let requests = upstream.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1 + 6, "the second call was not sent");
}

/// In either order.
#[tokio::test]
async fn a_429_blocks_calls_with_and_without_a_location() {
    for first_pinned in [true, false] {
        let upstream = MockServer::start().await;
        let busy = ResponseTemplate::new(429).insert_header("retry-after", "60");
        Mock::given(method("GET")).respond_with(busy).mount(&upstream).await;
        let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
        for pinned in [first_pinned, !first_pinned] {
            let post = gateway.tool("contacts_get-contact", json!({ "contactId": "c1" }));
            let post = if pinned { post } else { post.unpinned() };
            let result = post.send().await.tool_result();
            assert_eq!(rate_limit_of(&result).0, "rate_limited", "{}", result.text);
        }
        assert_eq!(upstream.received_requests().await.unwrap().len(), 1, "the second call was not sent");
    }
}

/// A 429 means that nothing was carried out, so every call may be retried, also a create.
#[tokio::test]
async fn a_call_that_gets_a_429_is_retried_when_the_rate_limit_resets() {
    let upstream = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("x-ratelimit-interval-milliseconds", "200");
    Mock::given(method("POST")).respond_with(busy).up_to_n_times(2).with_priority(1).mount(&upstream).await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(201).set_body_string("{}")).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let result = gateway.call("contacts_create-contact", json!({ "email": "a@example.com" })).await;
    assert!(!result.is_error, "{}", result.text);
    assert_eq!(upstream.received_requests().await.unwrap().len(), 3);
}
