//! What an access token is bound to: its resource, its location, and reading.

use serde_json::{Value, json};

use super::connected::{CONNECTED, PIT, connect, listed, names, sent, start};
use crate::support::{PUBLIC_URL, TestGateway};

/// An access token for the resource at a path.
pub async fn at(gateway: &TestGateway, path: &str) -> String {
    connect(gateway, &[("resource", &format!("{PUBLIC_URL}{path}"))], &[]).await.access
}

#[tokio::test]
async fn a_token_serves_its_path_and_those_below() {
    let (_upstream, gateway) = start().await;
    for (resource, covered, others) in [
        ("/mcp", &["/mcp", "/mcp/", "/mcp/readonly", "/mcp/x/contacts", "/mcp/x/all/readonly", "/mcp/v2"][..], &[][..]),
        (
            "/mcp/readonly",
            &["/mcp/readonly", "/mcp/readonly/"],
            &[
                "/mcp",
                "/mcp/",
                "/mcp/x/contacts",
                "/mcp/x/contacts/readonly",
                "/mcp/x/all/readonly",
                "/mcp/v2/readonly",
            ],
        ),
        (
            "/mcp/x/contacts",
            &["/mcp/x/contacts", "/mcp/x/contacts/", "/mcp/x/contacts/readonly"],
            &[
                "/mcp",
                "/mcp/readonly",
                "/mcp/x/all",
                "/mcp/x/calendars",
                "/mcp/x/contacts,calendars",
                "/mcp/x/contacts%2Ccalendars",
                "/mcp/x/contacts,",
                "/mcp/v2",
            ],
        ),
        (
            "/mcp/x/contacts/readonly",
            &["/mcp/x/contacts/readonly"],
            &["/mcp/x/contacts", "/mcp/x/contacts/", "/mcp/x/contacts,calendars/readonly", "/mcp/readonly"],
        ),
        ("/mcp/x/contacts%2Ccalendars", &["/mcp/x/contacts,calendars", "/mcp/x/contacts%2ccalendars"], &["/mcp"]),
    ] {
        let token = at(&gateway, resource).await;
        for path in covered {
            let answer = listed(&gateway, path, &token).await;
            assert_eq!(answer.status, 200, "{resource} at {path}: {}", answer.body);
        }
        for path in others {
            let answer = listed(&gateway, path, &token).await;
            assert_eq!(answer.status, 401, "{resource} at {path}: {}", answer.body);
            assert!(answer.header("www-authenticate").contains(r#"error="invalid_token""#), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_consent_to_reading_lists_and_runs_no_writes() {
    let (upstream, gateway) = start().await;
    let writes = |names: &[String]| {
        let is_write = |name: &&String| {
            ["create", "update", "upsert", "add-", "remove-", "send-"].iter().any(|word| name.contains(word))
                || ["operations_add", "operations_change"].contains(&name.as_str())
        };
        names.iter().filter(is_write).cloned().collect::<Vec<String>>()
    };
    let all = names(&listed(&gateway, "/mcp", &connect(&gateway, &[], &[]).await.access).await);
    assert!(writes(&all).len() > 5, "the control: {all:?}");
    let readonly = format!("{PUBLIC_URL}/mcp/readonly");
    for (path, change, fields) in [
        ("/mcp", &[("scope", "crm:read")][..], &[][..]),
        ("/mcp", &[], &[("read_only", "true")]),
        ("/mcp/readonly", &[("resource", readonly.as_str())], &[]),
    ] {
        let token = connect(&gateway, change, fields).await.access;
        let reading = names(&listed(&gateway, path, &token).await);
        assert!(writes(&reading).is_empty() && reading.contains(&"contacts_get-contacts".to_owned()), "{reading:?}");
        let before = sent(&upstream).await;
        for (tool, arguments) in [
            ("contacts_create-contact", json!({ "email": "a@example.com" })),
            ("contacts_add-tags", json!({ "contactId": "c1", "tags": ["x"] })),
            ("contacts_create-note", json!({ "contactId": "c1", "body": "x" })),
            ("operations_add", operation("contacts_create-note")),
            ("operations_read", operation("contacts_create-note")),
            ("operations_change", operation("contacts_update-note")),
            ("operations_change", operation("contacts_delete-contact")),
            ("operations_change", operation("conversations_send-a-new-message")),
        ] {
            let call = gateway.tool(tool, arguments.clone()).path(path).token(&token).unpinned().send().await;
            let failed = call.message().get("error").is_some() || call.tool_result().is_error;
            assert!(failed, "{tool}: {}", call.body);
            let plain = gateway.post(json!({ "tool": tool, "input": arguments })).path(path).token(&token).unpinned();
            assert_eq!(plain.send().await.json()["success"], false, "{tool}");
        }
        assert_eq!(sent(&upstream).await, before, "nothing was sent");
    }
}

fn operation(name: &str) -> Value {
    json!({ "operation": name, "params": { "contactId": "c1", "body": "x", "id": "n1" } })
}

#[tokio::test]
async fn the_connected_location_is_the_only_one() {
    let (upstream, gateway) = start().await;
    let token = connect(&gateway, &[], &[]).await.access;
    let call = |path: &str, arguments: Value| {
        gateway.tool("contacts_get-contacts", arguments).path(path).token(&token).unpinned()
    };
    for pinned in [call("/mcp", json!({})), call("/mcp", json!({})).header("locationid", CONNECTED)] {
        assert!(!pinned.send().await.tool_result().is_error);
    }
    assert!(!call(&format!("/mcp?locationId={CONNECTED}"), json!({})).send().await.tool_result().is_error);
    let requests = upstream.received_requests().await.unwrap();
    let last = requests.last().unwrap();
    assert_eq!(last.headers["authorization"], format!("Bearer {PIT}"));
    assert!(format!("{}{:?}", last.url, last.headers).contains(CONNECTED) || !last.body.is_empty());

    let before = sent(&upstream).await;
    for other in [call("/mcp", json!({})).header("locationid", "other"), call("/mcp?locationId=other", json!({}))] {
        let answer = other.send().await;
        assert_eq!(answer.status, 403, "{}", answer.body);
        assert!(!answer.header("www-authenticate").contains("insufficient_scope"), "clients loop on it");
    }
    for name in ["locationId", "location_id"] {
        let answer = call("/mcp", json!({ name: "otherLocation1234567" })).send().await.tool_result();
        assert!(answer.is_error, "{}", answer.text);
    }
    let read = json!({ "operation": "locations_get-location", "params": { "locationId": "otherLocation1234567" } });
    let answer = gateway.tool("operations_read", read).token(&token).unpinned().send().await.tool_result();
    assert!(answer.is_error, "{}", answer.text);
    assert_eq!(sent(&upstream).await, before, "nothing was sent");
}
