//! HTTP/1.1: a request whose head is still coming when connections without one are closed.

use std::time::Duration;

use tokio::time::sleep;

use crate::support::{Socket, Starter};

const HEAD: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn it_is_answered() {
    let patient = |settings: &mut leadconnector_mcp::config::Settings| {
        settings.server.connections.header_timeout = Duration::from_secs(50);
    };
    let running = Starter::on("http://127.0.0.1:9").settings(patient).start().await;
    let (mut kept, mut fresh, mut idle) = (
        Socket::open(running.server.address).await,
        Socket::open(running.server.address).await,
        Socket::open(running.server.address).await,
    );
    for connection in [&mut kept, &mut idle] {
        assert_eq!(connection.get("/healthz").await.status, 200);
    }
    let (begin, rest) = HEAD.split_at(30);
    for connection in [&mut kept, &mut fresh] {
        connection.send(begin).await;
    }
    running.server.shutdown.begin();
    assert!(idle.closed().await.is_empty());
    // The others' time ended with this one's, or a moment later.
    sleep(Duration::from_millis(300)).await;
    for connection in [&mut kept, &mut fresh] {
        connection.send(rest).await;
        let answer = connection.answer().await;
        assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
        assert!(connection.closed().await.is_empty());
    }
}

/// The time of a head is what ends it.
#[tokio::test]
async fn it_is_not_waited_for_without_end() {
    let short = |settings: &mut leadconnector_mcp::config::Settings| {
        settings.server.connections.header_timeout = Duration::from_millis(2500);
    };
    let running = Starter::on("http://127.0.0.1:9").settings(short).start().await;
    let mut connection = Socket::open(running.server.address).await;
    connection.send(&HEAD[..30]).await;
    running.server.shutdown.begin();
    assert!(connection.closed().await.is_empty());
}
