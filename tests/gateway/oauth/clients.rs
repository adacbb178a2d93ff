//! Clients that do not register: the built-in ones, and the operator's own.

use http::Method;
use leadconnector_mcp::config::{OperatorKey, RegisteredClient};

use super::assertions::{assert_error, assert_page};
use super::connected::{CONNECTED, PIT, accepting, listed, start};
use super::steps::{VERIFIER, authorization, decide, open, page, parameter, post_form, refresh, token};
use crate::support::{Answer, PUBLIC_URL, TestGateway, TestGatewayBuilder};

/// Goes the whole way with a client id and a redirect URI.
async fn connect(gateway: &TestGateway, client_id: &str, redirect_uri: &str) -> Answer {
    let resource = format!("{PUBLIC_URL}/mcp");
    let scope = "crm:read crm:write offline_access claudeai";
    let change = [("redirect_uri", redirect_uri), ("resource", resource.as_str()), ("scope", scope)];
    let form = page(gateway, &authorization(client_id, &change)).await;
    let fields = [("decision", "allow"), ("token", PIT), ("location", CONNECTED)];
    let allowed = decide(gateway, &form, &fields).await;
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    assert!(allowed.header("location").starts_with(&format!("{redirect_uri}{separator}code=lcm_")), "{allowed:?}");
    let parameters = [
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("code", &parameter(&allowed, "code").unwrap()),
        ("code_verifier", VERIFIER),
        ("redirect_uri", redirect_uri),
        ("resource", &resource),
    ];
    post_form(gateway, "/oauth/token", &parameters).send().await
}

#[tokio::test]
async fn the_built_in_clients_connect_without_a_fetch() {
    let (_upstream, gateway) = start().await;
    for (client_id, redirect_uri) in [
        ("https://claude.ai/oauth/mcp-oauth-client-metadata", "https://claude.ai/api/mcp/auth_callback"),
        ("https://claude.ai/oauth/claude-code-client-metadata", "http://localhost:54321/callback"),
        ("https://chatgpt.com/oauth/client.json", "https://chatgpt.com/connector_platform_oauth_redirect"),
        ("https://chatgpt.com/oauth/abc_DEF-1/client.json", "https://chatgpt.com/connector/oauth/abc_DEF-1"),
        ("https://chatgpt.com/oauth/codex/client.json", "http://127.0.0.1:1455/callback"),
        ("https://cursor.com/oauth/mcp-client.json", "cursor://anysphere.cursor-mcp/oauth/callback"),
        ("https://vscode.dev/oauth/client-metadata.json", "http://127.0.0.1:33418/"),
        ("https://zed.dev/oauth/client-metadata.json", "http://127.0.0.1:8000/callback"),
        ("https://opencode.ai/oauth/opencode/client.json", "http://127.0.0.1:19876/callback"),
    ] {
        let answer = connect(&gateway, client_id, redirect_uri).await;
        assert_eq!(answer.status, 200, "{client_id}: {}", answer.body);
        let tokens = answer.json();
        assert_eq!(listed(&gateway, "/mcp", &token(&tokens, "access_token")).await.status, 200);
        assert_eq!(refresh(&gateway, client_id, &token(&tokens, "refresh_token")).await.status, 200);
    }
    // One ChatGPT connector's redirect is no other's.
    let change = [("redirect_uri", "https://chatgpt.com/connector/oauth/other")];
    let query = authorization("https://chatgpt.com/oauth/abc/client.json", &change);
    assert_page(&open(&gateway, Method::GET, &format!("/oauth/authorize?{query}")).send().await, 400);
}

#[tokio::test]
async fn the_operators_own_client_connects() {
    let upstream = accepting().await;
    let own = "https://app.example.com/callback?tenant=1";
    let builder = TestGatewayBuilder::on(&upstream.uri()).oauth(&OperatorKey::random()).settings(move |settings| {
        let oauth = settings.oauth.as_mut().unwrap();
        let redirect_uris = vec![own.to_owned(), "http://127.0.0.1:3000/callback".to_owned()];
        oauth.clients = vec![RegisteredClient { id: "my-app".to_owned(), redirect_uris }];
        (oauth.registration, oauth.client_metadata) = (false, false);
    });
    let gateway = builder.start().await;
    for redirect_uri in [own, "http://127.0.0.1:3000/callback", "http://127.0.0.1:3001/callback"] {
        assert_eq!(connect(&gateway, "my-app", redirect_uri).await.status, 200, "{redirect_uri}");
    }
    for client_id in ["MY-APP", "my-app ", "my-ap", "https://claude.ai/oauth/mcp-oauth-client-metadata"] {
        let query = authorization(client_id, &[("redirect_uri", own)]);
        assert_page(&open(&gateway, Method::GET, &format!("/oauth/authorize?{query}")).send().await, 400);
        assert_error(&refresh(&gateway, client_id, "lcm_x").await, 401, "invalid_client");
    }
    let shown = authorization("my-app", &[("redirect_uri", own)]);
    let shown = open(&gateway, Method::GET, &format!("/oauth/authorize?{shown}")).send().await;
    assert!(shown.body.contains(">Known<") && shown.body.contains("<bdi>app.example.com</bdi>"), "{}", shown.body);
}
