//! Each tool under each fault that can leave a write in doubt: a write that may not be repeated is carried out at most
//! once, and whoever made a write that may have been carried out is told so.

use std::time::Duration;

use futures_util::future::join_all;

use super::{hasty, refused_then_served, says_unknown};
use crate::support::{CallResult, Minimal, Script, Scripted, TestGateway, answer, minimal_calls, tool_count};

/// The default of `upstream.max_attempts`.
const ATTEMPTS: usize = 3;

/// How often an upstream fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fails {
    Once,
    Always,
}

/// One call of one tool.
struct Case {
    tool: Minimal,
    fails: Fails,
    upstream: Scripted,
    gateway: TestGateway,
    /// Whether the tool changes something.
    writes: bool,
    /// Whether it may be repeated when its outcome is not known.
    repeatable: bool,
}

/// What came of it.
struct Report {
    text: String,
    attempts: usize,
    executed: usize,
    succeeded: bool,
    says_unknown: bool,
    /// Whether each attempt was the same request, token and location included.
    alike: bool,
}

impl Case {
    async fn new(tool: Minimal, fails: Fails, fault: &Script, patience: Patience) -> Self {
        let upstream = match fails {
            Fails::Once => Scripted::first([fault.clone()]).await,
            Fails::Always => Scripted::always(fault.clone()).await,
        };
        let gateway = hasty(&upstream, patience.call, patience.attempt).await;
        let endpoint = &gateway.calls.registry().find(tool.tool).unwrap().endpoint;
        let (writes, repeatable) = (endpoint.writes(), endpoint.idempotent);
        Self { tool, fails, upstream, gateway, writes, repeatable }
    }

    async fn report(&self) -> Report {
        let result: CallResult = self.gateway.call(self.tool.tool, self.tool.arguments.clone()).await;
        let (attempts, executed) = (self.upstream.attempts(), self.upstream.executed());
        let mut requests = self.upstream.requests();
        for request in &mut requests {
            request.executed = false;
        }
        requests.dedup();
        let text =
            format!("{} {:?}: {attempts} attempts, {executed} executed: {}", self.tool.tool, self.fails, result.text);
        Report {
            text,
            attempts,
            executed,
            succeeded: !result.is_error,
            says_unknown: says_unknown(&result),
            alike: requests.len() <= 1,
        }
    }
}

#[derive(Clone, Copy)]
struct Patience {
    call: Duration,
    attempt: Duration,
}

/// Enough for a loaded machine.
const PATIENT: Patience = Patience { call: Duration::from_secs(40), attempt: Duration::from_secs(20) };

/// All tools at once, each with an upstream that fails once and with one that fails always.
async fn every_tool(fault: Script, patience: Patience) -> Vec<(Case, Report)> {
    let mut cases = Vec::new();
    for tool in minimal_calls().into_iter().chain(minimal_calls()) {
        let fails = if cases.len() < tool_count() { Fails::Once } else { Fails::Always };
        cases.push(Case::new(tool, fails, &fault, patience).await);
    }
    assert_eq!(cases.len(), 42);
    let reports = join_all(cases.iter().map(Case::report)).await;
    cases.into_iter().zip(reports).collect()
}

/// A fault after which nobody knows whether the request was carried out.
async fn outcome_unknown(fault: Script, patience: Patience) {
    let each = usize::from(fault.executes());
    for (case, report) in every_tool(fault, patience).await {
        let text = &report.text;
        assert!(case.repeatable || report.executed <= 1, "done twice: {text}");
        assert!(report.alike, "{text}");
        if !case.repeatable {
            assert!(case.writes && report.says_unknown, "{text}");
            assert_eq!((report.attempts, report.executed), (1, each), "{text}");
        } else if case.fails == Fails::Once {
            assert!(report.succeeded, "{text}");
            assert_eq!((report.attempts, report.executed), (2, each + 1), "{text}");
        } else {
            assert!(!report.succeeded && report.says_unknown == case.writes, "{text}");
            assert!((2..=ATTEMPTS).contains(&report.attempts), "{text}");
            assert_eq!(report.executed, report.attempts * each, "{text}");
        }
    }
}

/// A fault after which the request surely was not carried out.
async fn surely_refused(fault: Script) {
    for (case, report) in every_tool(fault, PATIENT).await {
        let text = &report.text;
        assert!(!report.says_unknown && report.alike, "{text}");
        assert_eq!(report.succeeded, case.fails == Fails::Once, "{text}");
        let expected = if report.succeeded { (2, 1) } else { (ATTEMPTS, 0) };
        assert_eq!((report.attempts, report.executed), expected, "{text}");
    }
}

/// Each tool is refused a few times before somebody listens.
#[tokio::test]
async fn connection_refused() {
    let calls = minimal_calls().into_iter().map(|tool| async move {
        let (upstream, outcome) = refused_then_served(Scripted::closed(), tool.tool, tool.arguments).await;
        assert_eq!(outcome.error_kind, None, "{}: {}", tool.tool, outcome.text);
        assert_eq!((upstream.attempts(), upstream.executed()), (1, 1), "{}", tool.tool);
    });
    assert_eq!(join_all(calls).await.len(), tool_count());
}

/// Whether the gateway had begun to write when the connection was gone is decided by the kernel. The gateway knows, and
/// says, which it was; both are tested by themselves, with refused connections and with resets in the middle of a request.
#[tokio::test]
async fn reset_before_the_request() {
    for (case, report) in every_tool(Script::reset_at_once(), PATIENT).await {
        let text = &report.text;
        assert_eq!(report.executed, usize::from(report.succeeded), "{text}");
        let sent_again = case.fails == Fails::Once && (case.repeatable || !report.says_unknown);
        assert_eq!(report.succeeded, sent_again, "{text}");
        let says_unsent = text.contains("Nothing was sent");
        assert_eq!(case.writes && !report.succeeded && !says_unsent, report.says_unknown, "{text}");
    }
}

#[tokio::test]
async fn reset_in_the_middle_of_the_request() {
    outcome_unknown(Script::read(50).reset(), PATIENT).await;
}

#[tokio::test]
async fn reset_after_the_request() {
    outcome_unknown(Script::execute().reset(), PATIENT).await;
}

#[tokio::test]
async fn closed_after_the_request() {
    outcome_unknown(Script::execute().close(), PATIENT).await;
}

#[tokio::test]
async fn cut_off_in_the_head() {
    outcome_unknown(Script::execute().write("HTTP/1.1 200 OK\r\ncontent-le").reset(), PATIENT).await;
}

#[tokio::test]
async fn cut_off_in_the_body() {
    outcome_unknown(Script::execute().write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":").close(), PATIENT)
        .await;
}

#[tokio::test]
async fn silence() {
    let patience = Patience { call: Duration::from_secs(6), attempt: Duration::from_millis(1_200) };
    outcome_unknown(Script::execute().silence(), patience).await;
}

#[tokio::test]
async fn internal_server_error() {
    outcome_unknown(Script::execute().write(answer(500, &[], "{}")), PATIENT).await;
}

#[tokio::test]
async fn bad_gateway() {
    outcome_unknown(Script::execute().write(answer(502, &[], "<html>")), PATIENT).await;
}

#[tokio::test]
async fn service_unavailable() {
    outcome_unknown(Script::execute().write(answer(503, &[], "")), PATIENT).await;
}

#[tokio::test]
async fn gateway_timeout() {
    outcome_unknown(Script::execute().write(answer(504, &[], "{}")), PATIENT).await;
}

#[tokio::test]
async fn too_many_requests() {
    surely_refused(Script::refuse().write(answer(429, &[("x-ratelimit-interval-milliseconds", "50")], "{}"))).await;
}
