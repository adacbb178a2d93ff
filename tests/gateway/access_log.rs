//! The access log: a line for each request, a bounded number of lines for rejections, and no secrets.

use std::net::SocketAddr;
use std::time::Duration;

use http::Method;
use leadconnector_mcp::config::ServerSettings;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Answer, Logs, Post, RawUpstream, Socket, TestGateway, TestGatewayBuilder, eventually, sandbox};

const READ: &str = "contacts_get-contacts";

fn unique(subject: &str) -> String {
    format!("{subject}-{}", uuid::Uuid::new_v4().simple())
}

/// A gateway with low limits.
async fn strict() -> TestGateway {
    TestGatewayBuilder::on("http://127.0.0.1:9")
        .settings(|settings| {
            settings.server.max_request_bytes = 500;
            settings.server.body_timeout = Duration::from_millis(50);
            settings.server.connections.max_headers = 20;
            settings.tools.locations = vec![crate::support::LOCATION.to_owned()];
        })
        .start()
        .await
}

fn ping(gateway: &TestGateway) -> Post<'_> {
    gateway.rpc("ping", json!({}))
}

/// The only line with a text.
#[track_caller]
fn line(text: &str) -> Value {
    let lines = Logs::capture().access_lines_with(text);
    assert_eq!(lines.len(), 1, "{text}: {lines:?}");
    lines[0].clone()
}

#[track_caller]
fn assert_rejected(line: &Value, status: u16, reason: &str) {
    let fields = &line["fields"];
    assert_eq!((&line["level"], &fields["message"]), (&json!("INFO"), &json!("request rejected")), "{line}");
    assert_eq!((&fields["status"], &fields["reason"]), (&json!(status), &json!(reason)), "{line}");
    assert!(fields["client"] == "127.0.0.1" && fields["elapsed_ms"].is_u64() && fields["bytes"].is_u64(), "{line}");
    assert!(fields["method"].is_string() && fields["path"].as_str().unwrap().starts_with('/'), "{line}");
}

#[tokio::test]
async fn every_rejection_has_its_line() {
    Logs::capture();
    let gateway = strict().await;
    let many = |post| (0..30).fold(post, |post: Post<'_>, number| post.second_header("x-many", &number.to_string()));
    let cases = [
        (403, "host_not_allowed", ping(&gateway).header("host", "evil.example")),
        (403, "origin_not_allowed", ping(&gateway).header("origin", "https://evil.example")),
        (403, "location_not_allowed", ping(&gateway).header("locationid", "OTHER")),
        (401, "unauthorized", ping(&gateway).without("authorization")),
        (400, "bad_request", ping(&gateway).header("locationid", "")),
        (400, "bad_envelope", gateway.post_bytes("{")),
        (415, "unsupported_media_type", ping(&gateway).header("content-type", "text/plain")),
        (413, "body_too_large", gateway.post_bytes("x".repeat(501))),
        (404, "unknown_path", ping(&gateway).path("/nowhere")),
        (405, "method_not_allowed", ping(&gateway).method(Method::GET)),
    ];
    for (status, reason, post) in cases {
        let id = unique(reason);
        let answer = post.header("x-request-id", &id).send().await;
        assert_eq!(answer.status.as_u16(), status, "{reason}");
        let line = line(&id);
        assert_rejected(&line, status, reason);
        assert_eq!(line["fields"]["bytes"], answer.body.len(), "{reason}");
    }
    // Rejected before it gets a request id.
    let path = format!("/{}", unique("headers"));
    assert_eq!(many(ping(&gateway).path(&path)).send().await.status, 431);
    assert_rejected(&line(&path), 431, "too_many_headers");

    let id = unique("slow");
    let head = "POST /mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer pit-1\r\n";
    let rest = format!("content-type: application/json\r\nx-request-id: {id}\r\ncontent-length: 9\r\n\r\n{{");
    assert!(gateway.raw(&format!("{head}{rest}")).await.starts_with("HTTP/1.1 408"));
    assert_rejected(&line(&id), 408, "body_timeout");

    let id = unique("crowd");
    let full = TestGatewayBuilder::on("http://127.0.0.1:9")
        .settings(|settings| settings.server.max_requests = 0)
        .start()
        .await;
    assert_eq!(ping(&full).header("x-request-id", &id).send().await.status, 503);
    assert_rejected(&line(&id), 503, "too_many_requests");
}

/// The reason shows which setting to raise.
#[tokio::test]
async fn the_limit_on_requests_that_was_reached_is_logged() {
    Logs::capture();
    let per_address: fn(&mut ServerSettings) = |server| server.max_requests_per_address = 1;
    let per_token: fn(&mut ServerSettings) = |server| server.max_requests_per_token = 1;
    let limits = [(per_address, 503, "too_many_requests_per_address"), (per_token, 429, "too_many_requests_per_token")];
    for (limit, status, reason) in limits {
        let upstream = RawUpstream::silent().await;
        let gateway = TestGatewayBuilder::on(&upstream.url()).settings(move |settings| limit(&mut settings.server));
        let gateway = gateway.start().await;
        let mut first = Socket::open(gateway.server.address).await;
        let params = json!({ "name": READ, "arguments": {} });
        first.post(json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })).await;
        upstream.until_requests(1).await;
        let id = unique("limit");
        assert_eq!(ping(&gateway).header("x-request-id", &id).send().await.status, status);
        assert_rejected(&line(&id), status, reason);
    }
}

/// Connects from an IP of this machine that no other test uses.
async fn connect_from(client: &str, server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{client}:0").parse().unwrap()).unwrap();
    socket.connect(server).await.unwrap()
}

/// Sends bytes from an IP of this machine that no other test uses, and reads to the end.
async fn send_from(client: &str, server: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut connection = connect_from(client, server).await;
    connection.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer).await; // a reset counts as well
    answer
}

/// Even if it never became a request. On Linux, all of 127.0.0.0/8 is this machine.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_rejected_connection_has_its_line() {
    Logs::capture();
    let gateway = strict().await;
    let full = TestGatewayBuilder::on("http://127.0.0.1:9")
        .settings(|settings| settings.server.connections.max_connections = 0);
    let full = full.start().await;
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(200_000));
    let get = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let crowded = TestGatewayBuilder::on("http://127.0.0.1:9")
        .settings(|settings| settings.server.connections.max_connections_per_address = 1);
    let crowded = crowded.start().await;
    let _open = connect_from("127.9.9.4", crowded.server.address).await;
    for (client, server, bytes, reason) in [
        ("127.9.9.1", &full, &get[..], "too_many_connections"),
        ("127.9.9.2", &gateway, &b"\x16\x03\x01\x02\x00\x01\r\n\r\n"[..], "malformed_http"),
        ("127.9.9.3", &gateway, long.as_bytes(), "head_too_large"),
        ("127.9.9.4", &crowded, get, "too_many_connections_per_address"),
    ] {
        send_from(client, server.server.address, bytes).await;
        let line = line(client);
        assert_eq!((&line["level"], &line["fields"]["reason"]), (&json!("INFO"), &json!(reason)), "{line}");
    }
}

/// Some clients send the token in the URL, or a path with terminal escapes.
#[tokio::test]
async fn the_line_has_no_query_no_token_and_no_control_character() {
    let logs = Logs::capture();
    let gateway = strict().await;
    let (canary, id) = (unique("pit-canary"), unique("canary"));
    let request = format!(
        "POST /\u{1b}\u{85}\u{202e}\" HTTP/1.1\r\nhost: localhost\r\nx-request-id: {id}\r\n\
         x-other: {canary}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    );
    // hyper rejects an escape in a URL, and accepts the other characters.
    assert!(gateway.raw(&request).await.starts_with("HTTP/1.1 400"));
    assert!(gateway.raw(&request.replace('\u{1b}', "")).await.starts_with("HTTP/1.1 404"));
    assert_eq!(line(&id)["fields"]["path"], "/%C2%85%E2%80%AE\"");
    for (path, status, reason) in [
        (format!("/mcp/nothing?locationId={canary}"), 404, "unknown_path"),
        (format!("/mcp/{canary}?locationId=LOC"), 404, "unknown_path"),
        (format!("/mcp/{canary}?token={canary}"), 400, "bad_request"),
    ] {
        let (fresh, id) = (strict().await, unique("query"));
        let answer = ping(&fresh).path(&path).token(&canary).header("x-request-id", &id).send().await;
        assert_rejected(&line(&id), status, reason);
        assert_eq!(answer.status, status);
    }
    assert!(logs.access_lines_with(&canary).is_empty());
}

/// At the default level a call has only its own line; at `debug` its request has one too.
#[tokio::test]
async fn a_good_call_has_one_line_at_info() {
    let logs = Logs::capture();
    let upstream = sandbox().await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
    let token = leadconnector_mcp::sandbox::TOKEN;
    let post = |message| gateway.post(message).token(token).header("locationid", leadconnector_mcp::sandbox::LOCATION);
    let params = json!({ "name": READ, "arguments": { "limit": 1 } });
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let failing = json!({ "tool": "contacts_get-contact", "input": { "contactId": "nobody0" } });
    for (message, own) in [(call, 1), (failing, 1), (json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }), 0)] {
        let answer: Answer = post(message).send().await;
        let id = answer.header("x-request-id");
        assert_eq!(logs.own_lines_with(id).len(), own, "{answer:?}");
        let line = finished_line(id).await;
        assert_eq!((&line["level"], &line["fields"]["path"]), (&json!("DEBUG"), &json!("/mcp")), "{line}");
        assert_eq!(line["fields"]["status"], answer.status.as_u16());
        assert_eq!(line["fields"]["bytes"], answer.body.len());
    }
}

/// Such a call needs no valid token, so it must not fill the log.
#[tokio::test]
async fn invalid_calls_have_a_line_a_second() {
    let logs = Logs::capture();
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    let location = unique("canary");
    let started = std::time::Instant::now();
    for _ in 0..200 {
        let post = gateway.tool("contacts_get-contact", json!({ "zz": 1 })).token("pit-invented");
        assert!(post.header("locationid", &location).send().await.tool_result().is_error);
    }
    let lines = logs.own_lines_with(&location).len() as u64;
    assert!((1..=started.elapsed().as_secs() + 1).contains(&lines), "{lines} lines");
}

/// The line of a request with a response: it is written once the body is dropped.
async fn finished_line(id: &str) -> Value {
    let mut line = None;
    eventually("a request's line in the access log", async || {
        line = Logs::capture().access_lines_with(id).pop();
        line.is_some()
    })
    .await;
    line.unwrap()
}
