//! Clients that send slowly, or not at all.

use std::time::Duration;

use bytes::Bytes;
use leadconnector_mcp::config::ServerSettings;

use super::{assert_serves, list, start};
use crate::support::{Clock, Socket, TestGateway, head, within};

const SHORT: Duration = Duration::from_millis(300);
/// A connection that stays open for this long is not subject to the short limit.
const LONGER: Duration = Duration::from_secs(1);

async fn start_with(change: impl FnOnce(&mut ServerSettings) + 'static) -> TestGateway {
    start(change).await.0
}

fn short_head(server: &mut ServerSettings) {
    server.connections.header_timeout = SHORT;
}

fn short_idle(server: &mut ServerSettings) {
    server.connections.idle_timeout = SHORT;
}

/// No bytes, half a head, and half an HTTP/2 preface.
#[tokio::test]
async fn a_head_that_does_not_arrive() {
    let (gateway, _upstream) = start(short_head).await;
    for begun in ["", "P", &head(0)[..60], "PRI * HTTP/2.0\r\n\r\nSM"] {
        let mut connection = Socket::open(gateway.server.address).await;
        connection.send(begun).await;
        assert!(connection.closed().await.is_empty(), "{begun:?}");
    }
    assert_serves(&gateway).await;
}

/// Each byte arrives in time, but the complete head does not.
#[tokio::test]
async fn a_head_that_trickles() {
    let (gateway, _upstream) = start(short_head).await;
    let mut connection = Socket::open(gateway.server.address).await;
    let mut bytes = head(0).repeat(10).into_bytes().into_iter();
    while connection
        .try_send(std::str::from_utf8(&[bytes.next().expect("the connection is closed")]).unwrap())
        .await
        .is_ok()
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_serves(&gateway).await;
}

#[tokio::test]
async fn a_second_head_that_does_not_arrive() {
    let (gateway, _upstream) = start(short_head).await;
    let mut connection = Socket::open(gateway.server.address).await;
    assert_eq!(connection.get("/healthz").await.status, 200);
    let clock = Clock::stop();
    clock.advance(LONGER).await;
    assert_eq!(connection.get("/healthz").await.status, 200, "between requests the idle timeout applies");
    clock.resume();
    connection.send(&head(0)[..60]).await;
    assert!(connection.closed().await.is_empty());
    assert_serves(&gateway).await;
}

/// It arrived in one packet with the previous request, and is in hyper's buffer.
#[tokio::test]
async fn a_second_head_that_begins_with_the_first_request() {
    let (gateway, _upstream) = start(short_head).await;
    let body = list().to_string();
    let chunked = head(0).replace("content-length: 0", "transfer-encoding: chunked");
    for request in [
        "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
        format!("{}{body}", head(body.len())),
        format!("{chunked}{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
    ] {
        let mut connection = Socket::open(gateway.server.address).await;
        connection.send(&format!("{request}{}", &head(0)[..60])).await;
        let got = String::from_utf8(connection.closed().await).unwrap();
        assert!(got.starts_with("HTTP/1.1 200 ") && got.matches("HTTP/1.1 ").count() == 1, "{got}");

        let mut connection = Socket::open(gateway.server.address).await;
        connection.send(&request).await;
        assert_eq!(connection.answer().await.status, 200);
        let clock = Clock::stop();
        clock.advance(LONGER).await;
        clock.resume();
        connection.send(&request).await;
        assert_eq!(connection.answer().await.status, 200, "a request alone leaves the connection open");

        // Complete requests in one packet get their responses in order.
        let mut connection = Socket::open(gateway.server.address).await;
        connection.send(&request.repeat(3)).await;
        let got = String::from_utf8(connection.closed().await).unwrap();
        assert_eq!(got.matches("HTTP/1.1 200 ").count(), 3, "{got}");
    }
    assert_serves(&gateway).await;
}

#[tokio::test]
async fn a_connection_without_a_request() {
    let gateway = start_with(short_idle).await;
    let clock = Clock::stop();
    let mut connection = Socket::open(gateway.server.address).await;
    // Connections are accepted in order, so the first one is accepted once another is.
    assert_eq!(Socket::open(gateway.server.address).await.get("/healthz").await.status, 200);
    clock.advance(LONGER).await;
    assert_eq!(connection.get("/healthz").await.status, 200, "the header timeout applies to the first request");
    clock.resume();
    assert!(connection.closed().await.is_empty());
    assert_serves(&gateway).await;
}

#[tokio::test]
async fn a_connection_of_http2_without_a_request() {
    let gateway = start_with(|server| {
        short_head(server);
        server.connections.idle_timeout = Duration::from_millis(1500);
    })
    .await;
    let stream = Socket::open(gateway.server.address).await.into_stream();
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    let ended = tokio::spawn(connection);
    let clock = Clock::stop();
    for _ in 0..2 {
        clock.advance(LONGER).await;
        let request = http::Request::get(gateway.url("/healthz")).body(()).unwrap();
        let (answer, _) = client.send_request(request, true).unwrap();
        assert_eq!(answer.await.unwrap().status(), 200);
        client = client.ready().await.unwrap();
    }
    clock.resume();
    drop(within("it is closed", ended).await);
    assert_serves(&gateway).await;
}

#[tokio::test]
async fn a_body_that_does_not_come() {
    let (gateway, _upstream) = start(|server| server.body_timeout = SHORT).await;
    let mut connection = Socket::open(gateway.server.address).await;
    connection.send(&format!("{}{{", head(100))).await;
    let answer = connection.answer().await;
    assert!(answer.status == 408 && answer.problem().contains("was not complete"), "{answer:?}");
    assert!(connection.closed().await.is_empty());
    assert_serves(&gateway).await;
}

/// Each byte arrives in time, but the complete body does not.
#[tokio::test]
async fn a_body_that_trickles() {
    let (gateway, _upstream) = start(|server| server.body_timeout = SHORT).await;
    let stream = Socket::open(gateway.server.address).await.into_stream();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::post(gateway.url("/mcp"))
        .header("authorization", "Bearer pit-test")
        .header("content-type", "application/json")
        .body(());
    let (answer, mut body) = client.ready().await.unwrap().send_request(request.unwrap(), false).unwrap();
    let dripping = async {
        loop {
            let _ = body.send_data(Bytes::from_static(b" "), false);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let answer = tokio::select! {
        answer = within("an answer", answer) => answer.unwrap(),
        () = dripping => unreachable!(),
    };
    assert_eq!(answer.status(), 408);
    assert!(gateway.post(list()).send().await.result()["tools"].is_array());
}
