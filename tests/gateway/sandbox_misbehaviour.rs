//! What a model reads if the sandbox misbehaves as the API does: wrong kinds of tokens, latency, faults, bad values.

use std::time::{Duration, Instant};

use leadconnector_mcp::sandbox::well_known::CONTACT;
use leadconnector_mcp::sandbox::{AGENCY_TOKEN, EXPIRED_TOKEN, LOCATION, Options, SCOPES, TOKEN, scope_token};
use serde_json::{Value, json};

use crate::support::{CallResult, Server, TestGateway, TestGatewayBuilder, minimal_calls, sandbox_with};

struct Misbehaving {
    gateway: TestGateway,
    _sandbox: Server,
}

impl Misbehaving {
    async fn new(options: Options) -> Self {
        let sandbox = sandbox_with(options).await;
        Self { gateway: TestGatewayBuilder::on(&sandbox.url()).start().await, _sandbox: sandbox }
    }

    async fn call(&self, token: &str, tool: &str, arguments: Value) -> CallResult {
        self.gateway.tool(tool, arguments).token(token).header("locationid", LOCATION).send().await.tool_result()
    }
}

#[tokio::test]
async fn tokens_of_the_wrong_kind_are_told_apart() {
    let sandbox = Misbehaving::new(Options::default()).await;
    let read = async |token: &str| sandbox.call(token, "contacts_get-contact", json!({ "contactId": CONTACT })).await;
    assert_eq!(read(AGENCY_TOKEN).await.kind(), "not_supported_for_token");
    assert_eq!(read(EXPIRED_TOKEN).await.kind(), "token_rejected");
    assert!(!read(&scope_token("contacts.readonly")).await.is_error);
    let missing = read(&scope_token("contacts.write")).await;
    assert_eq!(missing.kind(), "scope_missing");
    assert!(missing.problem().contains("contacts.readonly"), "{}", missing.text);
}

#[tokio::test]
async fn each_tool_needs_the_scope_that_it_names_and_no_other() {
    let sandbox = Misbehaving::new(Options::default()).await;
    for call in minimal_calls() {
        assert!(SCOPES.contains(&call.scope), "{}", call.scope);
        let with = sandbox.call(&scope_token(call.scope), call.tool, call.arguments.clone()).await;
        assert!(!with.is_error || with.kind() != "scope_missing", "{}: {}", call.tool, with.text);
        let other = SCOPES.into_iter().find(|scope| *scope != call.scope).unwrap();
        let without = sandbox.call(&scope_token(other), call.tool, call.arguments).await;
        assert_eq!(without.kind(), "scope_missing", "{}: {}", call.tool, without.text);
    }
}

/// Elapsed time is only bounded from below: a slow machine is no failure.
#[tokio::test]
async fn latency_delays_a_call() {
    let latency = Duration::from_millis(120);
    let sandbox = Misbehaving::new(Options { latency, ..Options::default() }).await;
    let start = Instant::now();
    let read = sandbox.call(TOKEN, "contacts_get-contact", json!({ "contactId": CONTACT })).await;
    assert!(!read.is_error && start.elapsed() >= latency, "{:?}", start.elapsed());
}

#[tokio::test]
async fn faults_reach_the_model_once_retries_are_exhausted() {
    let faults = "100%".parse().unwrap();
    let sandbox = Misbehaving::new(Options { faults, ..Options::default() }).await;
    let read = sandbox.call(TOKEN, "contacts_get-contact", json!({ "contactId": CONTACT })).await;
    assert_eq!(read.kind(), "upstream_unavailable");
    let tags = json!({ "contactId": CONTACT, "tags": ["vip"] });
    assert_eq!(sandbox.call(TOKEN, "contacts_add-tags", tags).await.kind(), "upstream_unavailable");
}

#[tokio::test]
async fn invalid_values_are_reported_in_the_apis_words() {
    let sandbox = Misbehaving::new(Options::default()).await;
    for (tool, arguments, expected) in [
        ("contacts_create-contact", json!({ "email": "not an email" }), "email must be an email"),
        (
            "contacts_upsert-contact",
            json!({ "firstName": "Ana", "phone": "abc" }),
            "phone must be a valid phone number",
        ),
        ("contacts_create-contact", json!({ "city": "Bath" }), "should not be empty"),
        (
            "conversations_send-a-new-message",
            json!({ "type": "SMS", "contactId": CONTACT, "message": "Hi", "scheduledTimestamp": "2020-01-01T00:00:00Z" }),
            "scheduledTimestamp must not be less than",
        ),
    ] {
        let result = sandbox.call(TOKEN, tool, arguments).await;
        assert_eq!(result.kind(), "invalid_request", "{}", result.text);
        assert!(result.problem().contains(expected), "{}", result.text);
    }
}
