//! Dynamic client registration: it negotiates, and rejects only what leaves no client.

use serde_json::{Value, json};

use super::assertions::{assert_error, assert_json_headers, assert_no_null};
use super::connected::{sent, start};
use super::steps::{REDIRECT, authorization, open, post_form};
use crate::support::{Answer, TestGateway};

async fn register(gateway: &TestGateway, metadata: Value) -> Answer {
    gateway.post(metadata).path("/oauth/register").without("authorization").without("locationid").send().await
}

#[tokio::test]
async fn the_answer_says_what_was_agreed_and_holds_no_secret() {
    let (upstream, gateway) = start().await;
    let cursor = json!({
        "client_name": "Cursor",
        "redirect_uris": [
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "https://www.cursor.com/a/new/one",
            "http://localhost:8787/callback",
            "http://localhost:8787/callback",
        ],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_post",
        "application_type": "native",
        "scope": "crm:read openid",
        "client_uri": "https://cursor.com",
        "logo_uri": "http://169.254.169.254/logo",
        "jwks_uri": "http://169.254.169.254/jwks",
        "software_statement": "eyJ.x.y",
        "contacts": null,
    });
    for path in ["/oauth/register", "/oauth/register/"] {
        let post = gateway.post(cursor.clone()).path(path).without("authorization").without("locationid");
        let answer = post.send().await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_json_headers(&answer);
        let mut registered = answer.json();
        assert_no_null(&registered);
        let members = registered.as_object_mut().unwrap();
        assert!(members.remove("client_id").unwrap().as_str().unwrap().starts_with("lcm_"));
        assert!(members.remove("client_id_issued_at").unwrap().is_u64());
        assert_eq!(
            registered,
            json!({
                "redirect_uris": [
                    "cursor://anysphere.cursor-mcp/oauth/callback",
                    "https://www.cursor.com/agents/mcp/oauth/callback",
                    "http://localhost:8787/callback",
                ],
                "client_name": "Cursor",
                "token_endpoint_auth_method": "none",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
            })
        );
    }
    assert_eq!(sent(&upstream).await, 0);
    let nameless = register(&gateway, json!({ "redirect_uris": ["http://localhost/cb"] })).await;
    assert_eq!(nameless.status, 201);
    assert!(nameless.json().get("client_name").is_none(), "{}", nameless.body);
}

#[tokio::test]
async fn redirect_uris_of_which_none_is_allowed_are_an_error() {
    let (_upstream, gateway) = start().await;
    let many: Vec<String> = (0..1000).map(|number| format!("http://localhost:{number}/cb")).collect();
    let long = format!("http://localhost/{}", "a".repeat(512));
    for uris in [
        json!([]),
        json!(["https://app.example.com/callback"]),
        json!(["not a uri"]),
        json!([""]),
        json!(["javascript:alert(1)"]),
        json!(["data:text/html,x"]),
        json!(["http://claude.ai/api/mcp/auth_callback"]),
        json!(["https://claude.ai/api/mcp/auth_callback?x"]),
        json!(["https://*.claude.ai/*"]),
        json!(["http://localhost.evil.com/callback"]),
        json!(["http://127.0.0.1@evil.com/callback"]),
        json!(["http://user:password@localhost/callback"]),
        json!(["http://localhost/callback#x"]),
        json!(["http://192.168.0.1/callback"]),
        json!(["http://localhost/call\nback"]),
        json!(["urn:ietf:wg:oauth:2.0:oob"]),
        json!([long]),
        json!(&many[..21]),
        json!(many[..500]),
        json!("http://localhost/callback"),
        json!({ "0": "http://localhost/callback" }),
        json!([5]),
        json!(["http://localhost/callback", null]),
        Value::Null,
    ] {
        let answer = register(&gateway, json!({ "redirect_uris": uris })).await;
        assert_error(&answer, 400, "invalid_redirect_uri");
    }
    let answer = register(&gateway, json!({ "redirect_uris": ["https://app.example.com/callback"] })).await;
    assert!(answer.body.contains("oauth.allowed_redirects"), "it says what the operator can do: {}", answer.body);
    assert_error(&register(&gateway, json!({ "client_name": "x" })).await, 400, "invalid_redirect_uri");
    let most = register(&gateway, json!({ "redirect_uris": &many[1..21] })).await;
    // Twenty are allowed, but the id that holds them must fit into a URL.
    assert!([201, 400].contains(&most.status.as_u16()), "{}", most.body);
}

#[tokio::test]
async fn metadata_of_the_wrong_type_is_an_error() {
    let (_upstream, gateway) = start().await;
    let uris = json!(["http://localhost/callback"]);
    for (name, value) in [
        ("client_name", json!(5)),
        ("client_name", json!(["x"])),
        ("grant_types", json!("authorization_code")),
        ("grant_types", json!(["refresh_token"])),
        ("grant_types", json!(["client_credentials"])),
        ("grant_types", json!([])),
        ("grant_types", json!({})),
    ] {
        let answer = register(&gateway, json!({ "redirect_uris": uris, name: value })).await;
        assert_error(&answer, 400, "invalid_client_metadata");
    }
    for body in ["", "{", "[]", "null", "\"x\"", "redirect_uris=http://localhost/cb", "\u{feff}{}"] {
        let post = gateway.post_bytes(body).path("/oauth/register").without("authorization");
        assert_error(&post.send().await, 400, "invalid_client_metadata");
    }
    let deep = format!("{{\"redirect_uris\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    let post = gateway.post_bytes(deep).path("/oauth/register").without("authorization");
    assert_error(&post.send().await, 400, "invalid_client_metadata");
    let not_text = b"{\"redirect_uris\":[\"http://localhost/\xff\"]}";
    let post = gateway.post_bytes(&not_text[..]).path("/oauth/register").without("authorization");
    assert_error(&post.send().await, 400, "invalid_client_metadata");
}

#[tokio::test]
async fn bodies_of_another_type_or_too_long_are_rejected() {
    let (_upstream, gateway) = start().await;
    let form = post_form(&gateway, "/oauth/register", &[("redirect_uris", "http://localhost/callback")]);
    assert_error(&form.send().await, 415, "invalid_request");
    let untyped = gateway.post(json!({})).path("/oauth/register").without("authorization").without("content-type");
    assert_error(&untyped.send().await, 415, "invalid_request");
    let with_charset = gateway.post(json!({ "redirect_uris": ["http://localhost/cb"] })).path("/oauth/register");
    let with_charset = with_charset.header("content-type", "Application/JSON; charset=utf-8").without("authorization");
    assert_eq!(with_charset.send().await.status, 201);
    let long = json!({ "redirect_uris": ["http://localhost/callback"], "padding": "x".repeat(16 * 1024) });
    assert_error(&register(&gateway, long).await, 413, "invalid_request");
}

/// The name is shown to a person who is about to give a credential.
#[tokio::test]
async fn a_name_is_text_and_is_cut() {
    let (_upstream, gateway) = start().await;
    let huge = "N".repeat(10_000);
    for (name, shown) in [
        ("<script>alert(1)</script>", "&#60;script&#62;alert(1)&#60;/script&#62;"),
        ("\"><img src=x onerror=alert(1)>", "&#34;&#62;&#60;img src=x onerror=alert(1)&#62;"),
        ("Claude\u{202e}edualC\u{200b}\u{2066}", "ClaudeedualC"),
        ("two\nlines\r\u{0}", "twolines"),
        (huge.as_str(), &"N".repeat(64)),
    ] {
        let metadata = json!({ "redirect_uris": [REDIRECT], "client_name": name });
        let client_id = register(&gateway, metadata).await.json()["client_id"].as_str().unwrap().to_owned();
        let query = authorization(&client_id, &[]);
        let answer = open(&gateway, http::Method::GET, &format!("/oauth/authorize?{query}")).send().await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains(&format!("<bdi>{shown}</bdi>")), "{shown}: {}", answer.body);
        assert!(!answer.body.contains("<script") && !answer.body.contains("<img"), "{}", answer.body);
        assert!(!answer.body.contains(&"N".repeat(65)));
        assert!(answer.body.contains("Unverified"), "{}", answer.body);
    }
    // A name that belongs to another is not vouched for.
    let metadata = json!({ "redirect_uris": [REDIRECT], "client_name": "Claude" });
    let client_id = register(&gateway, metadata).await.json()["client_id"].as_str().unwrap().to_owned();
    let query = authorization(&client_id, &[]);
    let answer = open(&gateway, http::Method::GET, &format!("/oauth/authorize?{query}")).send().await;
    assert!(answer.body.contains("Unverified") && !answer.body.contains(">Known<"), "{}", answer.body);
}
