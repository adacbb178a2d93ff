//! The token endpoint's answers, and the tokens' scopes.

use std::time::Duration;

use leadconnector_mcp::config::OperatorKey;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::assertions::{assert_error, assert_json_headers, assert_no_null};
use super::connected::{CONNECTED, accepting, code, connect, listed, names, sent, start};
use super::steps::{REDIRECT, post_form, redeem, refresh, register, token};
use crate::support::{Answer, PUBLIC_URL, TestGateway, TestGatewayBuilder, answering};

type Change = Box<dyn FnOnce(&mut leadconnector_mcp::config::Settings)>;

async fn refresh_with(gateway: &TestGateway, client_id: &str, token: &str, more: &[(&str, &str)]) -> Answer {
    let mut parameters = vec![("grant_type", "refresh_token"), ("client_id", client_id), ("refresh_token", token)];
    parameters.extend(more);
    post_form(gateway, "/oauth/token", &parameters).send().await
}

#[tokio::test]
async fn the_answer_has_exactly_the_standards_members() {
    let (_upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let redeemed = redeem(&gateway, &client_id, &code(&gateway, &client_id, &[], &[]).await).await;
    let refreshed = refresh(&gateway, &client_id, &token(&redeemed.json(), "refresh_token")).await;
    let last = token(&refreshed.json(), "refresh_token");
    let slash = [("grant_type", "refresh_token"), ("client_id", client_id.as_str()), ("refresh_token", &last)];
    let slash = post_form(&gateway, "/oauth/token/", &slash).send().await;
    for answer in [redeemed, refreshed, slash] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_json_headers(&answer);
        assert_eq!(answer.header("pragma"), "no-cache");
        let body = answer.json();
        assert_no_null(&body);
        let members: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(members, ["access_token", "token_type", "expires_in", "refresh_token", "scope"]);
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3600)));
        assert!(token(&body, "access_token").len() < 300 && token(&body, "refresh_token").len() < 300, "{body}");
    }
}

/// An old refresh token stays valid, for clients that lose the new one.
#[tokio::test]
async fn a_refresh_gives_new_tokens_of_the_same_consent() {
    let (_upstream, gateway) = start().await;
    let first = connect(&gateway, &[], &[]).await;
    let mut last = first.refresh.clone();
    for _ in 0..3 {
        let answer = refresh(&gateway, &first.client_id, &last).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let next = token(&answer.json(), "refresh_token");
        assert!(next != last && token(&answer.json(), "access_token") != first.access);
        last = next;
    }
    assert_eq!(refresh(&gateway, &first.client_id, &first.refresh).await.status, 200);
    let other = register(&gateway, &["http://localhost/other"]).await;
    assert_error(&refresh(&gateway, &other, &first.refresh).await, 400, "invalid_grant");
    for wrong in ["", "x", "lcm_", first.access.as_str()] {
        let error = if wrong.is_empty() { "invalid_request" } else { "invalid_grant" };
        assert_error(&refresh(&gateway, &first.client_id, wrong).await, 400, error);
    }
    let target = |resource: String| {
        let (gateway, first) = (&gateway, &first);
        async move { refresh_with(gateway, &first.client_id, &first.refresh, &[("resource", &resource)]).await }
    };
    assert_eq!(target(format!("{PUBLIC_URL}/mcp")).await.status, 200);
    assert_error(&target(format!("{PUBLIC_URL}/mcp/readonly")).await, 400, "invalid_target");
    assert_error(&target("https://other.example/mcp".to_owned()).await, 400, "invalid_target");
}

#[tokio::test]
async fn a_refresh_may_narrow_the_scope_and_never_widen_it() {
    let (_upstream, gateway) = start().await;
    let all = connect(&gateway, &[("scope", "crm:read crm:write")], &[]).await;
    assert_eq!(all.scope, "crm:read crm:write");
    let narrowed = refresh_with(&gateway, &all.client_id, &all.refresh, &[("scope", "crm:read")]).await.json();
    assert_eq!(narrowed["scope"], "crm:read");
    let reading = names(&listed(&gateway, "/mcp", &token(&narrowed, "access_token")).await);
    assert!(!reading.contains(&"contacts_create-contact".to_owned()), "{reading:?}");
    // RFC 6749 section 6: the refresh token keeps what was granted.
    let kept = token(&narrowed, "refresh_token");
    assert_eq!(refresh(&gateway, &all.client_id, &kept).await.json()["scope"], "crm:read crm:write");

    let read = connect(&gateway, &[("scope", "crm:read")], &[]).await;
    assert_eq!(read.scope, "crm:read");
    for scope in ["crm:write", "crm:read crm:write"] {
        let answer = refresh_with(&gateway, &read.client_id, &read.refresh, &[("scope", scope)]).await;
        assert_error(&answer, 400, "invalid_scope");
    }
    assert_eq!(refresh(&gateway, &read.client_id, &read.refresh).await.json()["scope"], "crm:read");
}

/// A Private Integration Token is deleted by its owner; an outage is no reason to throw tokens away.
#[tokio::test]
async fn a_refresh_asks_highlevel_whether_the_token_still_works() {
    let key = OperatorKey::random();
    let upstream = accepting().await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).oauth(&key).start().await;
    let connected = connect(&gateway, &[], &[]).await;
    let before = sent(&upstream).await;
    assert_eq!(refresh(&gateway, &connected.client_id, &connected.refresh).await.status, 200);
    assert_eq!(sent(&upstream).await, before + 1, "one cheap read");

    let said = |message: &str| json!({ "statusCode": 401, "message": message });
    for (status, body, refused) in [
        (401, said("Invalid Private Integration token"), true),
        (403, said("The token does not have access to this location."), true),
        (401, said("The token is not authorized for this scope."), false),
        (429, said("Too Many Requests"), false),
        (500, said("Internal server error"), false),
        (503, said("unavailable"), false),
        (200, json!({}), false),
    ] {
        let soon = ("x-ratelimit-interval-milliseconds", "50");
        let answer = ResponseTemplate::new(status).insert_header(soon.0, soon.1).set_body_json(&body);
        let upstream = answering(answer).await;
        let gateway = TestGatewayBuilder::on(&upstream.uri())
            .oauth(&key)
            .without_retries()
            .settings(|settings| settings.upstream.call_deadline = Duration::from_secs(2))
            .start()
            .await;
        let answer = refresh(&gateway, &connected.client_id, &connected.refresh).await;
        if refused {
            assert_error(&answer, 400, "invalid_grant");
        } else {
            assert_eq!(answer.status, 200, "{status} {body}: {}", answer.body);
        }
        assert!(sent(&upstream).await >= 1);
    }
    let unreachable = TestGatewayBuilder::on("http://127.0.0.1:9").oauth(&key).without_retries().start().await;
    assert_eq!(refresh(&unreachable, &connected.client_id, &connected.refresh).await.status, 200);
}

#[tokio::test]
async fn the_operator_limits_and_revokes_connections() {
    let key = OperatorKey::random();
    let upstream = accepting().await;
    let url = upstream.uri();
    let with = async |change: Change| TestGatewayBuilder::on(&url).oauth(&key).settings(change).start().await;
    let gateway = with(Box::new(|_| ())).await;
    let connected = connect(&gateway, &[], &[]).await;
    for allowed in [CONNECTED, "another"] {
        for gateway in [
            with(Box::new(|settings| settings.oauth.as_mut().unwrap().locations = vec![allowed.to_owned()])).await,
            with(Box::new(|settings| settings.tools.locations = vec![allowed.to_owned()])).await,
        ] {
            let answer = listed(&gateway, "/mcp", &connected.access).await;
            assert_eq!(answer.status == 200, allowed == CONNECTED, "{allowed}: {}", answer.body);
            assert!([200, 401, 403].contains(&answer.status.as_u16()));
        }
    }
    let now = jiff::Timestamp::now();
    let later = with(Box::new(move |settings| {
        settings.oauth.as_mut().unwrap().not_before = Some(now + jiff::SignedDuration::from_secs(60));
    }));
    let later = later.await;
    assert_eq!(listed(&later, "/mcp", &connected.access).await.status, 401);
    assert_error(&refresh(&later, &connected.client_id, &connected.refresh).await, 400, "invalid_grant");
}
