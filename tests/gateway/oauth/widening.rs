//! What could make more of an access token than it is: other spellings of the path, and headers.

use serde_json::json;

use super::binding::at;
use super::connected::{names, sent, start};

/// Paths that a proxy, a URL parser or the gateway might read in different ways: none of them is served.
#[tokio::test]
async fn no_spelling_of_a_path_widens_a_token() {
    let (_upstream, gateway) = start().await;
    for resource in ["/mcp/readonly", "/mcp/x/contacts", "/mcp/x/contacts/readonly"] {
        let token = at(&gateway, resource).await;
        for path in [
            format!("{resource}/../"),
            format!("{resource}/.."),
            format!("{resource}/../x/all"),
            format!("{resource}/%2e%2e/x/all"),
            format!("{resource}%2f..%2f"),
            format!("{resource}/../../mcp"),
            format!("{resource}//"),
            format!("{resource}/;/x"),
            format!("{resource},all"),
            format!("{resource}%2Call"),
            format!("{resource}%252Call"),
            format!("{resource}%00"),
            format!("{resource}\\..\\x"),
            format!("/mcp/x/all,{resource}"),
            format!("/mcp/%2e{resource}"),
            format!("/mcp//{resource}"),
            "/mcp%2freadonly".to_owned(),
            "/mcp/x/contacts%2Freadonly".to_owned(),
            "/mcp/x/contacts%2freadonly/".to_owned(),
            "/mcp/x/%63ontacts,calendars".to_owned(),
            "/%6dcp".to_owned(),
        ] {
            let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
            let answer = gateway
                .raw(&format!(
                    "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
                     content-type: application/json\r\naccept: application/json, text/event-stream\r\n\
                     content-length: {}\r\n\r\n{body}",
                    body.len()
                ))
                .await;
            let is_served = answer.starts_with("HTTP/1.1 200");
            let wider = resource.contains("readonly") && answer.contains("contacts_create-contact")
                || resource.contains("contacts") && answer.contains("calendars_get-");
            assert!(!wider, "{resource} at {path}: {answer}");
            assert!(!is_served || path.trim_end_matches('/') == resource, "{resource} at {path}: {answer}");
        }
    }
}

#[tokio::test]
async fn no_header_widens_a_token() {
    let (upstream, gateway) = start().await;
    let contacts = at(&gateway, "/mcp/x/contacts").await;
    let readonly = at(&gateway, "/mcp/readonly").await;
    let before = sent(&upstream).await;
    for (path, token, header, value, hidden) in [
        ("/mcp/x/contacts", &contacts, "x-mcp-toolsets", "all", "calendars_get-calendar-events"),
        ("/mcp/x/contacts", &contacts, "x-mcp-toolsets", "calendars", "calendars_get-calendar-events"),
        ("/mcp/x/contacts", &contacts, "x-mcp-tools", "calendars_get-calendar-events", "calendars_get-calendar-events"),
        ("/mcp/readonly", &readonly, "x-mcp-readonly", "false", "contacts_create-contact"),
        ("/mcp/readonly", &readonly, "x-mcp-tools", "contacts_create-contact", "contacts_create-contact"),
        ("/mcp/readonly", &readonly, "x-mcp-toolsets", "contacts", "contacts_create-contact"),
    ] {
        let list = gateway.rpc("tools/list", json!({})).path(path).token(token).unpinned().header(header, value);
        let list = list.send().await;
        if list.status == 200 {
            assert!(!names(&list).contains(&hidden.to_owned()), "{header}: {value}");
        }
        let call = gateway.tool(hidden, json!({ "email": "a@example.com" })).path(path).token(token).unpinned();
        let answer = call.header(header, value).send().await;
        let failed = answer.status != 200 || answer.message().get("error").is_some() || answer.tool_result().is_error;
        assert!(failed, "{header}: {value}: {}", answer.body);
    }
    assert_eq!(sent(&upstream).await, before, "nothing was sent");
}
