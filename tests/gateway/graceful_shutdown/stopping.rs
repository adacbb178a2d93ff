//! Graceful shutdown of one process.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpStream;
use wiremock::ResponseTemplate;

use super::process::Process;
use crate::support::{BlockedUpstream, Clock, RawUpstream, Socket, TestGatewayBuilder, answering, eventually};

fn call() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "contacts_get-contacts", "arguments": {} } })
}

/// The listener is closed a moment after the signal.
async fn until_refused(address: SocketAddr) {
    eventually("the listener is closed", async || TcpStream::connect(address).await.is_err()).await;
}

#[tokio::test]
async fn a_call_in_flight_gets_its_response() {
    for signal in ["-TERM", "-INT"] {
        let upstream = BlockedUpstream::start().await;
        let mut process = Process::start("127.0.0.1:0", &upstream.server.url(), &[]);
        let mut connection = Socket::open(process.address).await;
        connection.post(call()).await;
        upstream.until_in_flight(1).await;
        process.signal(signal);
        until_refused(process.address).await;
        upstream.answer(1);
        let answer = connection.answer().await;
        assert!(answer.status == 200 && answer.body.contains(r#""isError":false"#), "{answer:?}");
        assert_eq!(answer.header("connection"), Some("close"));
        assert_eq!(process.ended().await, Some(0), "{signal}");
    }
}

/// A proxy with idle connections may send a request at the same moment: it gets its response.
#[tokio::test]
async fn an_idle_connection_is_closed_with_the_next_response() {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let address = gateway.server.address;
    let (mut asked, mut used, mut unused) =
        (Socket::open(address).await, Socket::open(address).await, Socket::open(address).await);
    for connection in [&mut asked, &mut used] {
        let ready = connection.get("/readyz").await;
        assert_eq!((ready.status, ready.body.as_str()), (200, r#"{"status":"ready"}"#));
        assert_eq!(ready.header("connection"), None);
    }
    // Idle connections stay open for 2 s, which must not pass before the requests are sent.
    let clock = Clock::stop();
    clock.stop_server(&gateway.server).await;
    until_refused(address).await;
    let ready = asked.get("/readyz").await;
    assert_eq!((ready.status, ready.body.as_str()), (503, r#"{"status":"stopping"}"#));
    used.post(call()).await;
    let answer = used.answer().await;
    assert!(answer.status == 200 && answer.body.contains(r#""isError":false"#), "{answer:?}");
    assert_eq!((ready.header("connection"), answer.header("connection")), (Some("close"), Some("close")));
    assert!(asked.closed().await.is_empty() && used.closed().await.is_empty());
    let (rest, kept) = clock.advance_until("the unused one is closed", unused.closed()).await;
    assert!(rest.is_empty() && kept >= Duration::from_secs(2), "{kept:?}");
}

/// With GOAWAY; requests that the client sends before it arrives get their responses.
#[tokio::test]
async fn over_http2_too() {
    let upstream = BlockedUpstream::start().await;
    let mut process = Process::start("127.0.0.1:0", &upstream.server.url(), &[]);
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).http2_prior_knowledge().build().unwrap();
    let url = format!("http://{}", process.address);
    let post = http.post(format!("{url}/mcp")).header("authorization", "Bearer pit-1").header("locationid", "LOC");
    let post = post.header("content-type", "application/json").body(call().to_string());
    let answer = tokio::spawn(post.send());
    upstream.until_in_flight(1).await;
    process.stop();
    until_refused(process.address).await;
    upstream.answer(1);
    let answer = answer.await.unwrap().unwrap();
    assert!(answer.status() == 200 && answer.text().await.unwrap().contains("isError"));
    let mut refused = None;
    // A request sent before the GOAWAY arrives gets its response.
    eventually("the connection is gone", async || {
        refused = match http.get(format!("{url}/healthz")).send().await {
            Ok(answer) => {
                assert_eq!(answer.status(), 200);
                None
            }
            Err(error) => Some(error),
        };
        refused.is_some()
    })
    .await;
    assert!(refused.as_ref().unwrap().is_connect(), "no further connection is accepted: {refused:?}");
    assert_eq!(process.ended().await, Some(0));
}

/// `ended` waits for less than the drain timeout, which is 30 s.
#[tokio::test]
async fn without_requests_in_flight_it_stops_at_once() {
    for connections in [0, 3] {
        let mut process = Process::start("127.0.0.1:0", "http://127.0.0.1:9", &[]);
        let mut idle = Vec::new();
        for _ in 0..connections {
            let mut connection = Socket::open(process.address).await;
            assert_eq!(connection.get("/healthz").await.status, 200);
            idle.push(connection);
        }
        process.stop();
        assert_eq!(process.ended().await, Some(0), "{connections}");
    }
}

#[tokio::test]
async fn the_drain_timeout_passes() {
    let upstream = RawUpstream::silent().await;
    let mut process = Process::start("127.0.0.1:0", &upstream.url(), &[("DRAIN_TIMEOUT", "300ms")]);
    let mut connection = Socket::open(process.address).await;
    connection.post(call()).await;
    upstream.until_requests(1).await;
    process.stop();
    let line = process.logged("some requests did not finish within the drain timeout and were aborted");
    assert_eq!((&line["level"], &line["requests"]), (&json!("WARN"), &json!(1)));
    assert_eq!(process.ended().await, Some(0));
    assert!(connection.closed().await.is_empty());
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let upstream = RawUpstream::silent().await;
    let mut process = Process::start("127.0.0.1:0", &upstream.url(), &[]);
    let mut connection = Socket::open(process.address).await;
    connection.post(call()).await;
    upstream.until_requests(1).await;
    process.stop();
    process.signal("-INT");
    assert_eq!(process.ended().await, Some(1));
}

/// For load balancers that poll `/readyz`.
#[tokio::test]
async fn connections_are_accepted_during_the_shutdown_delay() {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    let delay = Duration::from_secs(3);
    let settings =
        move |settings: &mut leadconnector_mcp::config::Settings| settings.server.connections.shutdown_delay = delay;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).settings(settings).start().await;
    let clock = Clock::stop();
    clock.stop_server(&gateway.server).await;
    let mut connection = Socket::open(gateway.server.address).await;
    let ready = connection.get("/readyz").await;
    assert_eq!((ready.status, ready.header("connection")), (503, None));
    connection.post(call()).await;
    assert_eq!(connection.answer().await.status, 200);
    let ((), open) = clock.advance_until("the listener is closed", until_refused(gateway.server.address)).await;
    assert!(open >= delay, "{open:?}");
}
