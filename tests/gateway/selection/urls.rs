//! Selection by URL: an MCP server per service, and a read-only one.

use http::Method;
use serde_json::json;

use super::{SERVICES, SelectiveGateway, tools_of};

#[tokio::test]
async fn a_url_selects_its_tools_with_and_without_a_trailing_slash() {
    for (path, services, read_only) in [
        ("/mcp", &SERVICES[..], false),
        ("/mcp/readonly", &SERVICES, true),
        ("/mcp/x/contacts,payments", &["contacts", "payments"], false),
        ("/mcp/x/payments,contacts,payments/readonly", &["contacts", "payments"], true),
        ("/mcp/x/calendars%2Clocations", &["calendars", "locations"], false),
        ("/mcp/x/calendars,%20locations", &["calendars", "locations"], false),
        ("/mcp/x/calendars,conversations,contacts,locations,opportunities,payments", &SERVICES, false),
    ] {
        let gateway = SelectiveGateway::new().await;
        for path in [path.to_owned(), format!("{path}/")] {
            gateway.assert_selects(&path, &[], &tools_of(services, read_only), "the URL").await;
        }
    }
}

#[tokio::test]
async fn each_service_has_its_own_url() {
    for service in SERVICES {
        let gateway = SelectiveGateway::new().await;
        for slash in ["", "/"] {
            let path = format!("/mcp/x/{service}{slash}");
            gateway.assert_selects(&path, &[], &tools_of(&[service], false), "the URL").await;
            let path = format!("/mcp/x/{service}/readonly{slash}");
            gateway.assert_selects(&path, &[], &tools_of(&[service], true), "the URL").await;
        }
    }
}

/// A write of another service is hidden twice and the error names one of the two; it names read-only if only that hides
/// the tool.
#[tokio::test]
async fn a_write_hidden_only_by_readonly_names_it() {
    let gateway = SelectiveGateway::new().await;
    let hidden = |path: &'static str| {
        let gateway = &gateway;
        async move {
            let message = super::call("contacts_add-tags", &json!({ "contactId": "c1", "tags": ["vip"] }));
            gateway.post(message, path, &[]).send().await.rpc_error().2
        }
    };
    for path in ["/mcp/readonly", "/mcp/x/contacts/readonly"] {
        assert!(hidden(path).await.contains("readonly"), "{path}");
    }
    assert!(!hidden("/mcp/x/payments").await.contains("readonly"));
    assert_eq!(gateway.requests().await, 0);
}

#[tokio::test]
async fn an_unknown_service_is_rejected_with_the_known_ones() {
    let gateway = SelectiveGateway::new().await;
    for (path, unknown) in [
        ("/mcp/x/contact", "\"contact\""),
        ("/mcp/x/weather/readonly", "\"weather\""),
        ("/mcp/x/contacts,weather/", "\"weather\""),
        ("/mcp/x/readonly", "\"readonly\""),
        ("/mcp/x/contacts_get-contact", "\"contacts_get-contact\""),
        ("/mcp/x/%FF", "no service"),
    ] {
        gateway.assert_rejected(path, &[], 400, &[&["the URL", unknown][..], &SERVICES].concat()).await;
    }
}

/// A typo in a client's configuration must not look like a server without tools.
#[tokio::test]
async fn a_url_without_a_service_is_rejected() {
    let gateway = SelectiveGateway::new().await;
    for path in ["/mcp/x//readonly", "/mcp/x/,", "/mcp/x/%20"] {
        let answer = gateway.post(super::list(), path, &[]).send().await;
        assert!(answer.status.is_client_error(), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_rejected_with_the_valid_forms() {
    let gateway = SelectiveGateway::new().await;
    let forms = ["/mcp/readonly", "/mcp/x/{services}", "/mcp/x/{services}/readonly"];
    for path in [
        "/mcp/x",
        "/mcp/x/",
        "/mcp/contacts",
        "/mcp/read-only",
        "/mcp/READONLY",
        "/mcp//readonly",
        "/mcp/readonly/readonly",
        "/mcp/readonly/x/contacts",
        "/mcp/x/contacts/write",
        "/mcp/x/contacts/payments",
        "/mcp/x/contacts/readonly/now",
        "/mcp/x/contacts/../../payments",
    ] {
        // The client resolves `..` itself, as every URL library does; the request arrives as /mcp/payments.
        gateway.assert_rejected(path, &[], 404, &[&forms[..], &SERVICES].concat()).await;
    }
    for path in ["/mcpx", "/mcpx/readonly", "/x/contacts"] {
        gateway.assert_rejected(path, &[], 404, &["/mcp"]).await;
    }
}

#[tokio::test]
async fn every_form_initializes_and_accepts_only_post() {
    let gateway = SelectiveGateway::new().await;
    for path in ["/mcp/readonly", "/mcp/x/contacts/", "/mcp/x/contacts,payments/readonly"] {
        let params = json!({ "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "tests", "version": "1" } });
        let answer = gateway.gateway.rpc("initialize", params).path(path).send().await;
        assert_eq!(answer.result()["protocolVersion"], "2025-06-18", "{path}");
        let missing = gateway.gateway.rpc("ping", json!({})).path(path).without("authorization").send().await;
        assert_eq!(missing.status, 401, "{path}");
        for method in [Method::GET, Method::DELETE] {
            let answer = gateway.gateway.post_bytes("").method(method).path(path).send().await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"), "{path}");
        }
    }
}

/// An event stream contains the same list.
#[tokio::test]
async fn an_event_stream_has_the_same_selection() {
    let gateway = SelectiveGateway::new().await;
    let post = gateway.post(super::list(), "/mcp/x/locations", &[]).header("accept", "text/event-stream");
    let result = post.send().await.event()["result"].clone();
    let names: Vec<&str> = result["tools"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert_eq!(names, gateway.listed("/mcp/x/locations", &[]).await);
    assert_eq!(names[..2], tools_of(&["locations"], false));
}
