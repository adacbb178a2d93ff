//! The budget of a location: who waits, who is told at once, and who is not touched by it.

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

/// A cheap call of the sandbox's own caller.
fn cheap(gateway: &TestGateway) -> Post<'_> {
    let post = gateway.tool("locations_get-location", json!({}));
    post.token(TOKEN).header("locationid", LOCATION)
}

/// An answer that tells how many requests are left of 100 in a minute.
fn left(remaining: u32) -> ResponseTemplate {
    ResponseTemplate::new(200)
        .insert_header("x-ratelimit-max", "100")
        .insert_header("x-ratelimit-remaining", remaining.to_string())
        .insert_header("x-ratelimit-interval-milliseconds", "60000")
        .insert_header("x-ratelimit-daily-remaining", "1000")
        .set_body_string("{}")
}

async fn read(gateway: &TestGateway) -> CallResult {
    gateway.call("contacts_get-contact", json!({ "contactId": "c1" })).await
}

/// What a refusal says of the limit.
fn reached(result: &CallResult) -> (String, u64, Value) {
    let error = &result.json()["error"];
    (result.kind(), error["wait_seconds"].as_u64().unwrap(), error["limit"].clone())
}

#[tokio::test]
async fn calls_over_the_budget_wait_and_are_served() {
    let upstream = strict_sandbox(10, Duration::from_millis(500)).await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).without_retries().start().await;
    let answers = join_all((0..35).map(|_| cheap(&gateway).send())).await;
    for answer in answers {
        assert!(!answer.tool_result().is_error, "{}", answer.body);
    }
}

#[tokio::test]
async fn one_that_cannot_make_it_is_told_at_once_how_long_to_wait() {
    let upstream = MockServer::start().await;
    Mock::given(method("GET")).respond_with(left(0)).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    assert!(!read(&gateway).await.is_error);

    let asked = Instant::now();
    let result = read(&gateway).await;
    let (kind, wait, limit) = reached(&result);
    assert_eq!((kind.as_str(), limit), ("rate_limited", json!("burst")));
    assert!((50..=60).contains(&wait) && asked.elapsed() < Duration::from_secs(10), "{}", result.text);
    assert!(result.problem().contains(&format!("for the next {wait} s")), "{}", result.text);
    assert!(result.json()["error"]["hint"].as_str().unwrap().contains(&format!("Wait {wait} s")), "{}", result.text);

    let plain = gateway.post(json!({ "tool": "contacts_get-contact", "input": { "contactId": "c1" } })).send().await;
    assert_eq!(plain.status, 429);
    assert!((50..=60).contains(&plain.header("retry-after").parse::<u64>().unwrap()));
    assert_eq!(upstream.received_requests().await.unwrap().len(), 1, "nothing more was sent");
}

#[tokio::test]
async fn a_spent_day_is_told_apart() {
    let upstream = MockServer::start().await;
    let spent = left(99).insert_header("x-ratelimit-daily-remaining", "0");
    Mock::given(method("GET")).respond_with(spent).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    assert!(!read(&gateway).await.is_error);
    let result = read(&gateway).await;
    assert_eq!(reached(&result), ("rate_limited".to_owned(), 300, json!("day")));
    assert!(result.problem().contains("in a day"), "{}", result.text);
}

/// The API refuses one token at one location for a minute; nobody else notices.
#[tokio::test]
async fn a_refusal_closes_the_budget_of_one_token_at_one_location() {
    let upstream = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "60");
    let refused = Mock::given(header("locationid", "BUSY")).and(header("authorization", "Bearer pit-busy"));
    refused.respond_with(busy).mount(&upstream).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let call = |token: &str, location: &str| {
        let post = gateway.tool("contacts_get-contact", json!({ "contactId": "c1" }));
        post.token(token).header("locationid", location).send()
    };
    for _ in 0..2 {
        let result = call("pit-busy", "BUSY").await.tool_result();
        let (kind, wait, limit) = reached(&result);
        assert_eq!((kind.as_str(), limit), ("rate_limited", json!("burst")));
        assert!((50..=60).contains(&wait), "{}", result.text);
        for (token, location) in [("pit-busy", "QUIET"), ("pit-other", "BUSY"), ("pit-other", "QUIET")] {
            assert!(!call(token, location).await.tool_result().is_error, "{token} {location}");
        }
    }
    let requests = upstream.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1 + 6, "the second call was not sent");
}

/// Whichever of the two came first.
#[tokio::test]
async fn a_refusal_closes_the_budget_with_and_without_a_location() {
    for refused_pinned in [true, false] {
        let upstream = MockServer::start().await;
        let busy = ResponseTemplate::new(429).insert_header("retry-after", "60");
        Mock::given(method("GET")).respond_with(busy).mount(&upstream).await;
        let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
        for pinned in [refused_pinned, !refused_pinned] {
            let post = gateway.tool("contacts_get-contact", json!({ "contactId": "c1" }));
            let post = if pinned { post } else { post.unpinned() };
            let result = post.send().await.tool_result();
            assert_eq!(reached(&result).0, "rate_limited", "{}", result.text);
        }
        assert_eq!(upstream.received_requests().await.unwrap().len(), 1, "the second call was not sent");
    }
}

/// A 429 means that nothing was done: every call may be sent again, a create too.
#[tokio::test]
async fn what_was_refused_is_sent_again_when_the_budget_opens() {
    let upstream = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("x-ratelimit-interval-milliseconds", "200");
    Mock::given(method("POST")).respond_with(busy).up_to_n_times(2).with_priority(1).mount(&upstream).await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(201).set_body_string("{}")).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let result = gateway.call("contacts_create-contact", json!({ "email": "a@example.com" })).await;
    assert!(!result.is_error, "{}", result.text);
    assert_eq!(upstream.received_requests().await.unwrap().len(), 3);
}
