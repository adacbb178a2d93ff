//! Operations in `tools/list`.

use std::collections::HashSet;

use serde_json::{Value, json};
use tiktoken_rs::o200k_base_singleton;

use super::{CONTACT, Gateway, operation_count};

fn names(tools: &[Value]) -> Vec<&str> {
    tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_five_tools_are_listed_with_their_hints() {
    let gateway = Gateway::new().await;
    let tools = gateway.listed("/mcp").await;
    let five: Vec<Value> =
        tools.iter().filter(|tool| tool["name"].as_str().unwrap().starts_with("operations_")).cloned().collect();
    insta::assert_json_snapshot!(five);
    let tokens = o200k_base_singleton().encode_ordinary(&serde_json::to_string(&five).unwrap()).len();
    assert!(tokens <= 900, "{tokens}");
    let reading = gateway.listed("/mcp/readonly").await;
    let reading: Vec<&str> = names(&reading).into_iter().filter(|name| name.starts_with("operations_")).collect();
    assert_eq!(reading, ["operations_search", "operations_describe", "operations_read"]);
}

#[tokio::test]
async fn a_service_is_listed_as_tools_which_can_be_called() {
    let gateway = Gateway::new().await;
    let tools = gateway.listed("/mcp/x/contacts").await;
    let names = names(&tools);
    assert!(names.len() == 33 && names.contains(&"contacts_create-note"), "{names:?}");
    assert!(
        names.iter().position(|name| *name == "contacts_get-contact")
            < names.iter().position(|name| *name == "contacts_create-note")
    );
    let arguments = json!({ "contactId": CONTACT, "body": "x" });
    let (text, is_error) = gateway.call("/mcp/x/contacts", "contacts_create-note", arguments).await;
    assert!(!is_error, "{text}");
    assert_eq!(gateway.requests().await, 1);
}

#[tokio::test]
async fn an_operation_that_is_not_listed_names_the_tool_that_runs_it() {
    let gateway = Gateway::new().await;
    let params = json!({ "name": "contacts_create-note", "arguments": { "contactId": CONTACT, "body": "x" } });
    let (_, code, message) = gateway.gateway.rpc("tools/call", params).send().await.rpc_error();
    assert!(code == -32602 && message.contains("call operations_add"), "{message}");
    assert_eq!(gateway.requests().await, 0);
}

#[tokio::test]
async fn all_operations_are_listed_in_pages() {
    let gateway = Gateway::new().await;
    let mut names = HashSet::new();
    let (mut cursor, mut pages) = (json!({}), 0);
    loop {
        let result = gateway.gateway.rpc("tools/list", cursor).path("/mcp/x/all").send().await.result();
        let tools = result["tools"].as_array().unwrap();
        assert!(tools.len() <= 100);
        for tool in tools {
            assert!(names.insert(tool["name"].as_str().unwrap().to_owned()), "{tool} is listed once");
        }
        pages += 1;
        match result.get("nextCursor") {
            Some(next) => cursor = json!({ "cursor": next }),
            None => break,
        }
    }
    // Those about credentials are hidden.
    assert!(names.len() > operation_count() - 10 && names.len() < operation_count(), "{}", names.len());
    assert_eq!(pages, names.len().div_ceil(100));
    let (_, code, message) =
        gateway.gateway.rpc("tools/list", json!({ "cursor": "x" })).path("/mcp/x/all").send().await.rpc_error();
    assert!(code == -32602 && message.contains("nextCursor"), "{message}");
}

#[tokio::test]
async fn kinds_and_flags_of_the_operator_bind_listing_searching_and_running() {
    let gateway = Gateway::with(|settings| {
        settings.tools.kinds = vec!["read".to_owned(), "add".to_owned()];
        settings.tools.flags = Vec::new();
    })
    .await;
    let tools = gateway.listed("/mcp").await;
    assert!(
        !names(&tools).contains(&"operations_change") && !names(&tools).contains(&"conversations_send-a-new-message")
    );
    let all = gateway.listed("/mcp/x/invoices").await;
    assert!(!names(&all).contains(&"invoices_send-invoice") && names(&all).contains(&"invoices_create-invoice"));
    let found = gateway.answer("operations_search", json!({ "queries": ["send invoice"] })).await;
    assert!(
        !found.contains("invoices_send-invoice [") && found.contains("hidden by the operator's setting"),
        "{found}"
    );
    let message = gateway.refused("/mcp", "operations_read", json!({ "operation": "invoices_send-invoice" })).await;
    assert!(message.contains("hidden by the operator's setting tools.kinds"), "{message}");
}
