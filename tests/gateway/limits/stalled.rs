//! Clients that do not read their response.

use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;
use h2::client::SendRequest;
use http::Response;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use wiremock::{MockServer, ResponseTemplate};

use super::{call, list, until_served};
use crate::support::{
    LOCATION, Socket, TOKEN, TestGateway, TestGatewayBuilder, answering, head, until_received, within,
};

/// More than the kernel buffers for a client that does not read.
const LARGE: usize = 7_000_000;

async fn start() -> (TestGateway, MockServer) {
    let body = json!({ "contacts": "x".repeat(LARGE) });
    let upstream = answering(ResponseTemplate::new(200).set_body_json(body)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri())
        .settings(|settings| {
            settings.server.connections.write_timeout = Duration::from_millis(300);
            settings.server.max_requests = 1;
        })
        .start()
        .await;
    (gateway, upstream)
}

#[tokio::test]
async fn over_http1_the_connection_is_closed() {
    let (gateway, upstream) = start().await;
    let mut slow = Socket::narrow(gateway.server.address).await;
    slow.post(call()).await;
    until_received(&upstream).await;
    until_served(&gateway).await;
    let got = slow.closed().await;
    assert!(got.starts_with(b"HTTP/1.1 200 ") && got.len() < LARGE, "{}", got.len());
}

/// So slowly that the kernel's default buffer would hide it.
#[tokio::test]
async fn a_client_that_reads_slowly_is_not_closed() {
    let body = json!({ "contacts": "x".repeat(LARGE) });
    let upstream = answering(ResponseTemplate::new(200).set_body_json(body)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri())
        .settings(|settings| settings.server.connections.write_timeout = Duration::from_secs(2))
        .start()
        .await;
    let body = call().to_string();
    let request = head(body.len()).replace("host:", "connection: close\r\nhost:") + &body;
    let mut slow = Socket::narrow(gateway.server.address).await;
    slow.send(&request).await;
    let mut slow = slow.into_stream();
    let mut got = 0;
    // 80 KB/s, for three times as long as the write timeout.
    let mut pace = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..120 {
        pace.tick().await;
        let mut part = [0; 4000];
        got += slow.read_exact(&mut part).await.unwrap();
    }
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).await.unwrap();
    assert!(got + rest.len() > LARGE, "{got} and {}", rest.len());
}

/// An HTTP/2 connection with flow-control windows of this size.
async fn connect(gateway: &TestGateway, window: u32) -> SendRequest<Bytes> {
    let stream = Socket::open(gateway.server.address).await.into_stream();
    let (client, connection) =
        h2::client::Builder::new().initial_window_size(window).handshake::<_, Bytes>(stream).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn post(gateway: &TestGateway, client: &SendRequest<Bytes>, message: Value) -> Response<RecvStream> {
    let request = http::Request::post(gateway.url("/mcp"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("locationid", LOCATION)
        .header("content-type", "application/json")
        .body(())
        .unwrap();
    let (answer, mut body) = client.clone().ready().await.unwrap().send_request(request, false).unwrap();
    body.send_data(message.to_string().into(), true).unwrap();
    answer.await.unwrap()
}

/// Reads a body, opening its window for more, and returns its length and the error that ended it.
async fn read(mut body: RecvStream) -> (usize, Option<h2::Error>) {
    let mut length = 0;
    while let Some(part) = body.data().await {
        match part {
            Ok(part) => {
                length += part.len();
                // Fails if the stream has been reset already, which the next chunk reports.
                let _ = body.flow_control().release_capacity(part.len());
            }
            Err(error) => return (length, Some(error)),
        }
    }
    (length, None)
}

/// Only the stream: the connection may be a proxy's, with streams of other clients.
#[tokio::test]
async fn over_http2_the_stream_is_reset() {
    let (gateway, upstream) = start().await;
    let client = connect(&gateway, 1000).await;
    let answer = post(&gateway, &client, call()).await;
    assert_eq!(answer.status(), 200);
    until_served(&gateway).await;
    let (length, end) = within("the stream's end", read(answer.into_body())).await;
    assert!(length < LARGE && end.is_some_and(|error| error.is_reset()), "{length}");
    assert_eq!(post(&gateway, &client, list()).await.status(), 200, "the connection stays open");
    assert_eq!(upstream.received_requests().await.unwrap().len(), 1);
}

/// A window of one byte: what h2 takes when the first byte may be sent must not be the complete response.
#[tokio::test]
async fn a_stream_with_a_tiny_window_is_reset() {
    let (gateway, _upstream) = start().await;
    let client = connect(&gateway, 1).await;
    let answer = post(&gateway, &client, list()).await;
    assert_eq!(answer.status(), 200);
    until_served(&gateway).await;
    let (length, end) = within("the stream's end", read(answer.into_body())).await;
    assert!(length <= 4096 && end.is_some_and(|error| error.is_reset()), "{length}");
}
