//! By the URL: an own MCP server per service, and one that only reads.

use http::Method;
use serde_json::json;

use super::{Gate, SERVICES, tools_of};

#[tokio::test]
async fn a_url_selects_its_tools_with_and_without_a_slash_at_the_end() {
    for (path, services, read_only) in [
        ("/mcp", &SERVICES[..], false),
        ("/mcp/readonly", &SERVICES, true),
        ("/mcp/x/contacts,payments", &["contacts", "payments"], false),
        ("/mcp/x/payments,contacts,payments/readonly", &["contacts", "payments"], true),
        ("/mcp/x/calendars%2Clocations", &["calendars", "locations"], false),
        ("/mcp/x/calendars,%20locations", &["calendars", "locations"], false),
        ("/mcp/x/calendars,conversations,contacts,locations,opportunities,payments", &SERVICES, false),
    ] {
        let gate = Gate::new().await;
        for path in [path.to_owned(), format!("{path}/")] {
            gate.assert_selects(&path, &[], &tools_of(services, read_only), "the URL").await;
        }
    }
}

#[tokio::test]
async fn each_service_is_a_server_of_its_own() {
    for service in SERVICES {
        let gate = Gate::new().await;
        for slash in ["", "/"] {
            let path = format!("/mcp/x/{service}{slash}");
            gate.assert_selects(&path, &[], &tools_of(&[service], false), "the URL").await;
            let path = format!("/mcp/x/{service}/readonly{slash}");
            gate.assert_selects(&path, &[], &tools_of(&[service], true), "the URL").await;
        }
    }
}

/// A write of another service is hidden twice; what is said of it names one of the two, and reading alone is named where
/// only that hides.
#[tokio::test]
async fn what_only_reading_hides_is_said_to_be_hidden_by_that() {
    let gate = Gate::new().await;
    let hidden = |path: &'static str| {
        let gate = &gate;
        async move {
            let message = super::call("contacts_add-tags", &json!({ "contactId": "c1", "tags": ["vip"] }));
            gate.post(message, path, &[]).send().await.rpc_error().2
        }
    };
    for path in ["/mcp/readonly", "/mcp/x/contacts/readonly"] {
        assert!(hidden(path).await.contains("readonly"), "{path}");
    }
    assert!(!hidden("/mcp/x/payments").await.contains("readonly"));
    assert_eq!(gate.requests().await, 0);
}

#[tokio::test]
async fn an_unknown_service_is_refused_with_the_known_ones() {
    let gate = Gate::new().await;
    for (path, unknown) in [
        ("/mcp/x/contact", "\"contact\""),
        ("/mcp/x/weather/readonly", "\"weather\""),
        ("/mcp/x/contacts,weather/", "\"weather\""),
        ("/mcp/x/readonly", "\"readonly\""),
        ("/mcp/x/contacts_get-contact", "\"contacts_get-contact\""),
        ("/mcp/x/%FF", "no service"),
    ] {
        gate.assert_refused(path, &[], 400, &[&["the URL", unknown][..], &SERVICES].concat()).await;
    }
}

/// A typing mistake in a client's settings must not look like a server without tools.
#[tokio::test]
async fn a_url_that_names_no_service_is_refused() {
    let gate = Gate::new().await;
    for path in ["/mcp/x//readonly", "/mcp/x/,", "/mcp/x/%20"] {
        let answer = gate.post(super::list(), path, &[]).send().await;
        assert!(answer.status.is_client_error(), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_refused_with_the_valid_forms() {
    let gate = Gate::new().await;
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
        gate.assert_refused(path, &[], 404, &[&forms[..], &SERVICES].concat()).await;
    }
    for path in ["/mcpx", "/mcpx/readonly", "/x/contacts"] {
        gate.assert_refused(path, &[], 404, &["/mcp"]).await;
    }
}

#[tokio::test]
async fn every_form_greets_and_serves_only_post() {
    let gate = Gate::new().await;
    for path in ["/mcp/readonly", "/mcp/x/contacts/", "/mcp/x/contacts,payments/readonly"] {
        let params = json!({ "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "tests", "version": "1" } });
        let answer = gate.gateway.rpc("initialize", params).path(path).send().await;
        assert_eq!(answer.result()["protocolVersion"], "2025-06-18", "{path}");
        let missing = gate.gateway.rpc("ping", json!({})).path(path).without("authorization").send().await;
        assert_eq!(missing.status, 401, "{path}");
        for method in [Method::GET, Method::DELETE] {
            let answer = gate.gateway.post_bytes("").method(method).path(path).send().await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"), "{path}");
        }
    }
}

/// The events of a client that wants a stream are the same list.
#[tokio::test]
async fn an_event_stream_has_the_same_selection() {
    let gate = Gate::new().await;
    let post = gate.post(super::list(), "/mcp/x/locations", &[]).header("accept", "text/event-stream");
    let result = post.send().await.event()["result"].clone();
    let names: Vec<&str> = result["tools"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert_eq!(names, tools_of(&["locations"], false));
}
