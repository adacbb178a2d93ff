//! Credentials that were never filled in are rejected before anything is sent, with what to do, and are not repeated.

use leadconnector_mcp::calls::DefaultCaller;
use leadconnector_mcp::leadconnector::Token;
use leadconnector_mcp::sandbox;
use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{Post, TestGateway, TestGatewayBuilder, answering, sandbox as sandbox_server};

async fn start() -> (TestGateway, MockServer) {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    (TestGatewayBuilder::on(&upstream.uri()).start().await, upstream)
}

fn read(gateway: &TestGateway) -> Post<'_> {
    gateway.tool("contacts_get-contact", json!({ "contactId": "c1" }))
}

#[tokio::test]
async fn a_placeholder_as_token_is_rejected_with_what_to_do() {
    let (gateway, upstream) = start().await;
    let (replace, variable, quotes) = ("is a placeholder: replace it", "set the variable", "remove the quotes");
    for (authorization, advice) in [
        ("Bearer YOUR_TOKEN", replace),
        ("Bearer <token>", replace),
        ("Bearer <Private Integration Token>", replace),
        ("Bearer pit-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", replace),
        ("Bearer pit-XXXX", replace),
        ("<YOUR_TOKEN>", replace),
        ("Bearer ${LEADCONNECTOR_TOKEN}", variable),
        ("Bearer ${input:token}", variable),
        ("Bearer $TOKEN", variable),
        ("Bearer {{token}}", variable),
        ("Bearer {{ token }}", variable),
        ("Bearer %TOKEN%", variable),
        ("${AUTH_HEADER}", variable),
        ("Bearer \"pit-canary-1\"", quotes),
        ("Bearer 'pit-canary-1'", quotes),
        ("Bearer pit-canary-1\"", quotes),
        ("Bearer “pit-canary-1”", quotes),
        ("\"Bearer pit-canary-1\"", quotes),
        ("Bearer Bearer pit-canary-1", "has the word `Bearer` twice"),
        ("Bearer bearer pit-canary-1", "has the word `Bearer` twice"),
    ] {
        let answer = read(&gateway).header("authorization", authorization).send().await;
        let (status, code, message) = answer.rpc_error();
        assert_eq!((status, code), (401, -32600), "{authorization}: {message}");
        assert!(message.contains(advice), "{authorization}: {message}");
        assert!(message.ends_with("; send `Authorization: Bearer <Private Integration Token>`"), "{message}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
        // It may be a real token in quotes.
        for repeated in ["canary", "YOUR", "xxxx", "XXXX", "LEADCONNECTOR_TOKEN", "%"] {
            assert!(!message.contains(repeated), "{message}");
        }
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_placeholder_as_location_is_rejected_with_what_to_do() {
    let (gateway, upstream) = start().await;
    let (replace, variable, quotes) = ("is a placeholder: replace it", "set the variable", "remove the quotes");
    for (location, encoded, advice) in [
        ("YOUR_LOCATION_ID", "YOUR_LOCATION_ID", replace),
        ("<location id>", "%3Clocation%20id%3E", replace),
        ("xxxxxxxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxxxxxxx", replace),
        ("${LEADCONNECTOR_LOCATION_ID}", "$%7BLEADCONNECTOR_LOCATION_ID%7D", variable),
        ("$LOCATION", "$LOCATION", variable),
        ("{{locationId}}", "%7B%7BlocationId%7D%7D", variable),
        ("\"ve9EPM428h8vShlRW1KT\"", "%22ve9EPM428h8vShlRW1KT%22", quotes),
    ] {
        let header = read(&gateway).header("locationid", location).send().await;
        let query = read(&gateway).unpinned().path(&format!("/mcp?locationId={encoded}")).send().await;
        for (answer, source) in [(header, "the locationId header is"), (query, "the locationId query parameter is")] {
            let (status, code, message) = answer.rpc_error();
            assert_eq!((status, code), (400, -32600), "{location}: {message}");
            assert!(message.starts_with(source) && message.contains(advice), "{location}: {message}");
            assert!(!message.contains(location), "{message}");
        }
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

/// The gateway of `serve --sandbox`, with the configuration of the one-click links, or with a real token.
#[tokio::test]
async fn with_the_sandbox_the_errors_name_its_own_credentials() {
    let upstream = sandbox_server().await;
    let default = DefaultCaller {
        credential: Token::new(sandbox::TOKEN).unwrap().into(),
        location: sandbox::LOCATION.parse().unwrap(),
    };
    let gateway = TestGatewayBuilder::on(&upstream.url()).default_caller(default).start().await;
    let (status, _, message) = read(&gateway).token("YOUR_TOKEN").send().await.rpc_error();
    assert_eq!(status, 401);
    assert!(message.contains("to use the sandbox of this gateway, send no Authorization header"), "{message}");

    for token in ["pit-5f2c1d3e-0000-4000-8000-123456789abc", "eyJhbGciOiJIUzI1NiJ9.e30.x"] {
        let result = read(&gateway).token(token).send().await.tool_result();
        assert!(result.is_error && result.text.contains("token_rejected"), "{}", result.text);
        for named in [sandbox::TOKEN, sandbox::LOCATION] {
            assert!(result.text.contains(named), "{named} is not in: {}", result.text);
        }
    }
}
