//! The limit on connections: 503 over it, for a bounded number of connections.

use leadconnector_mcp::config::ConnectionSettings;

use super::{http2, list, start, until_served};
use crate::support::{Clock, Socket, TestGateway};

const GET: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Opens as many connections as the limit allows.
async fn fill(change: impl FnOnce(&mut ConnectionSettings) + 'static) -> (TestGateway, Vec<Socket>) {
    let (gateway, _) = start(|server| change(&mut server.connections)).await;
    let mut connections = Vec::new();
    for _ in 0..2 {
        let mut connection = Socket::open(gateway.server.address).await;
        assert_eq!(connection.get("/healthz").await.status, 200);
        connections.push(connection);
    }
    (gateway, connections)
}

async fn assert_rejects_one_more(gateway: TestGateway, mut connections: Vec<Socket>) {
    let mut over = Socket::open(gateway.server.address).await;
    over.post(list()).await;
    let answer = over.answer().await;
    assert!(answer.status == 503 && answer.problem().contains("too many connections"), "{answer:?}");
    assert_eq!((answer.header("retry-after"), answer.header("connection")), (Some("1"), Some("close")));
    assert!(over.closed().await.is_empty());

    let answer = http2(&gateway, &list()).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (503, "1"));

    for connection in &mut connections {
        assert_eq!(connection.get("/healthz").await.status, 200, "open connections stay open");
    }
    connections.pop();
    until_served(&gateway).await;
    assert_eq!(connections[0].get("/healthz").await.status, 200);
}

#[tokio::test]
async fn of_all_clients() {
    let (gateway, connections) = fill(|limits| limits.max_connections = 2).await;
    assert_rejects_one_more(gateway, connections).await;
}

#[tokio::test]
async fn of_one_address() {
    let (gateway, connections) = fill(|limits| limits.max_connections_per_address = 2).await;
    assert_rejects_one_more(gateway, connections).await;
}

#[tokio::test]
async fn of_one_address_without_a_limit() {
    let (gateway, _connections) = fill(|limits| limits.max_connections_per_address = 0).await;
    let mut third = Socket::open(gateway.server.address).await;
    assert_eq!(third.get("/healthz").await.status, 200);
}

/// A 503 costs resources too, so their number is bounded.
#[tokio::test]
async fn only_some_rejections_get_a_response() {
    let (gateway, _connections) = fill(|limits| limits.max_connections = 2).await;
    // No silent connection times out.
    let _clock = Clock::stop();
    let mut silent = Vec::new();
    for _ in 0..64 {
        silent.push(Socket::open(gateway.server.address).await);
    }
    // Connections are accepted in order.
    let mut one_more = Socket::open(gateway.server.address).await;
    let _ = one_more.try_send(GET).await;
    let response = one_more.closed().await;
    assert!(response.is_empty(), "{}", String::from_utf8_lossy(&response));
    let first = &mut silent[0];
    first.send(GET).await;
    assert_eq!(first.answer().await.status, 503);
}
