//! One process that is asked to stop.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpStream;
use wiremock::ResponseTemplate;

use super::process::Process;
use crate::support::{Held, RawUpstream, Socket, answering, head};

fn call() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "contacts_get-contacts", "arguments": {} } })
}

/// The listener is closed a moment after the signal.
async fn until_refused(process: &Process) {
    while TcpStream::connect(process.address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_call_in_flight_is_answered() {
    for signal in ["-TERM", "-INT"] {
        let slow = ResponseTemplate::new(200).set_body_string("{}").set_delay(Duration::from_secs(3));
        let upstream = answering(slow).await;
        let mut process = Process::start("127.0.0.1:0", &upstream.uri(), &[]);
        let mut connection = Socket::open(process.address).await;
        connection.post(call()).await;
        while upstream.received_requests().await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        process.signal(signal);
        until_refused(&process).await;
        let answer = connection.answer().await;
        assert!(answer.status == 200 && answer.body.contains(r#""isError":false"#), "{answer:?}");
        assert_eq!(answer.header("connection"), Some("close"));
        assert_eq!(process.ended().await, Some(0), "{signal}");
    }
}

/// A proxy that keeps connections may send a request at the same moment: it is answered.
#[tokio::test]
async fn a_connection_that_is_kept_is_told_and_not_cut() {
    for _ in 0..10 {
        if told_and_not_cut().await {
            return;
        }
    }
    panic!("it was never quick enough");
}

/// One try; false if this machine was so slow that the connections' time was over before the requests were sent.
async fn told_and_not_cut() -> bool {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    let mut process = Process::start("127.0.0.1:0", &upstream.uri(), &[]);
    let (mut asked, mut used, unused) =
        (Socket::open(process.address).await, Socket::open(process.address).await, Socket::open(process.address).await);
    for connection in [&mut asked, &mut used] {
        let ready = connection.get("/readyz").await;
        assert_eq!((ready.status, ready.body.as_str()), (200, r#"{"status":"ready"}"#));
        assert_eq!(ready.header("connection"), None);
    }
    let began = Instant::now();
    process.stop();
    until_refused(&process).await;
    let _ = asked.try_send("GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let body = call().to_string();
    let _ = used.try_send(&format!("{}{body}", head(body.len()))).await;
    let (ready, answer) = (asked.closed().await, used.closed().await);
    // Connections are kept for 2 s. The answers came within that, or those that were sent too late may be missing.
    if (ready.is_empty() || answer.is_empty()) && began.elapsed() > Duration::from_millis(1900) {
        return false;
    }
    let (ready, answer) = (String::from_utf8(ready).unwrap(), String::from_utf8(answer).unwrap());
    assert!(ready.starts_with("HTTP/1.1 503 ") && ready.ends_with(r#"{"status":"stopping"}"#), "{ready:?}");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#""isError":false"#), "{answer:?}");
    assert!(ready.contains("connection: close\r\n") && answer.contains("connection: close\r\n"));
    assert_eq!(process.ended().await, Some(0));
    drop(unused);
    true
}

/// GOAWAY says the same; what the client sends before it knows is answered.
#[tokio::test]
async fn over_http2_too() {
    let upstream = Held::start().await;
    let mut process = Process::start("127.0.0.1:0", &upstream.server.url(), &[]);
    let http = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
    let url = format!("http://{}", process.address);
    let post = http.post(format!("{url}/mcp")).header("authorization", "Bearer pit-1").header("locationid", "LOC");
    let post = post.header("content-type", "application/json").body(call().to_string());
    let answer = tokio::spawn(post.send());
    upstream.until_in_flight(1).await;
    process.stop();
    until_refused(&process).await;
    upstream.answer(1);
    let answer = answer.await.unwrap().unwrap();
    assert!(answer.status() == 200 && answer.text().await.unwrap().contains("isError"));
    let refused = loop {
        match http.get(format!("{url}/healthz")).send().await {
            // It came before the client was told.
            Ok(answer) => assert_eq!(answer.status(), 200),
            Err(refused) => break refused,
        }
    };
    assert!(refused.is_connect(), "the connection is gone, and no other is let in: {refused:?}");
    assert_eq!(process.ended().await, Some(0));
}

/// Far sooner than the time to drain, which is 30 s.
#[tokio::test]
async fn nothing_in_flight_is_not_waited_for() {
    for connections in [0, 3] {
        let mut process = Process::start("127.0.0.1:0", "http://127.0.0.1:9", &[]);
        let mut idle = Vec::new();
        for _ in 0..connections {
            let mut connection = Socket::open(process.address).await;
            assert_eq!(connection.get("/healthz").await.status, 200);
            idle.push(connection);
        }
        process.stop();
        let began = Instant::now();
        assert_eq!(process.ended().await, Some(0));
        assert!(began.elapsed() < Duration::from_secs(15), "{connections}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn the_time_to_drain_ends() {
    let upstream = RawUpstream::silent().await;
    let mut process = Process::start("127.0.0.1:0", &upstream.url(), &[("DRAIN_TIMEOUT", "300ms")]);
    let mut connection = Socket::open(process.address).await;
    connection.post(call()).await;
    upstream.until_requests(1).await;
    process.stop();
    let line = process.logged("some requests did not end in time and were cut");
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

/// For load balancers that find out by asking.
#[tokio::test]
async fn connections_are_let_in_for_a_while_where_that_is_wanted() {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    let mut process = Process::start("127.0.0.1:0", &upstream.uri(), &[("SHUTDOWN_DELAY", "3s")]);
    process.stop();
    let mut connection = Socket::open(process.address).await;
    let ready = connection.get("/readyz").await;
    assert_eq!((ready.status, ready.header("connection")), (503, None));
    connection.post(call()).await;
    assert_eq!(connection.answer().await.status, 200);
    assert_eq!(process.ended().await, Some(0));
}
