//! What models and clients are told, word by word: a change here is a change for every user.

use leadconnector_mcp::tools::ToolRegistry;
use serde_json::{Value, json};

use crate::support::{Answer, TestGateway, TestGatewayBuilder};

async fn start() -> TestGateway {
    TestGatewayBuilder::on("http://127.0.0.1:9").start().await
}

async fn list(gateway: &TestGateway, pinned: bool) -> Answer {
    let post = gateway.rpc("tools/list", json!({}));
    if pinned { post.send().await } else { post.unpinned().send().await }
}

#[tokio::test]
async fn the_tools_for_a_pinned_location() {
    insta::assert_json_snapshot!("tools_pinned", list(&start().await, true).await.result()["tools"]);
}

#[tokio::test]
async fn the_tools_for_any_location() {
    insta::assert_json_snapshot!("tools_unpinned", list(&start().await, false).await.result()["tools"]);
}

/// Clients and proxies may cache it by its bytes, and a model's prompt cache does.
#[tokio::test]
async fn the_list_is_the_same_bytes_every_time() {
    let (one, other) = (start().await, start().await);
    for pinned in [true, false] {
        let first = list(&one, pinned).await.body;
        assert_eq!(first, list(&one, pinned).await.body);
        assert_eq!(first, list(&other, pinned).await.body, "of another process's catalogue");
    }
    assert_ne!(list(&one, true).await.body, list(&one, false).await.body);
}

#[tokio::test]
async fn the_greeting() {
    let client = json!({ "name": "tests", "version": "1" });
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
    let mut result = start().await.rpc("initialize", params).send().await.result();
    let version = std::mem::replace(&mut result["serverInfo"]["version"], "[version]".into());
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    insta::assert_json_snapshot!("initialize", result);
}

/// It doubles every answer, so it is off by default.
#[tokio::test]
async fn structured_content_is_what_the_text_says() {
    let gateway =
        TestGatewayBuilder::on("http://127.0.0.1:9").settings(|s| s.server.structured_content = true).start().await;
    let listed = list(&gateway, true).await.result();
    for tool in listed["tools"].as_array().unwrap() {
        // These two answer with text.
        if ["operations_search", "operations_describe"].iter().any(|name| tool["name"] == *name) {
            assert!(tool.get("outputSchema").is_none());
            continue;
        }
        assert_eq!(tool["outputSchema"]["required"], json!(["success", "status", "data"]), "{}", tool["name"]);
    }
    let answer = gateway.tool("contacts_get-contact", json!({})).send().await;
    assert_eq!(answer.result()["structuredContent"], answer.tool_result().json());

    let plain = start().await;
    assert!(!list(&plain, true).await.body.contains("outputSchema"));
    let answer = plain.tool("contacts_get-contact", json!({})).send().await;
    assert!(answer.result().get("structuredContent").is_none());
}

/// What each tool's hints say.
#[tokio::test]
async fn the_hints_are_those_of_the_table() {
    let gateway = start().await;
    let listed = list(&gateway, true).await.result();
    let listed = listed["tools"].as_array().unwrap();
    assert_eq!(listed.len(), ToolRegistry::default().definitions(true).len());
    for tool in listed {
        let name = tool["name"].as_str().unwrap();
        let (destructive, idempotent, open_world) = match name {
            "contacts_add-tags" => (false, true, false),
            "contacts_remove-tags" | "contacts_update-contact" | "opportunities_update-opportunity" => {
                (true, true, false)
            }
            "contacts_upsert-contact" => (true, false, false),
            "contacts_create-contact" | "operations_add" => (false, false, false),
            "conversations_send-a-new-message" | "operations_change" => (true, false, true),
            _ => {
                assert_eq!(tool["annotations"]["readOnlyHint"], true, "{name}");
                assert_ne!(tool["annotations"]["destructiveHint"], true, "{name}");
                continue;
            }
        };
        let expected: Value = json!({
            "readOnlyHint": false,
            "destructiveHint": destructive,
            "idempotentHint": idempotent,
            "openWorldHint": open_world
        });
        for (hint, value) in expected.as_object().unwrap() {
            assert_eq!(&tool["annotations"][hint], value, "{name} {hint}");
        }
        assert!(!tool["title"].as_str().unwrap().is_empty());
    }
}
