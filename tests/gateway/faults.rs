//! An upstream that fails on the wire in every possible way: what the client receives, and what was carried out.

mod connections;
mod content;
mod cut_off;
mod endless;
mod every_tool;
mod interim;
mod outcome_unknown;
mod rate_limits;
mod redirects;
mod retry_budget;
mod tls;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use leadconnector_mcp::calls::{CallEvent, CallInfo, CallObserver, CallRequest, Caller};
use leadconnector_mcp::leadconnector::{Token, WaitReason, WaitStatus};
use leadconnector_mcp::tools::ToolResult;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::{CallResult, Closed, LOCATION, Scripted, TOKEN, TestGateway, TestGatewayBuilder, within};

/// The kind of call: a read, an idempotent write, and a write that is not idempotent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CallKind {
    Read,
    Tag,
    Create,
}

impl CallKind {
    const ALL: [Self; 3] = [Self::Read, Self::Tag, Self::Create];

    fn writes(self) -> bool {
        self != Self::Read
    }

    fn idempotent(self) -> bool {
        self != Self::Create
    }

    fn call(self) -> (&'static str, Value) {
        match self {
            Self::Read => ("contacts_get-contact", json!({ "contactId": "c1" })),
            Self::Tag => ("contacts_add-tags", json!({ "contactId": "c1", "tags": ["vip"] })),
            Self::Create => ("contacts_create-contact", json!({ "email": "a@example.com" })),
        }
    }
}

async fn call(gateway: &TestGateway, kind: CallKind) -> CallResult {
    let (tool, arguments) = kind.call();
    gateway.call(tool, arguments).await
}

async fn gateway_for(upstream: &Scripted) -> TestGateway {
    TestGatewayBuilder::on(&upstream.url()).start().await
}

/// A gateway with these timeouts.
async fn with_timeouts(upstream: &Scripted, call_deadline: Duration, attempt_timeout: Duration) -> TestGateway {
    let settings = TestGatewayBuilder::on(&upstream.url()).settings(move |settings| {
        settings.upstream.call_deadline = call_deadline;
        settings.upstream.attempt_timeout = attempt_timeout;
    });
    settings.start().await
}

/// What a call last waited for.
#[derive(Debug, Default)]
struct LastWait(watch::Sender<Option<WaitStatus>>);

impl CallObserver for LastWait {
    fn on_call_event(&self, _: &CallInfo, event: CallEvent<'_>) {
        if let CallEvent::Queued(wait) = event {
            self.0.send_replace(Some(wait));
        }
    }
}

/// Makes a call to a closed port, and opens the port once the gateway waits before its next attempt.
async fn refused_then_served(closed: Closed, tool: &str, arguments: Value) -> (Scripted, ToolResult) {
    let gateway =
        TestGatewayBuilder::on(&closed.url()).settings(|settings| settings.upstream.max_attempts = 12).start().await;
    let calls = &gateway.calls;
    let (token, location) = (Token::new(TOKEN).unwrap(), Some(LOCATION.parse().unwrap()));
    let caller = Caller {
        grant: None,
        credential: token.into(),
        location,
        selection: calls.policy().selection().clone(),
        permit: None,
        max_result_bytes: 0,
    };
    let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
    let observer = Arc::new(LastWait::default());
    let mut waits = observer.0.subscribe();
    let request =
        CallRequest { arguments, scan: None, request_id: "refused", is_probe: false, observer: Some(observer) };
    let mut call = pin!(calls.call(calls.registry().callable(tool).unwrap(), &caller, request));
    tokio::select! {
        result = &mut call => panic!("the port is closed: {result:?}"),
        wait = within("a wait", waits.wait_for(Option::is_some)) => assert_eq!(wait.unwrap().unwrap().reason, WaitReason::Retry),
    }
    let upstream = closed.open();
    (upstream, within("a result", call).await.unwrap())
}

fn reports_unknown_outcome(result: &CallResult) -> bool {
    result.is_error && result.problem().ends_with("whether the write was carried out is unknown")
}

/// Asserts that the outcome is reported as unknown and that the call was not retried.
#[track_caller]
fn assert_outcome_unknown(upstream: &Scripted, result: &CallResult) {
    assert!(reports_unknown_outcome(result), "{}", result.text);
    assert_eq!(upstream.attempts(), 1, "not retried: {}", result.text);
}
