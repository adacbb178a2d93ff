//! Requests to the endpoint without a usable token: 401, with the way to get one.

use std::time::Duration;

use leadconnector_mcp::config::OperatorKey;
use serde_json::json;

use super::connected::{accepting, connect, listed, sent, start};
use super::steps::open;
use crate::support::{Answer, PUBLIC_URL, TestGatewayBuilder, eventually};

#[track_caller]
fn assert_challenged(answer: &Answer, path: &str, error: Option<&str>) {
    assert_eq!(answer.status, 401, "{}", answer.body);
    let scope = if path.trim_end_matches('/').ends_with("readonly") { "crm:read" } else { "crm:read crm:write" };
    let error = error.map_or_else(String::new, |description| {
        format!(r#", error="invalid_token", error_description="{description}""#)
    });
    let metadata = format!("{PUBLIC_URL}/.well-known/oauth-protected-resource{path}");
    let expected = format!(r#"Bearer resource_metadata="{metadata}", scope="{scope}"{error}"#);
    assert_eq!(answer.header("www-authenticate"), expected);
}

#[tokio::test]
async fn without_a_token_the_challenge_names_the_metadata_and_no_error() {
    let (_upstream, gateway) = start().await;
    for path in
        ["/mcp", "/mcp/", "/mcp/readonly", "/mcp/readonly/", "/mcp/x/contacts", "/mcp/x/contacts,calendars/readonly"]
    {
        let answer = gateway.rpc("tools/list", json!({})).path(path).without("authorization").send().await;
        assert_challenged(&answer, path, None);
        // The document that it names is there.
        let challenge = answer.header("www-authenticate");
        let (_, rest) = challenge.split_once(PUBLIC_URL).unwrap();
        let document = open(&gateway, http::Method::GET, rest.split('"').next().unwrap()).send().await;
        assert_eq!(document.json()["resource"], format!("{PUBLIC_URL}{path}"));
    }
    let initialize =
        json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "x", "version": "1" } });
    assert_challenged(&gateway.rpc("initialize", initialize).without("authorization").send().await, "/mcp", None);
    let plain = gateway.post(json!({ "tool": "contacts_get-contacts", "input": {} })).without("authorization");
    assert_challenged(&plain.send().await, "/mcp", None);
    for (path, named) in [("/mcp?access_token=lcm_x", "/mcp"), ("/mcp?locationId=abc", "/mcp")] {
        let answer = gateway.rpc("tools/list", json!({})).path(path).without("authorization").send().await;
        if answer.status != 400 {
            assert_challenged(&answer, named, None);
        }
    }
    // A path that is none, with characters that would end the quotation.
    let answer = gateway.rpc("tools/list", json!({})).path("/mcp/%22,x=%22").without("authorization").send().await;
    assert!([401, 404].contains(&answer.status.as_u16()), "{}", answer.body);
    assert!(!answer.header("www-authenticate").contains("x="), "{answer:?}");
}

#[tokio::test]
async fn a_token_that_is_refused_is_an_invalid_one_without_further_words() {
    let (upstream, gateway) = start().await;
    let connected = connect(&gateway, &[], &[]).await;
    let readonly = connect(&gateway, &[("resource", &format!("{PUBLIC_URL}/mcp/readonly"))], &[]).await;
    let before = sent(&upstream).await;
    for token in ["lcm_AAAA", connected.refresh.as_str(), connected.client_id.as_str(), readonly.access.as_str()] {
        assert_challenged(&listed(&gateway, "/mcp", token).await, "/mcp", Some("the token is not valid here"));
    }
    for scheme in ["Basic", "Token", ""] {
        let header = format!("{scheme} {}", connected.access);
        let answer =
            gateway.rpc("tools/list", json!({})).header("authorization", header.trim()).unpinned().send().await;
        assert_challenged(&answer, "/mcp", None);
        assert!(!answer.body.contains(&connected.access), "{}", answer.body);
    }
    let twice =
        gateway.rpc("tools/list", json!({})).token(&connected.access).second_header("authorization", "Bearer x");
    assert_eq!(twice.send().await.status, 400);
    for header in ["bearer", "BEARER"] {
        let header = format!("{header}  {} ", connected.access);
        let answer =
            gateway.rpc("tools/list", json!({})).header("authorization", header.trim()).unpinned().send().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    assert_eq!(sent(&upstream).await, before);
}

/// A token in the URL or the body is in logs and histories.
#[tokio::test]
async fn a_token_in_the_query_or_the_body_is_not_read() {
    let (_upstream, gateway) = start().await;
    let access = connect(&gateway, &[], &[]).await.access;
    for path in [format!("/mcp?access_token={access}"), format!("/mcp?token={access}")] {
        let answer = gateway.rpc("tools/list", json!({})).path(&path).without("authorization").unpinned().send().await;
        assert!([400, 401].contains(&answer.status.as_u16()), "{}", answer.body);
        assert!(!format!("{answer:?}").contains(&access), "{answer:?}");
    }
    let post = gateway.post_bytes(format!("access_token={access}")).without("authorization").unpinned();
    let answer = post.header("content-type", "application/x-www-form-urlencoded").send().await;
    assert!([400, 401, 415].contains(&answer.status.as_u16()), "{}", answer.body);
}

#[tokio::test]
async fn an_expired_token_is_named_as_such() {
    let upstream = accepting().await;
    let builder = TestGatewayBuilder::on(&upstream.uri()).oauth(&OperatorKey::random());
    let lifetime = |settings: &mut leadconnector_mcp::config::Settings| {
        settings.oauth.as_mut().unwrap().access_lifetime = Duration::from_secs(1);
    };
    let gateway = builder.settings(lifetime).start().await;
    let access = connect(&gateway, &[], &[]).await.access;
    assert_eq!(listed(&gateway, "/mcp", &access).await.status, 200);
    eventually("the expiry", async || listed(&gateway, "/mcp", &access).await.status == 401).await;
    assert_challenged(&listed(&gateway, "/mcp", &access).await, "/mcp", Some("the access token has expired"));
}

#[tokio::test]
async fn a_token_of_the_api_is_served_unless_the_operator_refuses_it() {
    let (upstream, gateway) = start().await;
    let call = async |gateway: &crate::support::TestGateway| {
        gateway.tool("contacts_get-contacts", json!({ "limit": 1 })).token("pit-direct").send().await
    };
    assert!(!call(&gateway).await.tool_result().is_error);
    let before = sent(&upstream).await;
    let strict = TestGatewayBuilder::on(&upstream.uri()).oauth(&OperatorKey::random());
    let strict = strict.settings(|settings| settings.oauth.as_mut().unwrap().direct_tokens = false).start().await;
    let refused = call(&strict).await;
    assert_challenged(&refused, "/mcp", Some("the token is not valid here"));
    assert!(refused.body.contains("OAuth") && !refused.body.contains("pit-direct"), "{}", refused.body);
    for token in ["eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "x", "\u{201c}lcm_x"] {
        let post = strict.rpc("tools/list", json!({}));
        let value = http::HeaderValue::from_bytes(format!("Bearer {token}").as_bytes()).unwrap();
        assert_eq!(post.header_value("authorization", value).send().await.status, 401);
    }
    let own = connect(&strict, &[], &[]).await;
    assert_eq!(listed(&strict, "/mcp", &own.access).await.status, 200);
    assert_eq!(sent(&upstream).await, before + probes(&upstream, before).await, "only the consent was checked");
}

/// The requests of a consent's check.
async fn probes(upstream: &wiremock::MockServer, before: usize) -> usize {
    let requests = upstream.received_requests().await.unwrap();
    requests[before..].iter().filter(|request| !format!("{:?}", request.headers).contains("direct")).count()
}
