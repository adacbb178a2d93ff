//! Authorization requests that are refused: on a page as long as it is not known where to send the browser, then by a redirect.

use http::Method;
use leadconnector_mcp::config::OperatorKey;

use super::assertions::{assert_page, assert_redirected, assert_redirected_with};
use super::connected::start;
use super::steps::{REDIRECT, VERIFIER, authorization, open, register};
use crate::support::{Answer, PUBLIC_URL, TestGateway, TestGatewayBuilder};

async fn authorize(gateway: &TestGateway, query: &str) -> Answer {
    open(gateway, Method::GET, &format!("/oauth/authorize?{query}")).send().await
}

#[tokio::test]
async fn pkce_with_s256_is_required() {
    let (_upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let (short, long) = ("a".repeat(42), "a".repeat(44));
    for change in [
        ("code_challenge_method", ""),
        ("code_challenge_method", "plain"),
        ("code_challenge_method", "s256"),
        ("code_challenge_method", "S256 "),
        ("code_challenge", ""),
        ("code_challenge", VERIFIER),
        ("code_challenge", short.as_str()),
        ("code_challenge", long.as_str()),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"),
    ] {
        let answer = authorize(&gateway, &authorization(&client_id, &[change])).await;
        assert_redirected(&answer, "invalid_request");
    }
    for mode in ["token", "id_token", "code token", "none"] {
        let answer = authorize(&gateway, &authorization(&client_id, &[("response_type", mode)])).await;
        assert_redirected(&answer, "unsupported_response_type");
    }
    let answer = authorize(&gateway, &authorization(&client_id, &[("response_type", "")])).await;
    assert_redirected(&answer, "invalid_request");
}

#[tokio::test]
async fn a_parameter_that_is_there_twice_or_is_no_text_is_refused() {
    let (_upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let query = authorization(&client_id, &[("scope", "crm:read"), ("resource", &format!("{PUBLIC_URL}/mcp"))]);
    assert_eq!(authorize(&gateway, &query).await.status, 200);
    for name in ["response_type", "code_challenge", "code_challenge_method", "scope"] {
        assert_redirected(&authorize(&gateway, &format!("{query}&{name}=x")).await, "invalid_request");
    }
    assert_redirected(&authorize(&gateway, &format!("{query}&resource={PUBLIC_URL}/mcp")).await, "invalid_target");
    // Which of two states is the client's is not known.
    assert_redirected_with(&authorize(&gateway, &format!("{query}&state=x")).await, "invalid_request", None);
    for name in ["client_id", "redirect_uri"] {
        assert_page(&authorize(&gateway, &format!("{query}&{name}=x")).await, 400);
    }
    for bytes in ["%00", "%ff", "%0a", "%c3%28"] {
        let query = authorization(&client_id, &[("scope", "")]);
        assert_redirected(&authorize(&gateway, &format!("{query}&scope=crm:read{bytes}")).await, "invalid_request");
        let query = authorization(&client_id, &[("state", "")]);
        let answer = authorize(&gateway, &format!("{query}&state={bytes}")).await;
        assert_redirected_with(&answer, "invalid_request", None);
        for name in ["client_id", "redirect_uri"] {
            let query = authorization(if name == "client_id" { "" } else { &client_id }, &[("redirect_uri", "")]);
            assert_page(&authorize(&gateway, &format!("{query}&{name}={bytes}")).await, 400);
        }
    }
}

#[tokio::test]
async fn a_state_comes_back_as_it_was_unless_it_is_too_long() {
    let (_upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let state = |state: &str| authorization(&client_id, &[("state", state), ("response_type", "token")]);
    let longest = "s".repeat(2048);
    for sent in ["x", "a b+c&d=e%20#f", "ä€\u{1f600}", "\"><script>", longest.as_str()] {
        assert_redirected_with(&authorize(&gateway, &state(sent)).await, "unsupported_response_type", Some(sent));
    }
    let answer = authorize(&gateway, &authorization(&client_id, &[("state", ""), ("response_type", "token")])).await;
    assert_redirected_with(&answer, "unsupported_response_type", None);
    for length in [2049, 8192] {
        assert_page(&authorize(&gateway, &state(&"s".repeat(length))).await, 400);
    }
}

#[tokio::test]
async fn a_resource_is_one_of_the_endpoints_urls() {
    let (_upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let upper = PUBLIC_URL.replace("gw", "GW");
    for resource in [
        PUBLIC_URL.to_owned(),
        format!("{PUBLIC_URL}/"),
        format!("{PUBLIC_URL}/mcp/"),
        format!("{PUBLIC_URL}:443/mcp"),
        format!("{upper}/mcp/x/contacts/readonly"),
        format!("{PUBLIC_URL}/mcp?locationId=x"),
    ] {
        let answer = authorize(&gateway, &authorization(&client_id, &[("resource", &resource)])).await;
        assert_page(&answer, 200);
    }
    for resource in [
        format!("{PUBLIC_URL}/mcp#x"),
        format!("{PUBLIC_URL}/other"),
        format!("{PUBLIC_URL}/mcp/x/nonsense"),
        format!("{PUBLIC_URL}/mcp/readonly/more"),
        format!("{PUBLIC_URL}/mcp//"),
        format!("{PUBLIC_URL}:8443/mcp"),
        "https://other.example/mcp".to_owned(),
        "http://gw.example.com/mcp".to_owned(),
        "https://gw.example.com.evil.example/mcp".to_owned(),
        "mcp".to_owned(),
        format!("{PUBLIC_URL}/mcp?{}", "x".repeat(2000)),
    ] {
        let answer = authorize(&gateway, &authorization(&client_id, &[("resource", &resource)])).await;
        assert_redirected(&answer, "invalid_target");
    }
}

#[tokio::test]
async fn an_unknown_client_gets_a_page_and_is_never_redirected() {
    let (_upstream, gateway) = start().await;
    let other = TestGatewayBuilder::on("http://127.0.0.1:9").oauth(&OperatorKey::random()).start().await;
    let foreign = register(&other, &[REDIRECT]).await;
    let own = register(&gateway, &[REDIRECT]).await;
    let mut forged = own.clone();
    forged.replace_range(60..61, if &own[60..61] == "A" { "B" } else { "A" });
    let long = format!("{own}{}", "A".repeat(2000));
    for client_id in ["", "nobody", "lcm_", "lcm_AAAA", "claude.ai", &forged, &foreign, &long, &own.to_uppercase()] {
        let answer = authorize(&gateway, &authorization(client_id, &[])).await;
        assert_page(&answer, 400);
        assert!(client_id.is_empty() || !answer.body.contains(client_id), "it is not repeated");
    }
    // Whatever else is wrong with the request.
    assert_page(&authorize(&gateway, "").await, 400);
    let all_wrong = [("response_type", "x"), ("redirect_uri", "https://evil.example/"), ("code_challenge", "")];
    assert_page(&authorize(&gateway, &authorization("nobody", &all_wrong)).await, 400);
}

#[tokio::test]
async fn a_document_is_fetched_only_from_listed_hosts() {
    let (_upstream, gateway) = start().await;
    for client_id in [
        "http://app.example.com/client.json",
        "https://127.0.0.1/client.json",
        "https://[::1]/client.json",
        "https://app.example.com:8443/client.json",
        "https://user@app.example.com/client.json",
        "https://app.example.com/client.json#x",
        "https://app.example.com/a/../client.json",
        "https://app.example.com/",
        "https://localhost/client.json",
    ] {
        assert_page(&authorize(&gateway, &authorization(client_id, &[])).await, 400);
    }
    let unlisted = authorize(&gateway, &authorization("https://app.example.com/client.json", &[])).await;
    assert_page(&unlisted, 400);
    for text in ["app.example.com", "client_metadata_hosts"] {
        assert!(unlisted.body.contains(text), "{text} is not in {}", unlisted.body);
    }
}
