//! Limits on messages: size, depth, arguments and ids.

use serde_json::{Value, json};

use super::{assert_serves, http2, list, start};
use crate::support::Answer;

const NESTED: usize = 20;

#[tokio::test]
async fn too_large() {
    let (gateway, upstream) = start(|server| server.max_request_bytes = 10_000).await;
    let large = json!({ "jsonrpc": "2.0", "id": 1, "method": "x".repeat(10_000) });
    assert_eq!(gateway.post(large.clone()).send().await.rpc_error().0, 413);
    let answer = Answer::read(http2(&gateway, &large).send().await.unwrap()).await;
    assert_eq!(answer.rpc_error().0, 413);
    assert!(upstream.received_requests().await.unwrap().is_empty());
    assert_serves(&gateway).await;
}

/// Nested arrays of this depth.
fn nested(depth: usize) -> Value {
    (1..depth).fold(json!([]), |inner, _| json!([inner]))
}

#[tokio::test]
async fn too_deep() {
    let (gateway, upstream) = start(|server| server.max_json_depth = NESTED).await;
    // The call's own depth: the message, its params, the arguments.
    let call = |depth: usize| gateway.tool("contacts_get-contacts", json!({ "query": nested(depth - 3) }));
    let (status, code, message) = call(NESTED + 1).send().await.rpc_error();
    assert!((status, code) == (400, -32600) && message.contains("deeper than 20"), "{message}");
    assert_eq!(call(NESTED).send().await.tool_result().kind(), "invalid_arguments", "it was parsed");

    let plain = |depth: usize| {
        gateway.post(json!({ "tool": "contacts_get-contacts", "input": { "query": nested(depth - 2) } }))
    };
    assert!(plain(NESTED + 1).send().await.rpc_error().2.contains("deeper than 20"));
    assert!(plain(NESTED).send().await.body.contains("invalid_arguments"));
    assert!(upstream.received_requests().await.unwrap().is_empty());

    let text = json!({ "query": "[".repeat(1000) });
    assert!(!gateway.call("contacts_get-contacts", text).await.is_error, "brackets in text do not count");
    assert_serves(&gateway).await;
}

#[tokio::test]
async fn arguments_too_large() {
    let (gateway, upstream) = start(|server| server.max_arguments_bytes = 1000).await;
    let large = json!({ "query": "x".repeat(1000) });
    let result = gateway.call("contacts_get-contacts", large.clone()).await;
    assert!(result.kind() == "invalid_arguments" && result.problem().contains("1000 bytes"), "{}", result.text);
    let answer = gateway.post(json!({ "tool": "contacts_get-contacts", "input": large })).send().await;
    assert!(answer.status == 400 && answer.body.contains("1000 bytes"), "{answer:?}");
    assert!(upstream.received_requests().await.unwrap().is_empty());
    assert!(!gateway.call("contacts_get-contacts", json!({ "query": "x".repeat(900) })).await.is_error);
    assert_serves(&gateway).await;
}

#[tokio::test]
async fn ids_of_messages_too_long() {
    let (gateway, _upstream) = start(|server| server.max_id_bytes = 40).await;
    let list = |id: Value| gateway.post(json!({ "jsonrpc": "2.0", "id": id, "method": "tools/list" }));
    let answer = list(json!("x".repeat(39))).send().await;
    let (status, code, message) = answer.rpc_error();
    assert!((status, code) == (400, -32600) && message.contains("longer than 40 bytes"), "{message}");
    assert!(answer.message()["id"].is_null(), "the id is not repeated");
    // With its two quotes it is as long as allowed.
    assert_eq!(list(json!("x".repeat(38))).send().await.message()["id"], "x".repeat(38));
    let number = format!(r#"{{"jsonrpc":"2.0","id":{},"method":"tools/list"}}"#, "1".repeat(41));
    assert_eq!(gateway.post_bytes(number).send().await.status, 400);
    assert_serves(&gateway).await;
}

#[tokio::test]
async fn odd_request_ids_are_replaced() {
    let (gateway, _upstream) = start(|server| server.max_id_bytes = 40).await;
    let with_id = |id: &str| gateway.post(list()).header("x-request-id", id);
    for kept in ["7", "0cfa6ffd-de40-4e86-8ea9-eabae72f5b68", "a/b:c=d+e~f@g.h_i", &"x".repeat(40)] {
        assert_eq!(with_id(kept).send().await.header("x-request-id"), kept);
    }
    for replaced in ["", "a b", "a\"b", "a;b", "\u{fc}", &"x".repeat(41)] {
        let answer = with_id(replaced).send().await;
        assert!(answer.status == 200 && answer.header("x-request-id").len() == 36, "{replaced:?}: {answer:?}");
    }
    let answer = with_id("a").second_header("x-request-id", "b").send().await;
    assert_eq!(answer.header("x-request-id").len(), 36);
}

/// This limit is not a setting: the API's ids are never longer.
#[tokio::test]
async fn ids_of_records_too_long() {
    let (gateway, upstream) = start(|_| {}).await;
    let get = |length: usize| gateway.tool("contacts_get-contact", json!({ "contactId": "c".repeat(length) }));
    let result = get(257).send().await.tool_result();
    assert!(
        result.kind() == "invalid_arguments" && result.problem().contains("longer than 256 bytes"),
        "{}",
        result.text
    );
    assert!(upstream.received_requests().await.unwrap().is_empty());
    assert!(!get(256).send().await.tool_result().is_error);
}
