//! Clients that disconnect before their response arrives.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{BlockedUpstream, LIMIT, Logs, TestGateway, TestGatewayBuilder, eventually, until_received};

/// Sends a call and returns its connection without reading the response.
async fn send(gateway: &TestGateway, tool: &str, arguments: &Value, accept: &str, request_id: &str) -> TcpStream {
    let params = json!({ "name": tool, "arguments": arguments });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer pit-test\r\nlocationid: LOC\r\naccept: {accept}\r\n\
         content-type: application/json\r\nx-request-id: {request_id}\r\ncontent-length: {}\r\n\r\n",
        gateway.server.address,
        body.len()
    );
    let mut connection = TcpStream::connect(gateway.server.address).await.unwrap();
    connection.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    connection
}

/// Waits for the log line of a call.
async fn log_line(request_id: &str) -> Value {
    let mut line = None;
    eventually("the log line of a call", async || {
        let lines = Logs::capture().own_lines_with(request_id);
        let is_calls = |line: &&Value| line["fields"]["message"].as_str().unwrap().starts_with("call");
        line = lines.iter().find(is_calls).map(|line| line["fields"].clone());
        line.is_some()
    })
    .await;
    line.unwrap()
}

const FORMS: [&str; 2] = ["application/json", "text/event-stream"];

fn one_at_a_time(upstream: &str) -> TestGatewayBuilder {
    TestGatewayBuilder::on(upstream).settings(|settings| settings.upstream.max_in_flight_per_location = 1)
}

/// Its request to the upstream ends long before the call's deadline, which is the only other thing that would end it.
#[tokio::test]
async fn a_read_ends_with_its_client() {
    Logs::capture();
    let upstream = BlockedUpstream::start().await;
    for (index, accept) in FORMS.into_iter().enumerate() {
        // A gateway each, because a gateway logs one cancelled call per second.
        let gateway = TestGatewayBuilder::on(&upstream.server.url()).start().await;
        assert!(gateway.settings.upstream.call_deadline > LIMIT);
        let id = format!("leaving-reader-{index}");
        let client = send(&gateway, "contacts_get-contact", &json!({ "contactId": "c1" }), accept, &id).await;
        upstream.until_in_flight(1).await;
        drop(client);
        upstream.until_abandoned(index + 1).await;
        assert_eq!(log_line(&id).await["message"], "call cancelled");
    }
}

/// A write that was sent cannot be undone, so its outcome is logged.
#[tokio::test]
async fn a_write_that_was_sent_runs_to_completion_and_is_logged() {
    Logs::capture();
    let upstream = BlockedUpstream::start().await;
    let gateway = TestGatewayBuilder::on(&upstream.server.url()).start().await;
    for (index, accept) in FORMS.into_iter().enumerate() {
        let id = format!("leaving-writer-{index}");
        let client = send(&gateway, "contacts_create-contact", &json!({ "email": "a@b.c" }), accept, &id).await;
        upstream.until_in_flight(1).await;
        drop(client);
        // The end of another call shows that the gateway has noticed the disconnection.
        let other = send(&gateway, "contacts_get-contact", &json!({ "contactId": "c1" }), accept, "other").await;
        upstream.until_in_flight(2).await;
        drop(other);
        upstream.until_abandoned(index + 1).await;
        upstream.answer(1);
        let line = log_line(&id).await;
        assert_eq!((&line["message"], &line["status"]), (&json!("call"), &json!(200)));
        assert_eq!(upstream.answered(), index + 1);
    }
}

#[tokio::test]
async fn a_queued_call_is_not_sent_after_its_client_disconnected() {
    Logs::capture();
    for (tool, arguments) in [
        ("contacts_get-contact", json!({ "contactId": "c1" })),
        ("contacts_create-contact", json!({ "email": "a@b.c" })),
    ] {
        let upstream = BlockedUpstream::start().await;
        let gateway = one_at_a_time(&upstream.server.url()).start().await;
        let first = send(&gateway, tool, &arguments, "application/json", "first").await;
        upstream.until_in_flight(1).await;
        let id = format!("leaving-the-queue-{tool}");
        drop(send(&gateway, tool, &arguments, "application/json", &id).await);
        assert_eq!(log_line(&id).await["message"], "call cancelled");
        upstream.answer(10);
        upstream.until_in_flight(0).await;
        let last = send(&gateway, tool, &arguments, "application/json", &format!("last-{tool}")).await;
        assert_eq!(log_line(&format!("last-{tool}")).await["status"], 200);
        assert_eq!(upstream.answered(), 2, "the call of the disconnected client was never sent");
        drop((first, last));
    }
}

#[tokio::test]
async fn no_write_is_sent_after_its_client_disconnected_during_the_custom_field_lookup() {
    Logs::capture();
    let upstream = BlockedUpstream::start().await;
    let gateway = TestGatewayBuilder::on(&upstream.server.url()).start().await;
    let arguments = json!({ "contactId": "c1", "customFields": { "lead_score": 7 } });
    let client = send(&gateway, "contacts_update-contact", &arguments, "application/json", "leaving-lookup").await;
    upstream.until_in_flight(1).await;
    drop(client);
    upstream.until_abandoned(1).await;
    assert_eq!(log_line("leaving-lookup").await["message"], "call cancelled");
    upstream.answer(10);
    let other = send(&gateway, "contacts_get-contact", &json!({ "contactId": "c1" }), "*/*", "after-lookup").await;
    assert_eq!(log_line("after-lookup").await["status"], 200);
    assert_eq!(upstream.answered(), 1);
    drop(other);
}

/// A failed attempt is not retried when the client is gone.
#[tokio::test]
async fn a_write_is_not_retried_after_its_client_disconnected() {
    Logs::capture();
    let upstream = MockServer::start().await;
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "2");
    Mock::given(method("PUT")).respond_with(busy).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let arguments = json!({ "contactId": "c1", "firstName": "Rosa" });
    let client = send(&gateway, "contacts_update-contact", &arguments, "application/json", "leaving-retry").await;
    until_received(&upstream).await;
    drop(client);
    assert_eq!(log_line("leaving-retry").await["status"], 503);
    assert_eq!(upstream.received_requests().await.unwrap().len(), 1);
}
