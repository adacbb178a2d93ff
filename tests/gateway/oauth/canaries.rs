//! No secret in a log line, an error, a page or a redirect: see also `command_line::oauth_log`, which reads the log of a process.

use leadconnector_mcp::config::OperatorKey;
use leadconnector_mcp::leadconnector::{ArgumentError, Endpoint, Operation};
use leadconnector_mcp::tools::{Hints, Tool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::connected::{CONNECTED, accepting};
use super::steps::{REDIRECT, authorization, decide, hidden, open, page, parameter, redeem, refresh, register, token};
use crate::support::{Answer, Logs, TestGateway, TestGatewayBuilder, answering};

fn canary(subject: &str) -> String {
    format!("pit-canary-oauth-{subject}-{}", uuid::Uuid::new_v4().simple())
}

async fn allow(gateway: &TestGateway, form: &str, token: &str, location: &str) -> Answer {
    decide(gateway, form, &[("decision", "allow"), ("token", token), ("location", location)]).await
}

#[tokio::test]
async fn a_pasted_token_is_nowhere_but_sealed() {
    let (logs, pit) = (Logs::capture(), canary("pasted"));
    let said = json!({ "statusCode": 401, "message": format!("no token {pit}"), "header": format!("Bearer {pit}") });
    let mut answers = Vec::new();
    for upstream in [
        accepting().await,
        answering(ResponseTemplate::new(401).set_body_json(&said)).await,
        answering(ResponseTemplate::new(403).set_body_json(&said)).await,
        answering(ResponseTemplate::new(404).set_body_json(&said)).await,
        answering(ResponseTemplate::new(422).set_body_json(&said)).await,
        answering(ResponseTemplate::new(500).set_body_string(&pit)).await,
        answering(ResponseTemplate::new(200).set_body_string(format!("<p>{pit}"))).await,
    ] {
        let builder = TestGatewayBuilder::on(&upstream.uri()).oauth(&OperatorKey::random());
        let gateway = builder.without_retries().start().await;
        let client_id = register(&gateway, &[REDIRECT]).await;
        let form = page(&gateway, &authorization(&client_id, &[])).await;
        let answer = allow(&gateway, &form, &pit, CONNECTED).await;
        if answer.status == 303
            && let Some(code) = parameter(&answer, "code")
        {
            let tokens = redeem(&gateway, &client_id, &code).await;
            let bearer = token(&tokens.json(), "access_token");
            answers.push(refresh(&gateway, &client_id, &token(&tokens.json(), "refresh_token")).await);
            for (tool, arguments) in [("contacts_get-contacts", json!({})), ("nonsense", json!({}))] {
                answers.push(gateway.tool(tool, arguments).token(&bearer).unpinned().send().await);
            }
            answers.push(tokens);
        } else if answer.status == 200 {
            answers.push(decide(&gateway, &hidden(&answer), &[("decision", "back")]).await);
        }
        // In the wrong field, twice, too long, and in places where no token belongs.
        answers.push(allow(&gateway, &form, "", &pit).await);
        answers.push(allow(&gateway, &form, &format!("{pit} {pit}"), &pit).await);
        answers.push(allow(&gateway, &form, &pit.repeat(50), CONNECTED).await);
        answers.push(decide(&gateway, &form, &[("decision", &pit)]).await);
        answers.push(decide(&gateway, &pit, &[("decision", "allow")]).await);
        for change in [("client_id", pit.as_str()), ("redirect_uri", &pit), ("scope", &pit), ("resource", &pit)] {
            let query = authorization(&client_id, &[change]);
            answers.push(open(&gateway, http::Method::GET, &format!("/oauth/authorize?{query}")).send().await);
        }
        answers.push(redeem(&gateway, &pit, &pit).await);
        answers.push(redeem(&gateway, &client_id, &pit).await);
        answers.push(refresh(&gateway, &client_id, &pit).await);
        let path = format!("/oauth/callback?code={pit}&state={pit}");
        answers.push(open(&gateway, http::Method::GET, &path).header("cookie", &pit).send().await);
        let metadata = json!({ "redirect_uris": [pit], "client_name": pit });
        answers.push(gateway.post(metadata).path("/oauth/register").without("authorization").send().await);
        answers.push(answer);
    }
    assert!(answers.iter().any(|answer| answer.status == 303) && answers.len() > 90, "{}", answers.len());
    for answer in &answers {
        assert!(!format!("{answer:?}").contains(&pit), "{answer:?}");
    }
    let lines = logs.lines_with(&pit);
    assert!(lines.is_empty(), "{lines:#?}");
}

/// The log names a consent by the first digits of its id, by which the operator can revoke it.
#[tokio::test]
async fn a_consent_is_logged_without_what_is_secret() {
    let (logs, pit, location) = (Logs::capture(), canary("logged"), "loggedLocation123456");
    let upstream = accepting().await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).oauth(&OperatorKey::random()).start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let form = page(&gateway, &authorization(&client_id, &[])).await;
    let code = parameter(&allow(&gateway, &form, &pit, location).await, "code").unwrap();
    let tokens = redeem(&gateway, &client_id, &code).await.json();
    let (access, refreshed) = (token(&tokens, "access_token"), token(&tokens, "refresh_token"));
    gateway.tool("contacts_get-contacts", json!({})).token(&access).unpinned().send().await.tool_result();
    let lines = logs.own_lines_with(location);
    let consent = lines.iter().find(|line| line["fields"]["message"] == "connected").unwrap();
    let grant = consent["fields"]["grant"].as_str().unwrap();
    assert!(grant.len() == 8 && grant.bytes().all(|byte| byte.is_ascii_hexdigit()), "{consent}");
    let call = lines.iter().find(|line| line["fields"]["tool"] == "contacts_get-contacts").unwrap();
    assert_eq!(call["fields"]["grant"], grant, "{call}");
    for line in &lines {
        let line = line.to_string();
        for secret in [&pit, &client_id, &form, &code, &access, &refreshed] {
            assert!(!line.contains(secret.as_str()) && !line.contains("lcm_"), "{line}");
        }
    }
    // It is enough to revoke the consent.
    let key = gateway.settings.oauth.as_ref().unwrap().keys[0].clone();
    let grant = grant.to_owned();
    let revoked = TestGatewayBuilder::on(&upstream.uri()).oauth(&key);
    let revoke = move |settings: &mut leadconnector_mcp::config::Settings| {
        settings.oauth.as_mut().unwrap().revoked_grants = vec![grant];
    };
    let revoked = revoked.settings(revoke).start().await;
    assert_eq!(super::connected::listed(&revoked, "/mcp", &access).await.status, 401);
    assert_eq!(refresh(&revoked, &client_id, &refreshed).await.status, 400);
}

/// An operation that panics.
#[derive(Deserialize, Serialize, JsonSchema)]
struct Break {
    /// Anything
    note: String,
}

impl Operation for Break {
    const ENDPOINT: Endpoint = Endpoint::get("/break", "contacts.readonly");

    fn validate(&self) -> Vec<ArgumentError> {
        panic!("cannot be done with {}", self.note);
    }
}

#[tokio::test]
async fn a_panic_shows_neither_the_token_nor_what_is_sealed_in_it() {
    let (logs, pit, key) = (Logs::capture(), canary("panic"), OperatorKey::random());
    let upstream = accepting().await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).oauth(&key).start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let form = page(&gateway, &authorization(&client_id, &[])).await;
    let code = parameter(&allow(&gateway, &form, &pit, CONNECTED).await, "code").unwrap();
    let access = token(&redeem(&gateway, &client_id, &code).await.json(), "access_token");
    let tools = vec![Tool::new::<Break>("contacts_break", "Break", Hints::READ, "Breaks")];
    let broken = TestGatewayBuilder::on(&upstream.uri()).oauth(&key).tools(tools).start().await;
    let answer = broken.tool("contacts_break", json!({ "note": "a note" })).token(&access).unpinned().send().await;
    let (_, code, _) = answer.rpc_error();
    assert_eq!(code, -32603, "{}", answer.body);
    assert!(!format!("{answer:?}").contains(&pit) && !format!("{answer:?}").contains("lcm_"), "{answer:?}");
    let lines = logs.lines_with(&pit);
    assert!(lines.is_empty(), "{lines:#?}");
    let line = logs.own_lines_with(answer.header("x-request-id"));
    assert!(!line.is_empty() && line.iter().all(|line| !line.to_string().contains("lcm_")), "{line:?}");
}
