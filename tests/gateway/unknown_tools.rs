//! The error on a tool that does not exist.

use serde_json::json;

use crate::support::TestGatewayBuilder;

#[tokio::test]
async fn the_tool_that_was_meant_is_named_and_a_read_never_leads_to_a_write() {
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    for (given, expected) in [
        ("contacts_search", "the nearest is contacts_get-contacts"),
        ("get-contacts", "the nearest is contacts_get-contacts"),
        ("search_contacts", "the nearest is contacts_get-contacts"),
        ("conversations_send-message", "the nearest is conversations_send-a-new-message"),
        ("payments_refund", "call operations_read with operation payments_get-transaction-by-id"),
        ("weather", "tools/list returns the names of all tools"),
        (
            "contacts_create-note",
            "call operations_add with operation contacts_create-note and params {contactId: str; body: str; userId?: str (team member recorded as the author); title?: str; color?: str (hex, such as #FFAA00); pinned?: bool}",
        ),
    ] {
        let params = json!({ "name": given, "arguments": {} });
        let (_, code, message) = gateway.rpc("tools/call", params).send().await.rpc_error();
        assert_eq!(code, -32602, "{given}");
        assert!(message.contains(given) && message.ends_with(expected), "{message}");
    }
}

#[tokio::test]
async fn a_hidden_tool_is_not_suggested() {
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    let params = json!({ "name": "create_contact", "arguments": {} });
    let (_, _, message) = gateway.rpc("tools/call", params).path("/mcp/readonly").send().await.rpc_error();
    assert!(!message.contains("contacts_create-contact"), "{message}");
}
