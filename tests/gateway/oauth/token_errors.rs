//! Requests to the token endpoint that are refused.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::assertions::assert_error;
use super::connected::{code, connect, start};
use super::steps::{REDIRECT, VERIFIER, form, post_form, redeem, refresh, register};
use crate::support::{Answer, PUBLIC_URL, TestGateway};

/// The parameters of a code's exchange; `change` replaces some, and an empty value removes one.
fn exchange(client_id: &str, code: &str, change: &[(&str, &str)]) -> String {
    let mut parameters = vec![
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", REDIRECT),
    ];
    parameters.retain(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    parameters.extend(change.iter().filter(|(_, value)| !value.is_empty()));
    form(&parameters)
}

async fn token(gateway: &TestGateway, body: String) -> Answer {
    let post = gateway.post_bytes(body).path("/oauth/token").without("authorization").without("locationid");
    post.header("content-type", "application/x-www-form-urlencoded").send().await
}

#[tokio::test]
async fn a_code_is_good_for_one_exchange_by_its_client() {
    let (_upstream, gateway) = start().await;
    let (client_id, other) = (register(&gateway, &[REDIRECT]).await, register(&gateway, &[REDIRECT]).await);
    let code = code(&gateway, &client_id, &[], &[]).await;
    let wrong = "w".repeat(43);
    for (change, error) in [
        (("code_verifier", wrong.as_str()), "invalid_grant"),
        (("redirect_uri", "http://127.0.0.1:10/callback"), "invalid_grant"),
        (("redirect_uri", ""), "invalid_grant"),
        (("client_id", other.as_str()), "invalid_grant"),
        (("code", "lcm_AAAA"), "invalid_grant"),
        (("code", "nonsense"), "invalid_grant"),
        (("resource", &format!("{PUBLIC_URL}/mcp/readonly")), "invalid_target"),
        (("resource", "https://other.example/mcp"), "invalid_target"),
        (("code_verifier", &"v".repeat(42)), "invalid_request"),
        (("code_verifier", &"v".repeat(129)), "invalid_request"),
        (("code_verifier", &format!("{VERIFIER}/+")), "invalid_request"),
        (("code_verifier", ""), "invalid_request"),
        (("code", ""), "invalid_request"),
        (("grant_type", ""), "invalid_request"),
        (("grant_type", "password"), "unsupported_grant_type"),
        (("grant_type", "client_credentials"), "unsupported_grant_type"),
        (("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), "unsupported_grant_type"),
    ] {
        assert_error(&token(&gateway, exchange(&client_id, &code, &[change])).await, 400, error);
    }
    // None of them used it up.
    assert_eq!(redeem(&gateway, &client_id, &code).await.status, 200);
    assert_error(&redeem(&gateway, &client_id, &code).await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_parameter_that_is_there_twice_or_is_no_text_is_refused() {
    let (_upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let code = code(&gateway, &client_id, &[], &[]).await;
    let body = exchange(&client_id, &code, &[]);
    for name in ["grant_type", "client_id", "code", "code_verifier", "redirect_uri"] {
        let value = form_urlencoded::parse(body.as_bytes()).find(|(known, _)| known == name).unwrap().1.into_owned();
        for second in ["x", &value] {
            let twice = format!("{body}&{}", form(&[(name, second)]));
            assert_error(&token(&gateway, twice).await, 400, "invalid_request");
        }
        let removed = exchange(&client_id, &code, &[(name, "")]);
        for bytes in ["%00", "%ff"] {
            assert_error(&token(&gateway, format!("{removed}&{name}={bytes}")).await, 400, "invalid_request");
        }
    }
    let twice = format!("{body}&resource={PUBLIC_URL}/mcp&resource={PUBLIC_URL}/mcp");
    assert_error(&token(&gateway, twice).await, 400, "invalid_target");
    assert_eq!(token(&gateway, body).await.status, 200);
}

#[tokio::test]
async fn an_unknown_client_is_401_so_that_it_registers_again() {
    let (_upstream, gateway) = start().await;
    let connected = connect(&gateway, &[], &[]).await;
    let code = code(&gateway, &connected.client_id, &[], &[]).await;
    let long = "x".repeat(5000);
    for client_id in ["nobody", "lcm_AAAA", "https://app.example.com/client.json", "https://127.0.0.1/x", &long] {
        for answer in [redeem(&gateway, client_id, &code).await, refresh(&gateway, client_id, &connected.refresh).await]
        {
            assert_error(&answer, 401, "invalid_client");
            assert!(!answer.header("www-authenticate").is_empty(), "RFC 9110 section 15.5.2");
        }
    }
    assert_error(&token(&gateway, exchange("", &code, &[])).await, 400, "invalid_request");
}

/// This gateway gives no secrets, so it asks for none.
#[tokio::test]
async fn a_secret_or_an_assertion_is_ignored_and_never_an_identity() {
    let (_upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let fresh = async || code(&gateway, &client_id, &[], &[]).await;
    let basic = |id: &str| format!("Basic {}", STANDARD.encode(format!("{id}:a secret")));
    let with_header = async |body: String, header: &str| {
        let post = gateway.post_bytes(body).path("/oauth/token").without("locationid").header("authorization", header);
        post.header("content-type", "application/x-www-form-urlencoded").send().await
    };
    let code = fresh().await;
    let without_id = exchange("", &code, &[]);
    assert_error(&with_header(without_id.clone(), &basic("nobody")).await, 401, "invalid_client");
    assert_error(&with_header(without_id.clone(), "Basic !!!").await, 400, "invalid_request");
    assert_error(&with_header(without_id.clone(), &format!("Bearer {client_id}")).await, 400, "invalid_request");
    let other = exchange(&client_id, &code, &[]);
    assert_error(&with_header(other, &basic("another")).await, 400, "invalid_request");
    assert_eq!(with_header(without_id, &basic(&client_id)).await.status, 200);

    let assertion = json!({ "sub": client_id, "iss": client_id }).to_string();
    let assertion = [
        ("client_assertion", assertion.as_str()),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_secret", "a secret"),
    ];
    let code = fresh().await;
    assert_error(&token(&gateway, exchange("", &code, &assertion)).await, 400, "invalid_request");
    assert_error(&token(&gateway, exchange("nobody", &code, &assertion)).await, 401, "invalid_client");
    assert_eq!(token(&gateway, exchange(&client_id, &code, &assertion)).await.status, 200);
}

#[tokio::test]
async fn the_body_is_a_form_of_at_most_16_kib() {
    let (_upstream, gateway) = start().await;
    let body = json!({ "grant_type": "authorization_code", "client_id": "x", "code": "x" });
    let answer = gateway.post(body).path("/oauth/token").without("authorization").send().await;
    assert_error(&answer, 415, "invalid_request");
    let answer = post_form(&gateway, "/oauth/token", &[("grant_type", "x")]).header("content-type", "text/plain");
    assert_error(&answer.send().await, 415, "invalid_request");
    let padding = "x".repeat(16 * 1024);
    assert_error(&post_form(&gateway, "/oauth/token", &[("padding", &padding)]).send().await, 413, "invalid_request");
    // Credentials in the URL are not read.
    let client_id = register(&gateway, &[REDIRECT]).await;
    let query = exchange(&client_id, &code(&gateway, &client_id, &[], &[]).await, &[]);
    let answer = post_form(&gateway, &format!("/oauth/token?{query}"), &[]).send().await;
    assert_error(&answer, 400, "invalid_request");
}
