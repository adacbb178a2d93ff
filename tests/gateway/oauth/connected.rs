//! Clients that are connected already, for tests of what comes after, and a sealed value of each kind.

use leadconnector_mcp::config::OperatorKey;
use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use super::steps::{REDIRECT, authorization, decide, page, parameter, redeem, register, token};
use crate::support::{TestGateway, TestGatewayBuilder, answering};

/// The token that the tests' user pastes.
pub const PIT: &str = "pit-of-the-user";

/// The location that the tests' user connects.
pub const CONNECTED: &str = "connectedLocation123";

/// A client with tokens.
pub struct Connected {
    pub client_id: String,
    pub access: String,
    pub refresh: String,
    pub scope: String,
}

/// An API that accepts everything.
pub async fn accepting() -> MockServer {
    answering(ResponseTemplate::new(200).set_body_string("{}")).await
}

/// A gateway with OAuth and a new key in front of an API that accepts everything.
pub async fn start() -> (MockServer, TestGateway) {
    let upstream = accepting().await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).oauth(&OperatorKey::random()).start().await;
    (upstream, gateway)
}

/// How many requests the API got.
pub async fn sent(upstream: &MockServer) -> usize {
    upstream.received_requests().await.unwrap().len()
}

/// Lets the user allow; `change` changes the authorization request, and `fields` are further ones of the page's form.
pub async fn code(gateway: &TestGateway, client_id: &str, change: &[(&str, &str)], fields: &[(&str, &str)]) -> String {
    let form = page(gateway, &authorization(client_id, change)).await;
    let mut all = vec![("decision", "allow"), ("token", PIT), ("location", CONNECTED)];
    all.extend(fields);
    let allowed = decide(gateway, &form, &all).await;
    parameter(&allowed, "code").unwrap_or_else(|| panic!("a code: {allowed:?}"))
}

/// Connects a new client, as [`code`] does.
pub async fn connect(gateway: &TestGateway, change: &[(&str, &str)], fields: &[(&str, &str)]) -> Connected {
    let client_id = register(gateway, &[REDIRECT]).await;
    let code = code(gateway, &client_id, change, fields).await;
    let answer = redeem(gateway, &client_id, &code).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let tokens = answer.json();
    let [access, refresh, scope] = ["access_token", "refresh_token", "scope"].map(|name| token(&tokens, name));
    Connected { client_id, access, refresh, scope }
}

/// A sealed value of each kind, by its name.
pub async fn one_of_each(gateway: &TestGateway) -> [(&'static str, String); 6] {
    let Connected { client_id, access, refresh, .. } = connect(gateway, &[], &[]).await;
    let form = page(gateway, &authorization(&client_id, &[])).await;
    let at_highlevel = decide(gateway, &form, &[("decision", "highlevel")]).await;
    let (_, cookie) = at_highlevel.header("set-cookie").split_once('=').unwrap();
    let transit = cookie.split(';').next().unwrap().to_owned();
    let code = code(gateway, &client_id, &[], &[]).await;
    let all = [
        ("client", client_id),
        ("form", form),
        ("transit", transit),
        ("code", code),
        ("access", access),
        ("refresh", refresh),
    ];
    assert!(all.iter().all(|(_, value)| value.starts_with("lcm_")), "{all:?}");
    all
}

/// Asks for the list of tools with a token, at a path.
pub async fn listed(gateway: &TestGateway, path: &str, bearer: &str) -> crate::support::Answer {
    gateway.rpc("tools/list", json!({})).path(path).token(bearer).unpinned().send().await
}

/// The names in a list of tools.
pub fn names(list: &crate::support::Answer) -> Vec<String> {
    let list = list.result();
    let tools = list["tools"].as_array().unwrap();
    tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}
