//! Refreshing: one refresh at HighLevel for each of ours.

use std::time::Duration;

use serde_json::json;

use super::super::assertions::assert_error;
use super::super::steps::{REDIRECT, redeem, refresh, register, token};
use super::AtSandbox;

#[tokio::test]
async fn each_refresh_is_one_at_highlevel() {
    let at = AtSandbox::start().await;
    for link in ["location", "agency-with-location"] {
        let connected = at.connect(link).await;
        let mut last = connected.refresh;
        for _ in 0..3 {
            let before = at.requests();
            let answer = refresh(&at.gateway, &connected.client_id, &last).await;
            assert_eq!(answer.status, 200, "{link}: {}", answer.body);
            assert_eq!(at.requests(), before + 1);
            let tokens = answer.json();
            assert_eq!(tokens["scope"], "crm:read crm:write");
            let (access, next) = (token(&tokens, "access_token"), token(&tokens, "refresh_token"));
            assert_ne!(next, last);
            assert!(at.works(&access).await, "{link}");
            last = next;
            // Past the 30 s in which HighLevel repeats its answer.
            at.controls.advance(Duration::from_hours(20));
        }
    }
}

/// HighLevel gives the same tokens for 30 s: retries and races between replicas cost no user the connection.
#[tokio::test]
async fn a_refresh_may_be_repeated_for_30_seconds() {
    let at = AtSandbox::start().await;
    let connected = at.connect("location").await;
    let again = async || refresh(&at.gateway, &connected.client_id, &connected.refresh).await;
    let first = again().await.json();
    at.controls.advance(Duration::from_secs(30));
    let second = again().await;
    assert_eq!(second.status, 200, "{}", second.body);
    at.controls.advance(Duration::from_secs(1));
    assert_error(&again().await, 400, "invalid_grant");
    // Both of its answers go on; and either way only once.
    let next = refresh(&at.gateway, &connected.client_id, &token(&first, "refresh_token")).await;
    assert_eq!(next.status, 200, "{}", next.body);
    at.controls.advance(Duration::from_secs(31));
    let late = refresh(&at.gateway, &connected.client_id, &token(&second.json(), "refresh_token")).await;
    assert_error(&late, 400, "invalid_grant");
    assert_eq!(refresh(&at.gateway, &connected.client_id, &token(&next.json(), "refresh_token")).await.status, 200);
}

#[tokio::test]
async fn refreshes_at_once_all_succeed() {
    let at = AtSandbox::start().await;
    let connected = at.connect("location").await;
    let refreshes = (0..5).map(|_| refresh(&at.gateway, &connected.client_id, &connected.refresh));
    for answer in futures_util::future::join_all(refreshes).await {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(at.works(&token(&answer.json(), "access_token")).await);
    }
}

#[tokio::test]
async fn an_app_that_was_uninstalled_is_connected_again() {
    let at = AtSandbox::start().await;
    let connected = at.connect("location").await;
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let uninstalled = http.post(format!("{}/sandbox/oauth/uninstall", at.sandbox.url())).send().await.unwrap();
    assert_eq!(uninstalled.status(), 200);
    assert!(!at.works(&connected.access).await);
    let answer = refresh(&at.gateway, &connected.client_id, &connected.refresh).await;
    assert_error(&answer, 400, "invalid_grant");
    assert!(answer.body.contains("connect again"), "{}", answer.body);
    assert!(at.works(&at.connect("location").await.access).await);
}

/// Without the operator's app the tokens that came by it cannot be refreshed.
#[tokio::test]
async fn without_the_app_a_connection_ends() {
    use leadconnector_mcp::config::OperatorKey;

    let at = AtSandbox::start().await;
    let key = OperatorKey::random();
    let with_app = AtSandbox::gateway(&at.sandbox, &key, |_| ()).await;
    let at = AtSandbox { gateway: with_app, ..at };
    let connected = at.connect("location").await;
    let code = at.code(&connected.client_id, "location").await;
    let without = AtSandbox::gateway(&at.sandbox, &key, |settings| {
        settings.oauth.as_mut().unwrap().marketplace = None;
    });
    let without = without.await;
    assert_error(&refresh(&without, &connected.client_id, &connected.refresh).await, 400, "invalid_grant");
    assert_error(&redeem(&without, &connected.client_id, &code).await, 400, "invalid_grant");
    let page =
        super::super::steps::page(&without, &super::super::steps::authorization(&connected.client_id, &[])).await;
    let asked = super::super::steps::decide(&without, &page, &[("decision", "highlevel")]).await;
    assert_eq!(asked.status, 200, "the page again: {}", asked.body);
    assert!(!asked.body.contains("Continue with HighLevel"));
    let list = without.rpc("tools/list", json!({})).token(&connected.access).unpinned().send().await;
    assert_eq!(list.status, 200, "until it expires");
    register(&without, &[REDIRECT]).await;
}
