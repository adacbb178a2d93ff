//! The limits on clients: each is exceeded once, and the next ordinary request succeeds.

mod connections;
mod descriptors;
mod greedy;
mod heads;
mod messages;
mod requests;
mod slow;
mod slow_bodies;
mod stalled;
mod trusted_proxies;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{Answer, LOCATION, TOKEN, TestGateway, TestGatewayBuilder, answering, eventually};

/// A message that the gateway handles without the upstream.
fn list() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })
}

fn call() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "contacts_get-contacts", "arguments": {} } })
}

/// A gateway with these settings in front of an API that always succeeds.
async fn start(
    change: impl FnOnce(&mut leadconnector_mcp::config::ServerSettings) + 'static,
) -> (TestGateway, MockServer) {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    (TestGatewayBuilder::on(&upstream.uri()).settings(|settings| change(&mut settings.server)).start().await, upstream)
}

/// A POST over HTTP/2 without TLS.
fn http2(gateway: &TestGateway, message: &Value) -> reqwest::RequestBuilder {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).http2_prior_knowledge().build().unwrap();
    http.post(gateway.url("/mcp"))
        .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header("locationid", LOCATION)
        .header(CONTENT_TYPE, "application/json")
        .body(message.to_string())
}

/// Waits until a request is accepted: the server notices the end of another one a moment later.
async fn until_served(gateway: &TestGateway) {
    eventually("an accepted request", async || gateway.post(list()).send().await.status != 503).await;
    assert!(gateway.post(list()).send().await.result()["tools"].is_array());
}

/// The next ordinary request succeeds.
async fn assert_serves(gateway: &TestGateway) {
    assert!(!gateway.call("contacts_get-contacts", json!({})).await.is_error);
}

#[tokio::test]
async fn both_protocols_serve_a_call() {
    let (gateway, upstream) = start(|_| {}).await;
    let answer = http2(&gateway, &call()).send().await.unwrap();
    assert_eq!(answer.version(), http::Version::HTTP_2);
    assert!(!Answer::read(answer).await.tool_result().is_error);
    let mut connection = crate::support::Socket::open(gateway.server.address).await;
    for _ in 0..2 {
        connection.post(call()).await;
        let answer = connection.answer().await;
        assert!(
            answer.status == 200 && answer.head.starts_with("http/1.1") && answer.body.contains("isError"),
            "{answer:?}"
        );
    }
    assert_eq!(upstream.received_requests().await.unwrap().len(), 3);
}

#[tokio::test]
async fn streams_of_http2_are_bounded() {
    let (gateway, _upstream) = start(|_| {}).await;
    let stream = crate::support::Socket::open(gateway.server.address).await.into_stream();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let request = http::Request::get(gateway.url("/healthz")).body(()).unwrap();
    assert_eq!(client.send_request(request, true).unwrap().0.await.unwrap().status(), 200);
    assert_eq!(client.current_max_send_streams(), 64);
}
