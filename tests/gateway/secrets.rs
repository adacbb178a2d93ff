//! Secrets: the caller's token appears nowhere, and contacts' data not in the log.

mod faults;

use std::error::Error as _;
use std::fmt::Debug;
use std::time::Duration;

use http::HeaderValue;
use leadconnector_mcp::calls::DefaultCaller;
use leadconnector_mcp::leadconnector::{Client, SendOptions, Token};
use leadconnector_mcp::sandbox::well_known::CONTACT;
use leadconnector_mcp::sandbox::{self};
use leadconnector_mcp::tools::ToolRegistry;
use leadconnector_mcp::web::{Access, Callers};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use crate::support::{
    Answer, Logs, Post, RawUpstream, TestGateway, TestGatewayBuilder, answering, sandbox as sandbox_server,
};

const READ: &str = "contacts_get-contact";

/// A text that occurs nowhere else in this process.
fn canary(subject: &str) -> String {
    format!("pit-canary-{subject}-{}", uuid::Uuid::new_v4().simple())
}

/// A call with a token that a test then searches for.
fn call<'r>(gateway: &'r TestGateway, tool: &str, arguments: Value, token: &str) -> Post<'r> {
    gateway.tool(tool, arguments).token(token)
}

/// The call's line in the log, found by the request id of the response; asserts that there is exactly one.
fn logged(logs: &Logs, response: &Answer) -> Value {
    let lines = logs.own_lines_with(response.header("x-request-id"));
    assert_eq!(lines.len(), 1, "a call is logged once: {lines:?}");
    lines[0].clone()
}

fn assert_nowhere(logs: &Logs, canary: &str, responses: &[Answer]) {
    let lines = logs.lines_with(canary);
    assert!(lines.is_empty(), "found in the log: {lines:#?}");
    for response in responses {
        assert!(!format!("{response:?}").contains(canary), "found in the response: {response:?}");
    }
}

/// The control for all tests that expect to find nothing in the log: text that is logged is found, at every level, from any
/// target, in messages and in fields, and in a line that the gateway itself writes.
#[tokio::test]
async fn logged_text_is_found() {
    let (logs, canary) = (Logs::capture(), canary("control").replace("pit-", ""));
    let found = |lines: usize| assert_eq!(logs.lines_with(&canary).len(), lines);
    found(0);
    tracing::trace!(target: "hyper::proto", "sent {canary}");
    tracing::trace!(target: "other", header = ?HeaderValue::from_str(&canary).unwrap(), "sent");
    found(4); // each line in both formats
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    let call = gateway.tool(READ, json!({ "contactId": "" })).header("locationid", &canary.replace('-', "x"));
    let response = call.send().await;
    assert_eq!(logs.own_lines_with(&canary.replace('-', "x")), [logged(logs, &response)]);
}

/// Some services repeat the request in an error; a model must not see the token.
#[tokio::test]
async fn a_token_that_the_api_repeats_is_masked() {
    let (logs, token) = (Logs::capture(), canary("repeated"));
    let said = json!({ "message": format!("no user of {token}"), "header": [format!("Bearer {token}")], "n": 1.50 });
    for status in [302, 400, 401, 403, 404, 422, 429, 500] {
        let soon = ("x-ratelimit-interval-milliseconds", "50");
        let error = ResponseTemplate::new(status).insert_header(soon.0, soon.1).set_body_json(&said);
        let upstream = answering(error).await;
        let gateway = TestGatewayBuilder::on(&upstream.uri()).without_retries().start().await;
        let response = call(&gateway, READ, json!({ "contactId": "c1" }), &token).send().await;
        let result = response.tool_result().json();
        assert_eq!(result["data"], json!({ "message": "no user of [token]", "header": ["Bearer [token]"], "n": 1.5 }));
        assert!(result["error"]["message"].as_str().unwrap().ends_with("no user of [token]"), "{result}");
        // The custom fields' definitions are fetched with the same token.
        let fields = json!({ "contactId": "c1", "customFields": { "lead_score": 7 } });
        let lookup = call(&gateway, "contacts_update-contact", fields, &token).send().await;
        assert!(lookup.tool_result().is_error);
        assert_nowhere(logs, &token, &[response, lookup]);
    }
    // A successful response is passed on byte for byte.
    let upstream = answering(ResponseTemplate::new(200).set_body_json(&said)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let response = call(&gateway, READ, json!({ "contactId": "c1" }), &token).send().await;
    assert_eq!(response.tool_result().data(), said);
}

#[tokio::test]
async fn a_call_is_logged_once_and_without_the_token() {
    let (logs, token) = (Logs::capture(), canary("success"));
    let upstream = answering(ResponseTemplate::new(201).set_body_string("{}")).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let response = call(&gateway, READ, json!({ "contactId": "c1" }), &token).send().await;
    assert!(!response.tool_result().is_error);
    let sent = upstream.received_requests().await.unwrap().pop().unwrap();
    assert!(sent.headers["authorization"].to_str().unwrap().ends_with(&token), "the API did get the token");

    let line = logged(logs, &response);
    let fields = &line["fields"];
    assert_eq!((&fields["tool"], &fields["status"]), (&json!(READ), &json!(201)));
    assert_eq!(fields["location"], crate::support::LOCATION);
    assert!(fields["elapsed_ms"].is_u64());
    let plain = gateway.post(json!({ "tool": READ, "input": { "contactId": "c1" } })).token(&token).send().await;
    assert_eq!(logged(logs, &plain)["fields"]["status"], 201);
    assert_nowhere(logs, &token, &[response, plain]);
}

#[tokio::test]
async fn no_error_reveals_the_token() {
    let (logs, token) = (Logs::capture(), canary("failure"));
    let mut responses = Vec::new();
    let arguments = || json!({ "contactId": "c1" });
    for status in [302, 400, 401, 403, 404, 422, 429, 500, 502] {
        for body in ["<html>", "{}", ""] {
            let soon = ("x-ratelimit-interval-milliseconds", "50");
            let response = ResponseTemplate::new(status).insert_header(soon.0, soon.1).set_body_string(body);
            let upstream = answering(response).await;
            let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
            responses.push(call(&gateway, READ, arguments(), &token).send().await);
        }
    }
    let (closing, silent) = (RawUpstream::answering(b"").await, RawUpstream::silent().await);
    let cut = RawUpstream::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{").await;
    let huge = answering(ResponseTemplate::new(200).set_body_string("\"0123456789\"")).await;
    let unused = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    for upstream in [closing.url(), silent.url(), cut.url(), huge.uri(), format!("http://{unused}")] {
        let gateway = TestGatewayBuilder::on(&upstream)
            .settings(|settings| {
                settings.upstream.call_deadline = Duration::from_millis(250);
                settings.upstream.max_response_bytes = 5;
            })
            .start()
            .await;
        for (tool, arguments) in
            [(READ, arguments()), ("contacts_add-tags", json!({ "contactId": "c", "tags": ["t"] }))]
        {
            let response = call(&gateway, tool, arguments, &token).send().await;
            assert!(response.tool_result().is_error);
            responses.push(response);
        }
    }
    let gateway = TestGatewayBuilder::on(&closing.url()).start().await;
    responses.push(call(&gateway, READ, json!({ "nonsense": 1 }), &token).send().await);
    responses.push(call(&gateway, "nonsense", json!({}), &token).send().await);
    responses.push(gateway.post_bytes("{").token(&token).send().await);
    responses.push(gateway.post_bytes("[]").token(&token).send().await);
    responses.push(gateway.post_bytes("x".repeat(2 << 20)).token(&token).send().await);
    responses.push(gateway.rpc("nonsense", json!({})).token(&token).send().await);
    responses.push(gateway.rpc("ping", json!({})).token(&token).header("mcp-protocol-version", "1").send().await);
    responses.push(gateway.rpc("ping", json!({})).token(&token).header("host", "evil.example").send().await);
    responses.push(gateway.rpc("ping", json!({})).token(&token).header("origin", "https://evil.example").send().await);
    responses.push(gateway.post_bytes("").token(&token).path("/nowhere").send().await);
    responses.push(gateway.post_bytes("").token(&token).method(http::Method::GET).send().await);
    assert_nowhere(logs, &token, &responses);
}

/// A token in the wrong place must not appear in the log either.
#[tokio::test]
async fn a_malformed_header_is_not_repeated() {
    let (logs, token) = (Logs::capture(), canary("malformed"));
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    let ping = || gateway.rpc("ping", json!({}));
    let mut responses = Vec::new();
    for authorization in [
        token.clone(),
        format!("Bearer {token} and more"),
        format!("Bearer:{token}"),
        format!("Basic {token}"),
        format!("Bearer \"{token}\" ü"),
    ] {
        let mut value = HeaderValue::from_bytes(authorization.as_bytes()).unwrap();
        // Keeps the value out of the log of the test's HTTP client.
        value.set_sensitive(true);
        let response = ping().header_value("authorization", value).send().await;
        assert_eq!(response.status, 401, "{response:?}");
        responses.push(response);
    }
    let response = ping().header("locationid", &format!("Bearer {token}")).send().await;
    assert_eq!(response.status, 400);
    responses.push(response);
    assert_nowhere(logs, &token, &responses);
}

/// The client disconnects while the upstream is silent.
#[tokio::test]
async fn a_cancelled_call_does_not_reveal_the_token() {
    let (logs, token) = (Logs::capture(), canary("cancelled"));
    for (tool, arguments) in
        [(READ, json!({ "contactId": "c1" })), ("contacts_add-tags", json!({ "contactId": "c", "tags": ["t"] }))]
    {
        let upstream = RawUpstream::silent().await;
        let gateway = TestGatewayBuilder::on(&upstream.url())
            .settings(|settings| settings.upstream.call_deadline = Duration::from_secs(2))
            .start()
            .await;
        tokio::select! {
            response = call(&gateway, tool, arguments, &token).send() => panic!("unexpected response: {response:?}"),
            () = upstream.until_requests(1) => {}
        }
        assert_eq!(gateway.rpc("ping", json!({})).send().await.result(), json!({}));
    }
    assert_nowhere(logs, &token, &[]);
}

/// Names, messages and search texts, in arguments, responses and errors.
#[tokio::test]
async fn the_log_has_no_contacts_data() {
    let (logs, secret) = (Logs::capture(), canary("contact"));
    // What contains a token is no id.
    let id = secret.replace("pit-", "id1-");
    let mut responses = Vec::new();
    let said = json!({ "message": [secret], "contact": { "firstName": secret } });
    for status in [200, 400, 401, 404, 422, 500] {
        let upstream = answering(ResponseTemplate::new(status).set_body_json(&said)).await;
        let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
        let message = json!({ "type": "SMS", "contactId": "c1", "message": secret });
        let response = gateway.tool("conversations_send-a-new-message", message).send().await;
        assert!(response.body.contains(&secret), "the response has the data");
        responses.push(response);
    }
    let broken = answering(ResponseTemplate::new(200).set_body_string(format!("<p>{secret}</p>"))).await;
    let closing = RawUpstream::answering(b"").await;
    for upstream in [broken.uri(), closing.url()] {
        let gateway = TestGatewayBuilder::on(&upstream).start().await;
        responses.push(gateway.tool("contacts_get-contacts", json!({ "query": secret })).send().await);
        responses
            .push(gateway.tool("contacts_get-contacts", json!({ "limit": secret, secret.as_str(): 1 })).send().await);
        responses.push(gateway.post(json!({ "tool": READ, "input": { "contactId": id } })).send().await);
    }
    for response in &responses {
        logged(logs, response);
    }
    let lines = [logs.own_lines_with(&secret), logs.own_lines_with(&id)].concat();
    assert!(lines.is_empty(), "{lines:#?}");
}

/// With the data of a whole contact, from the sandbox.
#[tokio::test]
async fn the_log_has_no_data_of_a_sandbox_contact() {
    let logs = Logs::capture();
    let upstream = sandbox_server().await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
    let post = gateway.tool(READ, json!({ "contactId": CONTACT })).token(sandbox::TOKEN);
    let response = post.header("locationid", sandbox::LOCATION).send().await;
    assert!(response.body.contains("rosa@example.com"));
    let line = logged(logs, &response).to_string();
    for data in ["rosa", "Deo", "+1888", sandbox::TOKEN] {
        assert!(!line.contains(data), "{data}: {line}");
    }
}

#[tokio::test]
async fn debug_output_does_not_reveal_the_token() {
    let text = canary("debug");
    let location = || "LOC".parse().unwrap();
    let token = Token::new(&text).unwrap();
    let default = DefaultCaller { credential: token.clone().into(), location: location() };
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").default_caller(default.clone()).start().await;
    let mut request = http::Request::post("/mcp").header("authorization", format!("Bearer {text}"));
    request = request.header("locationid", "LOC");
    let mut parts = request.body(()).unwrap().into_parts().0;
    let callers = Callers::new(&gateway.calls, &gateway.settings.server, &Access::default());
    let caller = callers.take(&mut parts).unwrap();

    let settings = gateway.settings.clone();
    let client = Client::new(&settings.upstream).unwrap();
    let arguments = json!({ "contactId": "c1" }).as_object().unwrap().clone();
    let registry = ToolRegistry::default();
    let tool = registry.find(READ).unwrap();
    let request = tool.prepare(tool.read(arguments, Some(&location()))).unwrap().request;
    let unreachable = client
        .send(&token, &request, &SendOptions::until(tokio::time::Instant::now() + std::time::Duration::from_secs(5)))
        .await
        .unwrap_err();
    let cause = unreachable.source().unwrap();

    let printed: [&dyn Debug; 9] =
        [&token, &default, &caller, &parts, &settings, &client, &request, &unreachable, &*gateway.calls];
    // The control: the same search does find text that is printed.
    assert!(format!("{:?}", (&token, &text)).contains(&text));
    assert!(format!("{request:?}").contains("contacts/c1"));
    for value in printed {
        assert!(!format!("{value:?} {value:#?}").contains(&text), "{value:?}");
    }
    assert!(!format!("{unreachable} {cause} {cause:?}").contains(&text));
    assert_eq!(format!("{:?}", Token::new(&format!("{text} {text}")).unwrap_err()), "Malformed");
}
