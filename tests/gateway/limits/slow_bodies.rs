//! Bodies that arrive very slowly do not block other clients.

use bytes::Bytes;
use h2::SendStream;
use h2::client::ResponseFuture;
use tokio::task::JoinSet;

use super::{list, start};
use crate::support::{Answer, Socket, TestGateway};

const SLOW_BODIES: usize = 1000;
/// Fewer than the 64 streams that a connection may have.
const STREAMS: usize = 50;
const CALLERS: usize = 200;
/// How many of them call concurrently.
const AT_ONCE: usize = 50;

/// Sends requests with made-up tokens and incomplete bodies, over few connections.
async fn begin_bodies(gateway: &TestGateway) -> Vec<(ResponseFuture, SendStream<Bytes>)> {
    let mut begun = Vec::new();
    for _ in 0..SLOW_BODIES / STREAMS {
        let stream = Socket::open(gateway.server.address).await.into_stream();
        let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        for number in 0..STREAMS {
            let request = http::Request::post(gateway.url("/mcp"))
                .header("authorization", format!("Bearer made-up-{number}"))
                .header("content-type", "application/json")
                .body(())
                .unwrap();
            client = client.ready().await.unwrap();
            let (answer, mut body) = client.send_request(request, false).unwrap();
            body.send_data(Bytes::from_static(b"{"), false).unwrap();
            begun.push((answer, body));
        }
        // Once this request has a response, all of them have arrived.
        let request = http::Request::get(gateway.url("/healthz")).body(()).unwrap();
        client = client.ready().await.unwrap();
        assert_eq!(client.send_request(request, true).unwrap().0.await.unwrap().status(), 200);
    }
    begun
}

async fn assert_callers_are_served(gateway: &TestGateway) {
    for _ in 0..CALLERS / AT_ONCE {
        let mut callers = JoinSet::new();
        for number in 0..AT_ONCE {
            let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
            let request = http.post(gateway.url("/mcp")).bearer_auth(format!("pit-{number}"));
            let request = request.header("content-type", "application/json").body(list().to_string());
            callers.spawn(async move { Answer::read(request.send().await.unwrap()).await });
        }
        while let Some(answer) = callers.join_next().await {
            assert!(answer.unwrap().result()["tools"].is_array());
        }
    }
}

#[tokio::test]
async fn of_all_clients() {
    let (gateway, _upstream) = start(|server| {
        server.max_requests_per_address = 0;
        server.connections.max_connections_per_address = 0;
    })
    .await;
    let _slow = begin_bodies(&gateway).await;
    assert_callers_are_served(&gateway).await;
}

/// The slow bodies of a client IP are evicted in favour of other requests from the same IP.
#[tokio::test]
async fn of_one_address() {
    let (gateway, _upstream) = start(|_| {}).await;
    let _slow = begin_bodies(&gateway).await;
    assert_callers_are_served(&gateway).await;
}

/// The oldest one gets a 503 and may retry. Only a body that is itself incomplete evicts another.
#[tokio::test]
async fn the_oldest_is_evicted() {
    let (gateway, _upstream) = start(|server| server.max_requests = 1).await;
    let mut slow = Socket::open(gateway.server.address).await;
    slow.send(&format!("{}{{", crate::support::head(100))).await;
    assert_eq!(gateway.post(list()).send().await.status, 200);
    let mut newer = Vec::new();
    // The server may register the first newer body before this one.
    let evicted = async {
        loop {
            let mut socket = Socket::open(gateway.server.address).await;
            socket.send(&format!("{}{{", crate::support::head(100))).await;
            newer.push(socket);
            if let Ok(answer) = tokio::time::timeout(std::time::Duration::from_millis(100), slow.answer()).await {
                return answer;
            }
        }
    };
    let answer = tokio::time::timeout(std::time::Duration::from_secs(20), evicted).await.unwrap();
    assert!(answer.status == 503 && answer.problem().contains("too many request bodies"), "{answer:?}");
    assert_eq!(answer.header("retry-after"), Some("1"));
}

/// Errors in a head are reported before the body has arrived.
#[tokio::test]
async fn heads_are_validated_first() {
    let (gateway, _upstream) = start(|_| {}).await;
    let head = crate::support::head(100);
    for (change, to, status) in [
        ("authorization: Bearer pit-test\r\n", "", 401),
        ("Bearer pit-test", "Bearer a b", 401),
        ("host: localhost", "host: evil.example", 403),
        ("host: localhost", "host: localhost\r\norigin: https://evil.example", 403),
        ("application/json", "text/plain", 415),
        ("content-length: 100", "content-length: 10000000", 413),
    ] {
        let mut connection = Socket::open(gateway.server.address).await;
        connection.send(&head.replace(change, to)).await;
        assert_eq!(connection.answer().await.status, status, "{to}");
    }
}
