//! Nothing is stored: any replica with the keys goes on where another one, or the same before a restart, left off.

use leadconnector_mcp::config::OperatorKey;

use super::assertions::{assert_error, assert_page};
use super::connected::{CONNECTED, PIT, accepting, connect, listed};
use super::steps::{REDIRECT, authorization, decide, page, parameter, redeem, refresh, register, token};
use crate::support::{TestGateway, TestGatewayBuilder};

/// A gateway with these keys; the first seals.
async fn with(upstream: &str, keys: &[&OperatorKey]) -> TestGateway {
    let keys: Vec<OperatorKey> = keys.iter().map(|key| (*key).clone()).collect();
    let builder = TestGatewayBuilder::on(upstream).oauth(&keys[0]);
    builder.settings(move |settings| settings.oauth.as_mut().unwrap().keys = keys).start().await
}

/// Goes the whole way, each step at the next of the gateways that `next` gives.
async fn connect_over(mut next: impl AsyncFnMut() -> TestGateway) {
    let client_id = register(&next().await, &[REDIRECT]).await;
    let form = page(&next().await, &authorization(&client_id, &[])).await;
    let fields = [("decision", "allow"), ("token", PIT), ("location", CONNECTED)];
    let allowed = decide(&next().await, &form, &fields).await;
    let code = parameter(&allowed, "code").unwrap();
    let answer = redeem(&next().await, &client_id, &code).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut tokens = answer.json();
    for _ in 0..2 {
        assert_eq!(listed(&next().await, "/mcp", &token(&tokens, "access_token")).await.status, 200);
        let answer = refresh(&next().await, &client_id, &token(&tokens, "refresh_token")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        tokens = answer.json();
    }
}

#[tokio::test]
async fn each_step_may_be_at_another_replica_or_after_a_restart() {
    let upstream = accepting().await;
    let (url, key) = (upstream.uri(), OperatorKey::random());
    connect_over(async || with(&url, &[&key]).await).await;
}

/// First every replica can open the new key, then each of them seals with it, then the old one is dropped.
#[tokio::test]
async fn a_key_is_rotated_without_a_step_that_fails() {
    let upstream = accepting().await;
    let (url, old, new) = (upstream.uri(), OperatorKey::random(), OperatorKey::random());
    for pair in [[vec![&old], vec![&old, &new]], [vec![&old, &new], vec![&new, &old]], [vec![&new, &old], vec![&new]]] {
        // The last pair: nothing sealed by the old key is left.
        let mut step = 0;
        let order = if pair[1].len() == 1 { [0, 0] } else { [0, 1] };
        connect_over(async || {
            step += 1;
            with(&url, &pair[order[step % 2]]).await
        })
        .await;
    }
    let before = with(&url, &[&old]).await;
    let connected = connect(&before, &[], &[]).await;
    let both = with(&url, &[&new, &old]).await;
    assert_eq!(listed(&both, "/mcp", &connected.access).await.status, 200);
    let renewed = refresh(&both, &connected.client_id, &connected.refresh).await.json();
    let after = with(&url, &[&new]).await;
    assert_eq!(listed(&after, "/mcp", &connected.access).await.status, 401, "sealed by the old key");
    assert_eq!(listed(&after, "/mcp", &token(&renewed, "access_token")).await.status, 200, "sealed by the new key");
    assert_error(&refresh(&after, &connected.client_id, &connected.refresh).await, 401, "invalid_client");
    assert_eq!(listed(&before, "/mcp", &token(&renewed, "access_token")).await.status, 401);
}

/// A registered client outlives its key only until the key is dropped: it is told to register again.
#[tokio::test]
async fn a_client_whose_key_was_dropped_registers_again() {
    let upstream = accepting().await;
    let (url, old, new) = (upstream.uri(), OperatorKey::random(), OperatorKey::random());
    let connected = connect(&with(&url, &[&old]).await, &[], &[]).await;
    let after = with(&url, &[&new]).await;
    let query = authorization(&connected.client_id, &[]);
    let answer = super::steps::open(&after, http::Method::GET, &format!("/oauth/authorize?{query}")).send().await;
    assert_page(&answer, 400);
    assert_error(&refresh(&after, &connected.client_id, &connected.refresh).await, 401, "invalid_client");
    assert_eq!(connect(&after, &[], &[]).await.scope, "crm:read crm:write");
}

/// A client of the built-in list keeps its id, so only its grant is gone.
#[tokio::test]
async fn a_known_client_whose_key_was_dropped_asks_the_user_again() {
    let upstream = accepting().await;
    let (url, old, new) = (upstream.uri(), OperatorKey::random(), OperatorKey::random());
    let connected = connect(&with(&url, &[&old]).await, &[], &[]).await;
    let after = with(&url, &[&new]).await;
    let claude = "https://claude.ai/oauth/mcp-oauth-client-metadata";
    assert_error(&refresh(&after, claude, &connected.refresh).await, 400, "invalid_grant");
}

/// Within one replica a code is good for one exchange, also when both requests come at once.
#[tokio::test]
async fn of_two_exchanges_at_once_one_succeeds() {
    let upstream = accepting().await;
    let gateway = with(&upstream.uri(), &[&OperatorKey::random()]).await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    for _ in 0..5 {
        let code = super::connected::code(&gateway, &client_id, &[], &[]).await;
        let exchanges = (0..8).map(|_| redeem(&gateway, &client_id, &code));
        let answers = futures_util::future::join_all(exchanges).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            assert_error(answer, 400, "invalid_grant");
        }
    }
}
