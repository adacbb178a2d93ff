//! What goes to the API, and what is taken from a request's `Host`: no sealed value, and nothing.

use http::Method;
use leadconnector_mcp::config::OperatorKey;
use serde_json::json;

use super::connected::{CONNECTED, PIT, accepting, connect, listed, one_of_each, sent, start};
use super::steps::{REDIRECT, authorization, open, refresh, register};
use crate::support::TestGatewayBuilder;

#[tokio::test]
async fn the_api_gets_the_users_token_and_nothing_sealed() {
    let (upstream, gateway) = start().await;
    let connected = connect(&gateway, &[], &[]).await;
    for (tool, arguments) in [
        ("contacts_get-contacts", json!({ "query": "x" })),
        ("contacts_create-contact", json!({ "email": "a@example.com" })),
        ("locations_get-location", json!({})),
        ("operations_read", json!({ "operation": "contacts_get-all-notes", "params": { "contactId": "c1" } })),
    ] {
        gateway.tool(tool, arguments).token(&connected.access).unpinned().send().await.tool_result();
    }
    assert_eq!(refresh(&gateway, &connected.client_id, &connected.refresh).await.status, 200);
    let requests = upstream.received_requests().await.unwrap();
    assert!(requests.len() > 5);
    for request in &requests {
        assert_eq!(request.headers["authorization"], format!("Bearer {PIT}"));
        let all = format!("{} {:?} {}", request.url, request.headers, String::from_utf8_lossy(&request.body));
        assert!(!all.to_lowercase().contains("lcm_"), "{all}");
        assert!(!all.contains("locationid") || all.contains(CONNECTED), "{all}");
    }
}

/// A client keeps its tokens when the operator turns OAuth off: they must not reach the API.
#[tokio::test]
async fn a_sealed_token_is_not_passed_on_when_oauth_is_off() {
    let (_upstream, gateway) = start().await;
    let upstream = accepting().await;
    let off = TestGatewayBuilder::on(&upstream.uri()).start().await;
    for (name, value) in one_of_each(&gateway).await {
        for value in [value.clone(), value.replacen("lcm_", "LCM_", 1), value[..40].to_owned()] {
            let answer = listed(&off, "/mcp", &value).await;
            assert_eq!(answer.status, 401, "{name}: {}", answer.body);
            assert!(answer.body.contains("OAuth") && !answer.body.contains(&value), "{name}: {}", answer.body);
            let call = off.tool("contacts_get-contacts", json!({})).token(&value).send().await;
            assert_eq!(call.status, 401, "{name}");
        }
    }
    // Wrapped as people copy tokens.
    let value = connect(&gateway, &[], &[]).await.access;
    for wrapped in [format!("\"{value}\""), format!("<{value}>"), format!("Bearer {value}"), format!("'{value}'")] {
        for gateway in [&off, &gateway] {
            let call = gateway.tool("contacts_get-contacts", json!({})).token(&wrapped).send().await;
            assert_eq!(call.status, 401, "{wrapped}: {}", call.body);
        }
    }
    assert_eq!(sent(&upstream).await, 0);
}

#[tokio::test]
async fn no_url_comes_from_a_header_of_the_request() {
    let upstream = accepting().await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).oauth(&OperatorKey::random());
    let any_host = |settings: &mut leadconnector_mcp::config::Settings| {
        settings.server.allowed_hosts = leadconnector_mcp::config::AllowedHosts::Any;
    };
    let gateway = gateway.settings(any_host).start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let poisoned = |method: Method, path: &str| {
        open(&gateway, method, path)
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "http")
            .header("x-forwarded-prefix", "/evil")
            .header("forwarded", "host=evil.example;proto=http")
            .header("x-original-url", "/evil")
    };
    let query = authorization(&client_id, &[]);
    let wrong = authorization(&client_id, &[("response_type", "token")]);
    for (method, path) in [
        (Method::GET, "/.well-known/oauth-protected-resource/mcp".to_owned()),
        (Method::GET, "/.well-known/oauth-authorization-server".to_owned()),
        (Method::GET, "/.well-known/openid-configuration".to_owned()),
        (Method::GET, format!("/oauth/authorize?{query}")),
        (Method::GET, format!("/oauth/authorize?{wrong}")),
        (Method::GET, "/oauth/authorize".to_owned()),
        (Method::GET, "/oauth/callback".to_owned()),
        (Method::POST, "/oauth/token".to_owned()),
        (Method::POST, "/oauth/register".to_owned()),
        (Method::POST, "/oauth/authorize".to_owned()),
        (Method::POST, "/mcp".to_owned()),
        (Method::GET, "/authorize".to_owned()),
    ] {
        let answer = poisoned(method, &path).send().await;
        let all = format!("{answer:?}");
        assert!(!all.contains("evil"), "{path}: {all}");
        assert!(!all.contains(&gateway.server.address.to_string()), "{path}: {all}");
    }
}

/// A page of another site that resolves its own name to this machine.
#[tokio::test]
async fn a_host_that_is_not_allowed_is_refused_at_every_route() {
    let (_upstream, gateway) = start().await;
    for path in [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-authorization-server",
        "/oauth/authorize",
        "/oauth/callback",
    ] {
        let answer = open(&gateway, Method::GET, path).header("host", "evil.example").send().await;
        assert_eq!(answer.status, 403, "{path}");
        // The public host is allowed without a setting of its own.
        let answer = open(&gateway, Method::GET, path).header("host", "gw.example.com").send().await;
        assert_ne!(answer.status, 403, "{path}");
    }
    for path in ["/oauth/token", "/oauth/register", "/oauth/authorize"] {
        assert_eq!(
            open(&gateway, Method::POST, path).header("host", "evil.example").send().await.status,
            403,
            "{path}"
        );
    }
}
