//! The whole way.

use http::Method;
use leadconnector_mcp::config::OperatorKey;
use leadconnector_mcp::sandbox::{LOCATION, TOKEN};
use serde_json::json;

use super::steps::{authorization, decide, open, page, parameter, redeem, refresh, register, token};
use crate::support::{PUBLIC_URL, TestGatewayBuilder, sandbox};

#[tokio::test]
async fn a_client_gets_from_the_url_alone_to_a_call() {
    let sandbox = sandbox().await;
    let gateway = TestGatewayBuilder::on(&sandbox.url()).oauth(&OperatorKey::random()).start().await;

    let refused = gateway.rpc("tools/list", json!({})).without("authorization").send().await;
    assert_eq!(refused.status, 401);
    let metadata = format!("{PUBLIC_URL}/.well-known/oauth-protected-resource/mcp");
    let challenge = format!(r#"Bearer resource_metadata="{metadata}", scope="crm:read crm:write""#);
    assert_eq!(refused.header("www-authenticate"), challenge);

    let resource = open(&gateway, Method::GET, "/.well-known/oauth-protected-resource/mcp").send().await.json();
    assert_eq!(resource["resource"], format!("{PUBLIC_URL}/mcp"));
    assert_eq!(resource["authorization_servers"], json!([PUBLIC_URL]));
    let server = open(&gateway, Method::GET, "/.well-known/oauth-authorization-server").send().await.json();
    assert_eq!(server["issuer"], PUBLIC_URL);
    assert_eq!(server["token_endpoint"], format!("{PUBLIC_URL}/oauth/token"));

    let client_id = register(&gateway, &[super::steps::REDIRECT]).await;
    let form = page(&gateway, &authorization(&client_id, &[("resource", &format!("{PUBLIC_URL}/mcp"))])).await;
    let allowed = decide(&gateway, &form, &[("decision", "allow"), ("token", TOKEN), ("location", LOCATION)]).await;
    assert_eq!(parameter(&allowed, "state").as_deref(), Some("a state & more"));
    assert_eq!(parameter(&allowed, "iss").as_deref(), Some(PUBLIC_URL));
    let code = parameter(&allowed, "code").unwrap();

    let answer = redeem(&gateway, &client_id, &code).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));
    for _ in 0..2 {
        let bearer = format!("Bearer {}", token(&tokens, "access_token"));
        let call = gateway.tool("contacts_get-contacts", json!({ "limit": 1 })).header("authorization", &bearer);
        let result = call.without("locationid").send().await.tool_result();
        assert!(!result.is_error, "{}", result.text);
        let refreshed = refresh(&gateway, &client_id, &token(&tokens, "refresh_token")).await;
        assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    }
}
