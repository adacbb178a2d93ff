//! The consent page and its form: what the user enters, and what becomes of it.

use http::Method;
use leadconnector_mcp::config::OperatorKey;
use leadconnector_mcp::sandbox::{AGENCY_TOKEN, EXPIRED_TOKEN, LOCATION, READ_ONLY_TOKEN, TOKEN, scope_token};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::assertions::{assert_page, assert_redirected};
use super::connected::{CONNECTED, PIT, connect, sent, start};
use super::steps::{REDIRECT, authorization, decide, hidden, open, page, parameter, redeem, register};
use crate::support::{Answer, PUBLIC_URL, TestGateway, TestGatewayBuilder, answering, sandbox};

async fn allow(gateway: &TestGateway, form: &str, token: &str, location: &str) -> Answer {
    decide(gateway, form, &[("decision", "allow"), ("token", token), ("location", location)]).await
}

#[tokio::test]
async fn the_page_says_who_asks_for_what_and_where_the_answer_goes() {
    let (_upstream, gateway) = start().await;
    let shown = async |client_id: &str, change: &[(&str, &str)]| {
        let query = authorization(client_id, change);
        let answer = open(&gateway, Method::GET, &format!("/oauth/authorize?{query}")).send().await;
        assert_page(&answer, 200);
        answer.body
    };
    let own = register(&gateway, &[REDIRECT]).await;
    let body = shown(&own, &[]).await;
    for text in ["Test client", "Unverified", "A program on this computer", "gw.example.com", "Read and change"] {
        assert!(body.contains(text), "{text} is not in {body}");
    }
    assert!(body.contains(r#"type="password""#) && !body.contains(r#"id="token" name="token" value"#), "{body}");
    let body = shown(&own, &[("scope", "crm:read"), ("resource", &format!("{PUBLIC_URL}/mcp/x/contacts"))]).await;
    assert!(!body.contains("Read and change") && !body.contains("read_only") && body.contains("contacts"), "{body}");
    let claude = "https://claude.ai/oauth/mcp-oauth-client-metadata";
    let body = shown(claude, &[("redirect_uri", "https://claude.ai/api/mcp/auth_callback")]).await;
    assert!(body.contains(">Known<") && body.contains("<bdi>claude.ai</bdi>"), "{body}");
    // The location of a URL like …/mcp?locationId=… is filled in, and nothing else.
    for (resource, value) in [("?locationId=abc123", "abc123"), ("?locationId=%22%3E%3Cscript%3E", ""), ("?x=1", "")] {
        let body = shown(&own, &[("resource", &format!("{PUBLIC_URL}/mcp{resource}"))]).await;
        assert!(body.contains(&format!(r#"name="location" value="{value}""#)), "{resource}: {body}");
    }
}

#[tokio::test]
async fn what_is_malformed_is_shown_again_and_nothing_is_sent() {
    let (upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let form = page(&gateway, &authorization(&client_id, &[])).await;
    let long = format!("pit-{}", "x".repeat(10_000));
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
    for token in
        ["", " ", "pit-two words", "pit-two\nlines", "pit-tab\tx", jwt, &long, "Bearer pit-x", "\"pit-x\"", &form]
    {
        let answer = allow(&gateway, &form, token, CONNECTED).await;
        assert_page(&answer, 422);
        assert!(answer.body.contains("token-error") && !answer.body.contains("location-error"), "{}", answer.body);
        assert!(token.trim().is_empty() || token == form || !answer.body.contains(token), "it is not repeated");
        assert!(answer.body.contains(CONNECTED), "the location is there again");
    }
    for location in ["", "a/b", "a b", "../x", "a\nb", "a?b", "a#b", &"x".repeat(300), "é", PIT] {
        let answer = allow(&gateway, &form, PIT, location).await;
        assert_page(&answer, 422);
        assert!(answer.body.contains("location-error") && !answer.body.contains("token-error"), "{}", answer.body);
        assert!(!answer.body.contains(PIT), "neither field shows the token: {}", answer.body);
    }
    assert_eq!(sent(&upstream).await, 0);
    // Spaces around are the clipboard's.
    let answer = allow(&gateway, &form, &format!(" {PIT}\r\n"), &format!(" {CONNECTED} ")).await;
    assert!(parameter(&answer, "code").is_some());
}

#[tokio::test]
async fn highlevel_is_asked_before_anything_is_allowed() {
    let sandbox = sandbox().await;
    let gateway = TestGatewayBuilder::on(&sandbox.url()).oauth(&OperatorKey::random()).start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let form = page(&gateway, &authorization(&client_id, &[])).await;
    for (token, location, field) in [
        (EXPIRED_TOKEN, LOCATION, "token-error"),
        ("pit-unknown", LOCATION, "token-error"),
        (AGENCY_TOKEN, LOCATION, "token-error"),
        (TOKEN, "anotherLocation12345", "location-error"),
    ] {
        let answer = allow(&gateway, &form, token, location).await;
        assert_page(&answer, 422);
        assert!(answer.body.contains(&format!(r#"id="{field}""#)), "{token}: {}", answer.body);
        assert!(!answer.body.contains(token), "{}", answer.body);
    }
    // What it cannot read it may still be meant to write.
    let answer = allow(&gateway, &form, READ_ONLY_TOKEN, LOCATION).await;
    assert!(answer.status == 303 || answer.status == 200, "{}", answer.body);
}

#[tokio::test]
async fn a_token_that_lacks_scopes_is_allowed_with_limits() {
    let sandbox = sandbox().await;
    let gateway = TestGatewayBuilder::on(&sandbox.url()).oauth(&OperatorKey::random()).start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let form = page(&gateway, &authorization(&client_id, &[])).await;
    let token = scope_token("contacts.readonly");
    let fields = [("decision", "allow"), ("token", token.as_str()), ("location", LOCATION), ("read_only", "true")];
    let limits = decide(&gateway, &form, &fields).await;
    assert_page(&limits, 200);
    assert!(limits.body.contains("opportunities.readonly") && !limits.body.contains("<li>contacts.readonly"));
    assert!(!limits.body.contains(&token), "{}", limits.body);
    let checked = hidden(&limits);
    assert_ne!(checked, form);
    // Without the token, which is in the form, sealed; and what was chosen before cannot be changed any more.
    let back = decide(&gateway, &checked, &[("decision", "back")]).await;
    assert_page(&back, 200);
    assert!(back.body.contains(r#"name="token""#) && back.body.contains(" checked"), "{}", back.body);
    assert_redirected(&decide(&gateway, &checked, &[("decision", "deny")]).await, "access_denied");
    let allowed = decide(&gateway, &checked, &[("decision", "allow")]).await;
    let tokens = redeem(&gateway, &client_id, &parameter(&allowed, "code").unwrap()).await;
    assert_eq!((tokens.status.as_u16(), &tokens.json()["scope"]), (200, &json!("crm:read")));
}

#[tokio::test]
async fn an_outage_of_highlevel_is_said_and_allows_nothing() {
    let key = OperatorKey::random();
    for (status, expected) in [(500, 502), (503, 502), (429, 502), (302, 502)] {
        let soon = ("x-ratelimit-interval-milliseconds", "50");
        let upstream = answering(ResponseTemplate::new(status).insert_header(soon.0, soon.1)).await;
        let gateway = TestGatewayBuilder::on(&upstream.uri()).oauth(&key).without_retries().start().await;
        let client_id = register(&gateway, &[REDIRECT]).await;
        let form = page(&gateway, &authorization(&client_id, &[])).await;
        let answer = allow(&gateway, &form, PIT, CONNECTED).await;
        assert_page(&answer, expected);
        assert!(answer.body.contains("HighLevel") && !answer.body.contains(PIT), "{}", answer.body);
    }
    let unreachable = TestGatewayBuilder::on("http://127.0.0.1:9").oauth(&key).without_retries().start().await;
    let client_id = register(&unreachable, &[REDIRECT]).await;
    let form = page(&unreachable, &authorization(&client_id, &[])).await;
    assert_page(&allow(&unreachable, &form, PIT, CONNECTED).await, 502);
}

#[tokio::test]
async fn deny_goes_back_to_the_app_and_sends_nothing() {
    let (upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let form = page(&gateway, &authorization(&client_id, &[])).await;
    for more in [&[][..], &[("token", PIT), ("location", CONNECTED)]] {
        let denied = decide(&gateway, &form, &[&[("decision", "deny")], more].concat()).await;
        assert_redirected(&denied, "access_denied");
        assert!(!parameter(&denied, "error_description").unwrap().is_empty());
    }
    assert_eq!(sent(&upstream).await, 0);
}

#[tokio::test]
async fn only_the_operators_locations_can_be_connected() {
    for change in [
        (|settings: &mut leadconnector_mcp::config::Settings| {
            settings.oauth.as_mut().unwrap().locations = vec!["another".to_owned()];
        }) as fn(&mut _),
        |settings| settings.tools.locations = vec!["another".to_owned()],
    ] {
        let upstream = super::connected::accepting().await;
        let builder = TestGatewayBuilder::on(&upstream.uri()).oauth(&OperatorKey::random());
        let gateway = builder.settings(change).start().await;
        let client_id = register(&gateway, &[REDIRECT]).await;
        let form = page(&gateway, &authorization(&client_id, &[])).await;
        let answer = allow(&gateway, &form, PIT, CONNECTED).await;
        assert_page(&answer, 422);
        assert!(answer.body.contains("location-error"), "{}", answer.body);
        assert_eq!(sent(&upstream).await, 0);
        assert!(parameter(&allow(&gateway, &form, PIT, "another").await, "code").is_some());
    }
}

#[tokio::test]
async fn the_box_and_the_path_allow_reading_only() {
    let (_upstream, gateway) = start().await;
    let readonly = format!("{PUBLIC_URL}/mcp/readonly");
    for (change, fields) in [
        (&[("scope", "crm:read")][..], &[][..]),
        (&[("resource", readonly.as_str())], &[]),
        (&[("resource", readonly.as_str()), ("scope", "crm:read crm:write")], &[]),
        (&[], &[("read_only", "true")]),
        (&[("scope", "crm:read crm:write")], &[("read_only", "true")]),
    ] {
        // Named again at the token request by nobody: clients may leave it out.
        assert_eq!(connect(&gateway, change, fields).await.scope, "crm:read", "{change:?} {fields:?}");
    }
    for scope in ["", "crm:write", "crm:read crm:write", "crm:read crm:write claudeai"] {
        assert_eq!(connect(&gateway, &[("scope", scope)], &[]).await.scope, "crm:read crm:write", "{scope}");
    }
}
