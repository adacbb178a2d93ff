//! The six kinds of sealed values: none is taken for another, for one of another gateway, or for a token of the API.

use leadconnector_mcp::config::{OperatorKey, PublicUrl};

use super::assertions::{assert_error, assert_page};
use super::connected::{code, connect, listed, one_of_each, sent, start};
use super::marketplace::callback;
use super::steps::{REDIRECT, authorization, decide, open, redeem, refresh, register};
use crate::support::{TestGateway, TestGatewayBuilder};

/// Uses a value in every place that reads one, and asserts that it is accepted only where `place` says.
async fn assert_only(gateway: &TestGateway, client_id: &str, (name, value): (&str, &str), place: Option<&str>) {
    let accepted_at = |this: &str| place == Some(this);
    let bearer = listed(gateway, "/mcp", value).await;
    assert_eq!(bearer.status == 200, accepted_at("bearer"), "{name} as bearer: {}", bearer.body);
    if !accepted_at("bearer") {
        assert_eq!(bearer.status, 401);
        assert!(bearer.header("www-authenticate").contains(r#"error="invalid_token""#));
    }
    let code = redeem(gateway, client_id, value).await;
    if accepted_at("code") {
        assert_eq!(code.status, 200, "{}", code.body);
    } else {
        assert_error(&code, 400, "invalid_grant");
    }
    let refreshed = refresh(gateway, client_id, value).await;
    if accepted_at("refresh token") {
        assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    } else {
        assert_error(&refreshed, 400, "invalid_grant");
    }
    let query = authorization(value, &[]);
    let asked = open(gateway, http::Method::GET, &format!("/oauth/authorize?{query}")).send().await;
    assert_page(&asked, if accepted_at("client id") { 200 } else { 400 });
    if !accepted_at("client id") {
        assert_error(&redeem(gateway, value, value).await, 401, "invalid_client");
        assert_error(&refresh(gateway, value, value).await, 401, "invalid_client");
    }
    let decided = decide(gateway, value, &[("decision", "deny")]).await;
    assert_eq!(decided.status, if accepted_at("form") { 303 } else { 400 }, "{name} as form: {}", decided.body);
    // Without its state even a cookie of this gateway is refused.
    for state in ["", "x"] {
        let cookie = format!("__Host-lcm_transit_={value}");
        assert_page(&callback(gateway, &format!("code=x&state={state}"), Some(&cookie)).await, 400);
    }
}

#[tokio::test]
async fn each_kind_is_accepted_in_its_own_place_only() {
    let (_upstream, gateway) = start().await;
    let all = one_of_each(&gateway).await;
    let client_id = all[0].1.clone();
    for (name, value) in &all {
        let place = match *name {
            "client" => Some("client id"),
            "access" => Some("bearer"),
            "refresh" => Some("refresh token"),
            "code" | "form" => Some(*name),
            _ => None,
        };
        assert_only(&gateway, &client_id, (name, value), place).await;
    }
}

/// The issuer is authenticated, and the keys differ: nothing of one gateway is anything at another.
#[tokio::test]
async fn nothing_is_accepted_that_another_gateway_sealed() {
    let key = OperatorKey::random();
    let upstream = super::connected::accepting().await;
    let url = upstream.uri();
    let gateway = TestGatewayBuilder::on(&url).oauth(&key).start().await;
    let other_key = TestGatewayBuilder::on(&url).oauth(&OperatorKey::random()).start().await;
    let other_issuer = TestGatewayBuilder::on(&url).oauth(&key).settings(|settings| {
        let public_url: PublicUrl = "https://other.example.com".parse().unwrap();
        settings.oauth.as_mut().unwrap().public_url = public_url;
    });
    let other_issuer = other_issuer.start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    for other in [other_key, other_issuer] {
        // The steps at the other need its own issuer only for the page's form.
        let foreign_client = register(&other, &[REDIRECT]).await;
        assert_only(&gateway, &client_id, ("client", &foreign_client), None).await;
        if other.settings.oauth.as_ref().unwrap().public_url.origin() == crate::support::PUBLIC_URL {
            for (name, value) in one_of_each(&other).await {
                assert_only(&gateway, &client_id, (name, &value), None).await;
            }
        }
        let own = connect(&gateway, &[], &[]).await;
        assert_eq!(listed(&other, "/mcp", &own.access).await.status, 401);
        assert_error(&refresh(&other, &foreign_client, &own.refresh).await, 400, "invalid_grant");
        let own_code = code(&gateway, &own.client_id, &[], &[]).await;
        assert_error(&redeem(&other, &foreign_client, &own_code).await, 400, "invalid_grant");
        assert_error(&redeem(&other, &own.client_id, &own_code).await, 401, "invalid_client");
    }
}

/// No byte of a value can be changed, and no length makes one.
#[tokio::test]
async fn a_changed_value_is_refused_and_never_an_internal_error() {
    let (upstream, gateway) = start().await;
    let connected = connect(&gateway, &[], &[]).await;
    let before = sent(&upstream).await;
    let access = &connected.access;
    let mut changed: Vec<String> = (4..access.len()).step_by(17).map(|at| access[..at].to_owned()).collect();
    changed.extend((4..access.len()).step_by(13).map(|at| {
        let other = if &access[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &access[..at], &access[at + 1..])
    }));
    changed.extend([access.to_uppercase(), format!("{access}A"), format!("{access}="), access.replace("lcm_", "LCM_")]);
    changed.extend(["lcm_".to_owned(), "lcm_!".to_owned(), format!("lcm_{}", "A".repeat(7000))]);
    for value in changed {
        let answer = listed(&gateway, "/mcp", &value).await;
        assert_eq!(answer.status, 401, "{value}: {}", answer.body);
        assert_error(&refresh(&gateway, &connected.client_id, &value).await, 400, "invalid_grant");
    }
    assert_eq!(sent(&upstream).await, before);
}
