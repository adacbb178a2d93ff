//! Errors that are known before the body is there. Many clients send it in a packet of its own, and then use the connection again.

use leadconnector_mcp::config::OperatorKey;

use crate::support::{Socket, TestGateway, TestGatewayBuilder};

/// Heads that are refused, each with the status.
const HEADS: [(&str, &str, u16); 4] = [
    ("/mcp", "application/json", 401),
    ("/mcp", "text/plain", 401),
    ("/nowhere", "application/json", 404),
    ("/oauth/token", "application/json", 415),
];

async fn start() -> TestGateway {
    TestGatewayBuilder::on("http://127.0.0.1:9").oauth(&OperatorKey::random()).start().await
}

fn head(path: &str, content_type: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// Makes sure that what was sent before has been read: a request on another connection is answered.
async fn other_request(gateway: &TestGateway) {
    assert_eq!(Socket::open(gateway.server.address).await.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn the_connection_can_be_used_again() {
    let gateway = start().await;
    for (path, content_type, status) in HEADS {
        let mut socket = Socket::open(gateway.server.address).await;
        socket.send(&head(path, content_type, 2)).await;
        other_request(&gateway).await;
        socket.send("{}").await;
        let answer = socket.answer().await;
        assert_eq!(answer.status, status, "{path} {content_type}");
        assert!(!answer.head.contains("connection: close"), "{path}: {}", answer.head);
        assert_eq!(socket.get("/healthz").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let gateway = start().await;
    for (path, content_type, status) in HEADS {
        let mut socket = Socket::open(gateway.server.address).await;
        socket.send(&head(path, content_type, 2)).await;
        let answer = socket.answer().await;
        assert_eq!(answer.status, status, "{path} {content_type}");
    }
    let mut socket = Socket::open(gateway.server.address).await;
    socket.send(&head("/mcp", "application/json", 1_000_000)).await;
    assert!(socket.answer().await.head.contains("connection: close"), "the client must not send the next request here");
}

#[tokio::test]
async fn a_client_that_asks_first_is_not_told_to_send_its_body() {
    let gateway = start().await;
    for (path, content_type, status) in HEADS {
        let mut socket = Socket::open(gateway.server.address).await;
        let head = head(path, content_type, 2).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
        socket.send(&head).await;
        assert_eq!(socket.answer().await.status, status, "{path} {content_type}: not 100");
    }
}
