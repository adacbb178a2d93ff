//! Redirect URIs: whoever receives a code acts with the user's token.

use http::Method;

use super::assertions::assert_page;
use super::connected::start;
use super::steps::{authorization, decide, open, page, register};

const CLAUDE: &str = "https://claude.ai/api/mcp/auth_callback";

#[tokio::test]
async fn only_a_registered_redirect_uri_is_accepted() {
    let (_upstream, gateway) = start().await;
    let client_id = register(&gateway, &[CLAUDE, "http://localhost/callback"]).await;
    for uri in [CLAUDE, "http://localhost/callback", "http://localhost:1/callback", "http://localhost:65535/callback"] {
        page(&gateway, &authorization(&client_id, &[("redirect_uri", uri)])).await;
    }
    for uri in [
        "https://evil.example/api/mcp/auth_callback",
        "https://claude.ai/api/mcp/auth_callback/",
        "https://claude.ai/api/mcp/Auth_callback",
        "https://claude.ai/api/mcp/auth_callback?x=1",
        "https://claude.ai/api/mcp/auth_callback?",
        "https://claude.ai/api/mcp/auth_callback#x",
        "https://claude.ai/api/mcp/../mcp/auth_callback",
        "https://claude.ai/api/mcp/auth%5fcallback",
        "https://claude.ai/api/mcp%2Fauth_callback",
        "https://claude.ai:443/api/mcp/auth_callback",
        "https://claude.ai:8443/api/mcp/auth_callback",
        "https://CLAUDE.ai/api/mcp/auth_callback",
        "HTTPS://claude.ai/api/mcp/auth_callback",
        "https://claude.ai./api/mcp/auth_callback",
        "http://claude.ai/api/mcp/auth_callback",
        "//claude.ai/api/mcp/auth_callback",
        "/api/mcp/auth_callback",
        "https://claude.ai@evil.example/api/mcp/auth_callback",
        "https://evil.example/https://claude.ai/api/mcp/auth_callback",
        "https://claude.ai.evil.example/api/mcp/auth_callback",
        "https://claude.ai\\@evil.example/api/mcp/auth_callback",
        " https://claude.ai/api/mcp/auth_callback",
        "https://claude.ai/api/mcp/auth_callback ",
        // Known to the gateway, and not this client's.
        "https://claude.com/api/mcp/auth_callback",
        "http://127.0.0.1/callback",
        "http://localhost/other",
        "http://localhost/callback/",
        "http://localhost/callback?x=1",
        "http://localhost./callback",
        "http://localhost.evil.com/callback",
        "http://localhost@evil.com/callback",
        "http://localhost:80@evil.com/callback",
        "http://127.0.0.1@evil.com/callback",
        "https://localhost/callback",
        "http://LOCALHOST/callback",
        "http://localhost:0/callback",
        "http://localhost:99999/callback",
        "javascript:alert(1)",
        "data:text/html,x",
    ] {
        let query = authorization(&client_id, &[("redirect_uri", uri), ("response_type", "token")]);
        let answer = open(&gateway, Method::GET, &format!("/oauth/authorize?{query}")).send().await;
        assert_page(&answer, 400);
        assert!(!answer.body.contains("evil"), "it is not repeated: {}", answer.body);
    }
}

#[tokio::test]
async fn it_may_be_left_out_by_a_client_that_has_only_one() {
    let (_upstream, gateway) = start().await;
    let one = register(&gateway, &[CLAUDE]).await;
    let form = page(&gateway, &authorization(&one, &[("redirect_uri", "")])).await;
    let denied = decide(&gateway, &form, &[("decision", "deny")]).await;
    assert!(denied.header("location").starts_with(&format!("{CLAUDE}?")), "{}", denied.header("location"));
    let two = register(&gateway, &[CLAUDE, "http://localhost/callback"]).await;
    let query = authorization(&two, &[("redirect_uri", "")]);
    assert_page(&open(&gateway, Method::GET, &format!("/oauth/authorize?{query}")).send().await, 400);
}

/// What a client registered is checked again at each use: the operator may have allowed less since.
#[tokio::test]
async fn a_redirect_uri_that_is_no_longer_allowed_is_refused() {
    use leadconnector_mcp::config::OperatorKey;

    use crate::support::TestGatewayBuilder;

    let key = OperatorKey::random();
    let with = async |change: fn(&mut leadconnector_mcp::config::OAuthSettings)| {
        let builder = TestGatewayBuilder::on("http://127.0.0.1:9").oauth(&key);
        builder.settings(move |settings| change(settings.oauth.as_mut().unwrap())).start().await
    };
    let own = "https://app.example.com/callback";
    let generous = with(|oauth| oauth.allowed_redirects = vec!["https://app.example.com/callback".to_owned()]).await;
    let strict = with(|oauth| (oauth.known_clients, oauth.loopback) = (false, false)).await;
    for uri in [own, CLAUDE, "http://localhost/callback"] {
        let client_id = register(&generous, &[uri]).await;
        let query = authorization(&client_id, &[("redirect_uri", uri)]);
        page(&generous, &query).await;
        assert_page(&open(&strict, Method::GET, &format!("/oauth/authorize?{query}")).send().await, 400);
    }
    let known = authorization("https://claude.ai/oauth/mcp-oauth-client-metadata", &[("redirect_uri", CLAUDE)]);
    page(&generous, &known).await;
    assert_page(&open(&strict, Method::GET, &format!("/oauth/authorize?{known}")).send().await, 400);
}
