//! The token stays secret, however the API fails.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{READ, assert_nowhere, call, canary};
use crate::support::{Answer, Logs, Script, Scripted, TestGateway, TestGatewayBuilder, answer, tool_count};

const LATER: (&str, &str) = ("retry-after", "120");
const SOON: (&str, &str) = ("x-ratelimit-interval-milliseconds", "50");

/// A read, an idempotent write, and a write that is not idempotent.
fn calls() -> [(&'static str, Value); 3] {
    [
        (READ, json!({ "contactId": "c1" })),
        ("contacts_add-tags", json!({ "contactId": "c", "tags": ["t"] })),
        ("contacts_create-contact", json!({ "email": "a@example.com" })),
    ]
}

/// A caller with its own token.
struct Caller {
    token: String,
}

impl Caller {
    fn new(subject: &str) -> Self {
        Logs::capture();
        Self { token: canary(subject) }
    }

    /// Makes all three calls, over MCP and as plain calls.
    async fn call_all(&self, gateway: &TestGateway) -> Vec<Answer> {
        let mut answers = Vec::new();
        for (tool, arguments) in calls() {
            answers.push(call(gateway, tool, arguments.clone(), &self.token).send().await);
            answers.push(gateway.post(json!({ "tool": tool, "input": arguments })).token(&self.token).send().await);
        }
        answers
    }

    /// Asserts that the token was sent to the API, and appears nowhere else.
    #[track_caller]
    fn assert_secret(&self, answers: &[Answer], upstream: &Scripted) {
        let requests = upstream.requests();
        let authorization = format!("Bearer {}", self.token);
        assert!(!requests.is_empty() && requests.iter().all(|sent| sent.headers["authorization"] == authorization));
        assert_nowhere(Logs::capture(), &self.token, answers);
    }
}

fn assert_failed(answers: &[Answer], kind: &str) {
    for answer in answers {
        assert!(answer.body.contains(kind), "{kind}: {answer:?}");
    }
}

#[tokio::test]
async fn failed_attempts_do_not_reveal_it() {
    let faults = [
        ("reset", Script::execute().reset(), "upstream_unavailable"),
        ("closed", Script::execute().close(), "upstream_unavailable"),
        (
            "cut",
            Script::execute().write("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{").close(),
            "upstream_unavailable",
        ),
        ("nonsense", Script::execute().write("nonsense\r\n\r\n").close(), "upstream_unavailable"),
        ("5xx", Script::execute().write(answer(503, &[], "{}")), "upstream_unavailable"),
        ("page", Script::execute().write(answer(502, &[], "<p>")), "upstream_unavailable"),
        ("refused", Script::refuse().write(answer(429, &[SOON], "{}")), "rate_limited"),
        ("much-later", Script::refuse().write(answer(429, &[LATER], "{}")), "rate_limited"),
        ("too-large", Script::execute().write(answer(200, &[], "[\"0123456789\"]")), "response_too_large"),
        ("binary", Script::execute().write(answer(200, &[], b"\xff")), "invalid_response"),
    ];
    let cases = faults.map(|(subject, fault, kind)| async move {
        let (caller, upstream) = (Caller::new(subject), Scripted::always(fault).await);
        let small =
            TestGatewayBuilder::on(&upstream.url()).settings(|settings| settings.upstream.max_response_bytes = 5);
        let answers = caller.call_all(&small.start().await).await;
        assert_failed(&answers, kind);
        caller.assert_secret(&answers, &upstream);
    });
    assert_eq!(join_all(cases).await.len(), 10);
}

/// The retry succeeds; this is about the log lines between the attempts.
#[tokio::test]
async fn retries_do_not_reveal_it() {
    let faults = [Script::execute().reset(), Script::refuse().write(answer(429, &[SOON], "{}"))];
    for fault in faults {
        let (caller, upstream) = (Caller::new("repeated"), Scripted::first([fault]).await);
        let answers = caller.call_all(&TestGatewayBuilder::on(&upstream.url()).start().await).await;
        assert!(answers.iter().all(|answer| answer.body.contains("success")), "{answers:?}");
        assert_eq!(upstream.attempts(), 7);
        caller.assert_secret(&answers, &upstream);
    }
}

#[tokio::test]
async fn a_redirect_does_not_reveal_it() {
    let (caller, elsewhere) = (Caller::new("redirect"), Scripted::always(Script::healthy()).await);
    let script = Script::execute().write(answer(307, &[("location", &elsewhere.url())], ""));
    let upstream = Scripted::always(script).await;
    let answers = caller.call_all(&TestGatewayBuilder::on(&upstream.url()).start().await).await;
    assert_failed(&answers, "invalid_response");
    caller.assert_secret(&answers, &upstream);
    assert_eq!(elsewhere.attempts(), 0);
}

#[tokio::test]
async fn broken_tls_does_not_reveal_it() {
    let caller = Caller::new("tls");
    let upstream = Scripted::always(Script::unasked("garbage").close()).await;
    let answers = caller.call_all(&TestGatewayBuilder::on(&upstream.https_url()).start().await).await;
    assert_failed(&answers, "Nothing was sent");
    assert!(upstream.attempts() > 0);
    assert_nowhere(Logs::capture(), &caller.token, &answers);
}

#[tokio::test]
async fn an_exhausted_retry_budget_does_not_reveal_it() {
    let caller = Caller::new("retries");
    let upstream = Scripted::always(Script::execute().write(answer(503, &[], "{}"))).await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
    let calls = (0..20).map(|_| call(&gateway, READ, json!({ "contactId": "c1" }), &caller.token).send());
    let answers = join_all(calls).await;
    assert_failed(&answers, "upstream_unavailable");
    assert!(
        (tool_count()..60).contains(&upstream.attempts()),
        "some were retried and some not: {}",
        upstream.attempts()
    );
    caller.assert_secret(&answers, &upstream);
}

/// Calls that are queued behind a silent one until their deadline.
#[tokio::test]
async fn a_full_queue_does_not_reveal_it() {
    let (caller, upstream) = (Caller::new("crowd"), Scripted::always(Script::execute().silence()).await);
    let narrow = TestGatewayBuilder::on(&upstream.url()).settings(|settings| {
        settings.upstream.max_in_flight_per_location = 1;
        settings.upstream.call_deadline = Duration::from_millis(500);
    });
    let gateway = narrow.start().await;
    let calls = (0..6).map(|_| call(&gateway, READ, json!({ "contactId": "c1" }), &caller.token).send());
    let answers = join_all(calls).await;
    assert_failed(&answers, "timeout");
    assert!(upstream.attempts() < 6, "the others waited");
    caller.assert_secret(&answers, &upstream);
}

/// The client disconnects while its calls wait: in the queue, for the rate limit, and for the next attempt.
#[tokio::test]
async fn a_client_that_leaves_a_queue_does_not_reveal_it() {
    for (subject, script) in [
        ("leaves-turn", Script::execute().silence()),
        ("leaves-limit", Script::refuse().write(answer(429, &[("retry-after", "20")], "{}"))),
    ] {
        let (caller, upstream) = (Caller::new(subject), Scripted::always(script).await);
        let narrow = TestGatewayBuilder::on(&upstream.url())
            .settings(|settings| settings.upstream.max_in_flight_per_location = 1);
        let gateway = narrow.start().await;
        let calls = (0..4).map(|_| call(&gateway, READ, json!({ "contactId": "c1" }), &caller.token).send());
        tokio::select! {
            answers = join_all(calls) => panic!("unexpected responses: {answers:?}"),
            () = upstream.until_requests(1) => {}
        }
        // By the time of this response, the gateway has noticed and logged that the clients left.
        let tool = call(&gateway, "nonsense", json!({}), &caller.token).send().await;
        caller.assert_secret(&[tool], &upstream);
    }
}
