//! The limit on requests in flight: 503 over it, without waiting.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::{call, http2, list, until_served};
use crate::support::{Answer, RawUpstream, Socket, TestGateway, TestGatewayBuilder, answering};

/// More than the kernel buffers for a client that does not read.
const LARGE: usize = 7_000_000;

async fn start(upstream: &str) -> TestGateway {
    TestGatewayBuilder::on(upstream).settings(|settings| settings.server.max_requests = 1).start().await
}

async fn assert_overloaded(gateway: &TestGateway) {
    let answer = gateway.post(list()).send().await;
    let (status, code, message) = answer.rpc_error();
    assert!((status, code) == (503, -32000) && message.contains("in flight"), "{message}");
    assert_eq!(answer.header("retry-after"), "1");
    let answer = Answer::read(http2(gateway, &list()).send().await.unwrap()).await;
    assert_eq!(answer.rpc_error().0, 503);
    let mut other = Socket::open(gateway.server.address).await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(other.get(path).await.status, 200, "health checks have no limit");
    }
}

#[tokio::test]
async fn a_call_in_flight_counts() {
    let upstream = RawUpstream::silent().await;
    let gateway = start(&upstream.url()).await;
    let mut waiting = Socket::open(gateway.server.address).await;
    waiting.post(call()).await;
    upstream.until_requests(1).await;
    assert_overloaded(&gateway).await;
    drop(waiting);
    until_served(&gateway).await;
}

#[tokio::test]
async fn a_client_that_does_not_read_counts() {
    let body = json!({ "contacts": "x".repeat(LARGE) });
    let upstream = answering(ResponseTemplate::new(200).set_body_json(body)).await;
    let gateway = start(&upstream.uri()).await;
    let mut slow = Socket::narrow(gateway.server.address).await;
    slow.post(call()).await;
    slow.begins_to_arrive().await;
    // The server's task runs between these requests, and writes as much of the response as possible.
    for _ in 0..5 {
        assert_overloaded(&gateway).await;
    }
    assert!(slow.answer().await.body.len() > LARGE);
    until_served(&gateway).await;
}

#[tokio::test]
async fn one_client_ip_cannot_take_all_permits() {
    let upstream = RawUpstream::silent().await;
    let settings = |settings: &mut leadconnector_mcp::config::Settings| {
        (settings.server.max_requests, settings.server.max_requests_per_address) = (4, 2);
    };
    let gateway = TestGatewayBuilder::on(&upstream.url()).settings(settings).start().await;
    let mut in_flight = Vec::new();
    for _ in 0..2 {
        let mut connection = Socket::open(gateway.server.address).await;
        connection.post(call()).await;
        in_flight.push(connection);
    }
    upstream.until_requests(2).await;
    let answer = gateway.post(list()).send().await;
    let (status, code, message) = answer.rpc_error();
    assert!((status, code) == (503, -32000) && message.contains("from this client IP"), "{message}");
    assert_eq!(answer.header("retry-after"), "1");

    let elsewhere = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .local_address("127.0.0.2".parse().ok())
        .build()
        .unwrap();
    let post = elsewhere.post(gateway.url("/mcp")).header(AUTHORIZATION, "Bearer pit-test");
    let answer = post.header(CONTENT_TYPE, "application/json").body(list().to_string()).send().await.unwrap();
    assert!(Answer::read(answer).await.result()["tools"].is_array(), "another IP is served");

    drop(in_flight);
    until_served(&gateway).await;
}
