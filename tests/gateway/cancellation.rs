//! Clients that leave before their answer comes.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{BlockedUpstream, LIMIT, Logs, TestGateway, TestGatewayBuilder, eventually, until_received};

/// Sends a call and leaves the connection to the caller.
async fn begin(gateway: &TestGateway, tool: &str, arguments: &Value, accept: &str, request_id: &str) -> TcpStream {
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

/// Waits until a call has left its line in the log.
async fn line(request_id: &str) -> Value {
    let mut line = None;
    eventually("a call's line in the log", async || {
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

/// Its request to the upstream ends long before the call's deadline, the only other thing that would end it.
#[tokio::test]
async fn a_read_ends_with_its_client() {
    Logs::capture();
    let upstream = BlockedUpstream::start().await;
    for (index, accept) in FORMS.into_iter().enumerate() {
        // One each: of cancelled calls a gateway logs one a second.
        let gateway = TestGatewayBuilder::on(&upstream.server.url()).start().await;
        assert!(gateway.settings.upstream.call_deadline > LIMIT);
        let id = format!("leaving-reader-{index}");
        let client = begin(&gateway, "contacts_get-contact", &json!({ "contactId": "c1" }), accept, &id).await;
        upstream.until_in_flight(1).await;
        drop(client);
        upstream.until_abandoned(index + 1).await;
        assert_eq!(line(&id).await["message"], "call cancelled");
    }
}

/// Nobody can take it back, so its outcome is worth knowing.
#[tokio::test]
async fn a_write_that_was_sent_is_read_to_its_end_and_logged() {
    Logs::capture();
    let upstream = BlockedUpstream::start().await;
    let gateway = TestGatewayBuilder::on(&upstream.server.url()).start().await;
    for (index, accept) in FORMS.into_iter().enumerate() {
        let id = format!("leaving-writer-{index}");
        let client = begin(&gateway, "contacts_create-contact", &json!({ "email": "a@b.c" }), accept, &id).await;
        upstream.until_in_flight(1).await;
        drop(client);
        // Another call shows that the gateway had the time to notice.
        let other = begin(&gateway, "contacts_get-contact", &json!({ "contactId": "c1" }), accept, "other").await;
        upstream.until_in_flight(2).await;
        drop(other);
        upstream.until_abandoned(index + 1).await;
        upstream.answer(1);
        let line = line(&id).await;
        assert_eq!((&line["message"], &line["status"]), (&json!("call"), &json!(200)));
        assert_eq!(upstream.answered(), index + 1);
    }
}

#[tokio::test]
async fn a_call_that_waits_for_its_turn_is_not_sent_for_a_client_that_left() {
    Logs::capture();
    for (tool, arguments) in [
        ("contacts_get-contact", json!({ "contactId": "c1" })),
        ("contacts_create-contact", json!({ "email": "a@b.c" })),
    ] {
        let upstream = BlockedUpstream::start().await;
        let gateway = one_at_a_time(&upstream.server.url()).start().await;
        let first = begin(&gateway, tool, &arguments, "application/json", "first").await;
        upstream.until_in_flight(1).await;
        let id = format!("leaving-the-queue-{tool}");
        drop(begin(&gateway, tool, &arguments, "application/json", &id).await);
        assert_eq!(line(&id).await["message"], "call cancelled");
        upstream.answer(10);
        upstream.until_in_flight(0).await;
        let last = begin(&gateway, tool, &arguments, "application/json", &format!("last-{tool}")).await;
        assert_eq!(line(&format!("last-{tool}")).await["status"], 200);
        assert_eq!(upstream.answered(), 2, "that of the client that left was never sent");
        drop((first, last));
    }
}

#[tokio::test]
async fn no_write_is_begun_for_a_client_that_left_while_its_custom_fields_were_looked_up() {
    Logs::capture();
    let upstream = BlockedUpstream::start().await;
    let gateway = TestGatewayBuilder::on(&upstream.server.url()).start().await;
    let arguments = json!({ "contactId": "c1", "customFields": { "lead_score": 7 } });
    let client = begin(&gateway, "contacts_update-contact", &arguments, "application/json", "leaving-lookup").await;
    upstream.until_in_flight(1).await;
    drop(client);
    upstream.until_abandoned(1).await;
    assert_eq!(line("leaving-lookup").await["message"], "call cancelled");
    upstream.answer(10);
    let other = begin(&gateway, "contacts_get-contact", &json!({ "contactId": "c1" }), "*/*", "after-lookup").await;
    assert_eq!(line("after-lookup").await["status"], 200);
    assert_eq!(upstream.answered(), 1);
    drop(other);
}

/// An attempt that failed is not followed by another when nobody waits for it.
#[tokio::test]
async fn a_write_is_not_sent_again_for_a_client_that_left() {
    Logs::capture();
    let upstream = MockServer::start().await;
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "2");
    Mock::given(method("PUT")).respond_with(busy).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let arguments = json!({ "contactId": "c1", "firstName": "Rosa" });
    let client = begin(&gateway, "contacts_update-contact", &arguments, "application/json", "leaving-retry").await;
    until_received(&upstream).await;
    drop(client);
    assert_eq!(line("leaving-retry").await["status"], 503);
    assert_eq!(upstream.received_requests().await.unwrap().len(), 1);
}
