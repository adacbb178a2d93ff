//! Duplicate names: ambiguous, so the call is rejected.

use serde_json::json;

use super::Reader;
use crate::support::Answer;

/// Makes a call whose arguments are raw JSON text, over MCP and as a plain call.
async fn call_raw(reader: &Reader, tool: &str, arguments: &str) -> [Answer; 2] {
    let params = format!(r#"{{"name":"{tool}","arguments":{arguments}}}"#);
    let message = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#);
    let plain = format!(r#"{{"tool":"{tool}","input":{arguments}}}"#);
    [reader.gateway.post_bytes(message).send().await, reader.gateway.post_bytes(plain).send().await]
}

#[tokio::test]
async fn a_duplicate_name_is_rejected_at_every_level() {
    let reader = Reader::new().await;
    for (tool, arguments, named) in [
        ("contacts_get-contact", r#"{"contactId":"a","contactId":"b"}"#, "`contactId`"),
        ("contacts_get-contact", r#"{"contactId":"a","contactId":"a"}"#, "`contactId`"),
        ("contacts_get-contact", r#"{"contactId":"a","\u0063ontactId":"b"}"#, "`contactId`"),
        ("contacts_get-contact", r#"{"path_contactId":"a","path_contactId":"b"}"#, "`path_contactId`"),
        ("contacts_get-contact", r#"{"contactId":"a","nonsense":1,"nonsense":2}"#, "`nonsense`"),
        (
            "contacts_update-contact",
            r#"{"contactId":"a","customFields":[{"id":"f","field_value":1},{"id":"g","field_value":1,"field_value":2}]}"#,
            "`customFields[1].field_value`",
        ),
        (
            "contacts_update-contact",
            r#"{"contactId":"a","customFields":{"lead_score":1,"lead_score":2}}"#,
            "`customFields.lead_score`",
        ),
        (
            "contacts_update-contact",
            r#"{"contactId":"a","customFields":[{"id":"f","field_value":{"x":{"y":1,"y":2}}}]}"#,
            "`customFields[0].field_value.x.y`",
        ),
        (
            "contacts_update-contact",
            r#"{"contactId":"a","dndSettings":{"SMS":{"status":"active"},"SMS":{"status":"inactive"}}}"#,
            "`dndSettings.SMS`",
        ),
    ] {
        let [mcp, plain] = call_raw(&reader, tool, arguments).await;
        let problem = reader.problem_of(&mcp.tool_result()).await;
        assert!(problem.starts_with(&format!("{named} is given twice")), "{arguments}: {problem}");
        assert_eq!((plain.status.as_u16(), &plain.body), (400, &mcp.tool_result().text), "{arguments}");
    }
}

#[tokio::test]
async fn a_duplicate_name_in_json_text_is_rejected() {
    let reader = Reader::new().await;
    for (argument, text) in [
        ("customFields", r#"{"lead_score":1,"lead_score":2}"#),
        ("customFields", r#"[{"id":"f","field_value":{"lead_score":1,"lead_score":2}}]"#),
        ("dndSettings", r#"{"SMS":{"status":"active"},"SMS":{"status":"inactive"}}"#),
    ] {
        let problem = reader.rejected("contacts_update-contact", json!({ "contactId": "a", argument: text })).await;
        assert!(problem.contains("given twice") || problem.contains("duplicate field"), "{text}: {problem}");
    }
}

#[tokio::test]
async fn all_duplicates_are_reported_and_equal_names_in_two_objects_are_allowed() {
    let reader = Reader::new().await;
    let [mcp, _] = call_raw(&reader, "contacts_get-contacts", r#"{"limit":1,"query":"a","limit":2,"query":"b"}"#).await;
    let problem = reader.problem_of(&mcp.tool_result()).await;
    assert!(problem.contains("`limit` is given twice") && problem.contains("`query` is given twice"), "{problem}");
    let fields = r#"{"contactId":"a","customFields":[{"id":"f","field_value":1},{"id":"g","field_value":1}]}"#;
    for response in call_raw(&reader, "contacts_update-contact", fields).await {
        assert_eq!(response.status, 200, "{response:?}");
        assert!(!response.body.contains("given twice"), "{response:?}");
    }
}

/// Outside of the arguments a duplicate is an error of the message, not of the call.
#[tokio::test]
async fn a_duplicate_outside_of_the_arguments_is_a_jsonrpc_error() {
    let reader = Reader::new().await;
    for (body, code, named) in [
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"contacts_get-contact","arguments":{"contactId":"a"},"arguments":{"contactId":"b"}}}"#,
            -32602,
            "params.arguments",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"contacts_get-contact","n\u0061me":"contacts_get-contacts","arguments":{}}}"#,
            -32602,
            "params.name",
        ),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}"#, -32600, "method"),
        (r#"{"tool":"contacts_get-contact","input":{"contactId":"a"},"input":{"contactId":"b"}}"#, -32600, "input"),
    ] {
        let (status, found, message) = reader.gateway.post_bytes(body).send().await.rpc_error();
        assert_eq!((status, found), (400, code), "{body}");
        assert!(message.contains(&format!("{named:?} is given twice")), "{message}");
    }
    assert!(reader.upstream.received_requests().await.unwrap().is_empty());
}
