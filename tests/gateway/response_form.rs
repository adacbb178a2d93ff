//! The form of a response: a JSON document or an event stream.

use leadconnector_mcp::config::ResponseForm;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{Answer, TestGateway, TestGatewayBuilder, answering};

const BOTH: &str = "application/json, text/event-stream";

async fn ping(gateway: &TestGateway, accept: &str) -> Answer {
    gateway.rpc("ping", json!({})).header("accept", accept).send().await
}

async fn json_by_default() -> TestGateway {
    TestGatewayBuilder::on("http://127.0.0.1:9").start().await
}

async fn event_stream_by_setting() -> TestGateway {
    TestGatewayBuilder::on("http://127.0.0.1:9")
        .settings(|s| s.server.response = ResponseForm::EventStream)
        .start()
        .await
}

#[tokio::test]
async fn json_is_the_default() {
    let gateway = json_by_default().await;
    for accept in [
        BOTH,
        "text/event-stream, application/json",
        "application/json",
        "application/json; charset=utf-8",
        "application/*",
        "*/*",
        "text/event-stream, */*;q=0.1",
        "text/html",
        "",
    ] {
        let response = ping(&gateway, accept).await;
        assert_eq!(response.json()["result"], json!({}), "{accept:?}");
    }
    for accept in ["text/event-stream", "Text/Event-Stream;q=0.5", "text/event-stream, application/json;q=0"] {
        let response = ping(&gateway, accept).await;
        assert_eq!(response.event()["result"], json!({}), "{accept:?}");
    }
}

#[tokio::test]
async fn with_the_setting_clients_that_accept_an_event_stream_get_one() {
    let gateway = event_stream_by_setting().await;
    for accept in [BOTH, "text/event-stream", "text/event-stream, */*;q=0.1"] {
        assert_eq!(ping(&gateway, accept).await.event()["result"], json!({}), "{accept:?}");
    }
    for accept in ["application/json", "*/*", "", "application/json, text/event-stream;q=0"] {
        assert_eq!(ping(&gateway, accept).await.json()["result"], json!({}), "{accept:?}");
    }
}

#[tokio::test]
async fn two_accept_headers_count_as_one() {
    let gateway = json_by_default().await;
    let post = gateway.rpc("ping", json!({})).header("accept", "text/event-stream");
    let response = post.second_header("accept", "application/json").send().await;
    assert_eq!(response.json()["result"], json!({}));
}

/// Written by hand, because HTTP clients add an `Accept` header of their own.
#[tokio::test]
async fn without_an_accept_header_the_response_is_json() {
    for gateway in [json_by_default().await, event_stream_by_setting().await] {
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        let response = gateway
            .raw(&format!(
                "POST /mcp HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer pit-1\r\nLOCATIONID: LOC\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                gateway.server.address,
                body.len()
            ))
            .await;
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
        assert!(response.contains("content-type: application/json\r\n"), "{response}");
        assert!(response.ends_with(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#), "{response}");
    }
}

/// As the hosted endpoint sends it: `event: message` and a single `data:` line, which some clients require.
#[tokio::test]
async fn an_event_has_a_name_and_one_line_of_data() {
    let data = json!({ "text": "one\ntwo\r\n\ndata: three" });
    let upstream = answering(ResponseTemplate::new(200).set_body_json(&data)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let post = gateway.tool("contacts_get-contact", json!({ "contactId": "c1" }));
    let response = post.header("accept", "text/event-stream").send().await;
    assert_eq!(response.tool_result().data(), data);
    let lines: Vec<&str> = response.body.lines().filter(|line| !line.is_empty()).collect();
    let [event, data] = lines[..] else { panic!("two lines: {response:?}") };
    assert_eq!(event, "event: message");
    let data = data.strip_prefix("data: ").unwrap();
    assert!(serde_json::from_str::<Value>(data).is_ok(), "{data}");
}

#[tokio::test]
async fn errors_have_the_form_that_the_client_accepts() {
    let gateway = json_by_default().await;
    let post = || gateway.rpc("tools/frobnicate", json!({}));
    assert_eq!(post().send().await.json()["error"]["code"], -32601);
    assert_eq!(post().header("accept", "text/event-stream").send().await.event()["error"]["code"], -32601);
}
