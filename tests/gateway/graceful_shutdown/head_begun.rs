//! HTTP/1.1: a request whose head is still arriving when idle connections are closed.

use std::time::Duration;

use crate::support::{Clock, Socket, TestGatewayBuilder};

const HEAD: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn it_gets_its_response() {
    let patient = |settings: &mut leadconnector_mcp::config::Settings| {
        settings.server.connections.header_timeout = Duration::from_secs(50);
    };
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").settings(patient).start().await;
    let (mut kept, mut fresh, mut idle) = (
        Socket::open(gateway.server.address).await,
        Socket::open(gateway.server.address).await,
        Socket::open(gateway.server.address).await,
    );
    for connection in [&mut kept, &mut idle] {
        assert_eq!(connection.get("/healthz").await.status, 200);
    }
    let (begin, rest) = HEAD.split_at(30);
    for connection in [&mut kept, &mut fresh] {
        connection.send(begin).await;
    }
    // Once this has a response, those bytes have been read.
    assert_eq!(idle.get("/healthz").await.status, 200);
    let clock = Clock::stop();
    clock.stop_server(&gateway.server).await;
    let (unsolicited, _) = clock.advance_until("the idle one is closed", idle.closed()).await;
    assert!(unsolicited.is_empty());
    // The idle grace period of the others ended with this one's, or a moment later.
    clock.advance(Duration::from_secs(1)).await;
    for connection in [&mut kept, &mut fresh] {
        connection.send(rest).await;
        let answer = connection.answer().await;
        assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
        assert!(connection.closed().await.is_empty());
    }
}

/// The header timeout ends it.
#[tokio::test]
async fn it_has_the_header_timeout() {
    let header_timeout = Duration::from_secs(5);
    let short = move |settings: &mut leadconnector_mcp::config::Settings| {
        settings.server.connections.header_timeout = header_timeout;
    };
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").settings(short).start().await;
    let clock = Clock::stop();
    let mut connection = Socket::open(gateway.server.address).await;
    connection.send(&HEAD[..30]).await;
    assert_eq!(Socket::open(gateway.server.address).await.get("/healthz").await.status, 200, "the bytes were read");
    clock.stop_server(&gateway.server).await;
    let (rest, took) = clock.advance_until("it is closed", connection.closed()).await;
    assert!(rest.is_empty() && took >= header_timeout, "{took:?}");
}
