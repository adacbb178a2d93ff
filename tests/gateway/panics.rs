//! A panic fails only its own call: other calls go on, and the client learns nothing but that there was an internal error.

use futures_util::future::join_all;
use leadconnector_mcp::leadconnector::contacts::{AddTags, GetContact};
use leadconnector_mcp::leadconnector::{ArgumentError, Endpoint, Operation};
use leadconnector_mcp::tools::{Hints, Tool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{Answer, Logs, Script, Scripted, TOKEN, TestGateway, TestGatewayBuilder};

const BROKEN: &str = "contacts_break";
const READ: &str = "contacts_get-contact";
const WRITE: &str = "contacts_add-tags";

/// An operation that panics, with its argument in the panic message.
#[derive(Deserialize, Serialize, JsonSchema)]
struct Break {
    /// Anything
    note: String,
}

impl Operation for Break {
    const ENDPOINT: Endpoint = Endpoint::post("/break", "contacts.write");

    fn validate(&self) -> Vec<ArgumentError> {
        panic!("cannot be done with {}", self.note);
    }
}

async fn start_with_a_broken_tool() -> (Scripted, TestGateway) {
    let upstream = Scripted::always(Script::healthy()).await;
    let tools = vec![
        Tool::new::<Break>(BROKEN, "Break", Hints::WRITE, "Breaks"),
        Tool::new::<GetContact>(READ, "Get contact", Hints::READ, "Reads"),
        Tool::new::<AddTags>(WRITE, "Add tags", Hints::WRITE, "Writes"),
    ];
    let gateway = TestGatewayBuilder::on(&upstream.url()).tools(tools).start().await;
    (upstream, gateway)
}

fn canary() -> String {
    format!("pit-canary-panic-{}", uuid::Uuid::new_v4().simple())
}

async fn call_broken_tool(gateway: &TestGateway, token: &str, note: &str) -> Answer {
    gateway.tool(BROKEN, json!({ "note": note })).token(token).send().await
}

/// The log line of a request; asserts that there is exactly one.
fn logged(logs: &Logs, response: &Answer) -> Value {
    let lines = logs.own_lines_with(response.header("x-request-id"));
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines[0].clone()
}

#[tokio::test]
async fn a_panic_is_an_internal_error_and_reveals_nothing() {
    let (logs, token, note) = (Logs::capture(), canary(), canary());
    let (upstream, gateway) = start_with_a_broken_tool().await;

    let response = call_broken_tool(&gateway, &token, &note).await;
    let (status, code, message) = response.rpc_error();
    assert_eq!((status, code), (200, -32603));
    assert!(message.contains(response.header("x-request-id")), "{message}");

    let plain = gateway.post(json!({ "tool": BROKEN, "input": { "note": note } })).token(&token).send().await;
    assert_eq!((plain.status.as_u16(), plain.rpc_error().1), (500, -32603));

    for response in [response, plain] {
        let line = logged(logs, &response);
        assert_eq!((&line["level"], &line["fields"]["message"]), (&json!("ERROR"), &json!("call panicked")));
        assert_eq!(line["fields"]["tool"], BROKEN);
        let printed = format!("{response:?}");
        assert!(!printed.contains(&token) && !printed.contains(&note), "{printed}");
    }
    let lines = logs.lines_with(&token);
    assert!(lines.is_empty(), "{lines:#?}");
    // The argument, which is in the panic message.
    let lines = logs.own_lines_with(&note);
    assert!(lines.is_empty(), "{lines:#?}");
    assert_eq!(upstream.attempts(), 0);
}

#[tokio::test]
async fn other_calls_are_not_affected() {
    let (upstream, gateway) = start_with_a_broken_tool().await;
    let calls = (0..60).map(|call| {
        let gateway = &gateway;
        async move {
            match call % 3 {
                0 => assert_eq!(call_broken_tool(gateway, TOKEN, "x").await.rpc_error().1, -32603),
                1 => assert_eq!(gateway.call(READ, json!({ "contactId": "c1" })).await.data(), json!({})),
                _ => {
                    let tags = json!({ "contactId": "c1", "tags": ["vip"] });
                    assert_eq!(gateway.call(WRITE, tags).await.data(), json!({}));
                }
            }
        }
    });
    assert_eq!(join_all(calls).await.len(), 60);
    assert_eq!(upstream.executed(), 40);
}
