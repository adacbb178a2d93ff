//! Each tool under each fault that can leave the outcome of a write unknown: a write that is not idempotent is carried out
//! at most once, and its error reports the unknown outcome.

use std::time::Duration;

use futures_util::future::join_all;

use super::{refused_then_served, reports_unknown_outcome, with_timeouts};
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
    /// Whether the tool changes data.
    writes: bool,
    /// Whether a call may be retried when its outcome is unknown.
    idempotent: bool,
}

/// The result of a call.
struct Report {
    text: String,
    attempts: usize,
    executed: usize,
    succeeded: bool,
    reports_unknown_outcome: bool,
    /// Whether all attempts sent the same request, including token and location.
    identical: bool,
}

impl Case {
    async fn new(tool: Minimal, fails: Fails, fault: &Script, timeouts: Timeouts) -> Self {
        let upstream = match fails {
            Fails::Once => Scripted::first([fault.clone()]).await,
            Fails::Always => Scripted::always(fault.clone()).await,
        };
        let gateway = with_timeouts(&upstream, timeouts.call, timeouts.attempt).await;
        let endpoint = &gateway.calls.registry().find(tool.tool).unwrap().endpoint;
        let (writes, idempotent) = (endpoint.writes(), endpoint.idempotent);
        Self { tool, fails, upstream, gateway, writes, idempotent }
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
            reports_unknown_outcome: reports_unknown_outcome(&result),
            identical: requests.len() <= 1,
        }
    }
}

#[derive(Clone, Copy)]
struct Timeouts {
    call: Duration,
    attempt: Duration,
}

/// Long enough for a loaded machine.
const GENEROUS: Timeouts = Timeouts { call: Duration::from_secs(40), attempt: Duration::from_secs(20) };

/// Calls all tools concurrently, each with an upstream that fails once and with one that always fails.
async fn every_tool(fault: Script, timeouts: Timeouts) -> Vec<(Case, Report)> {
    let mut cases = Vec::new();
    for tool in minimal_calls().into_iter().chain(minimal_calls()) {
        let fails = if cases.len() < tool_count() { Fails::Once } else { Fails::Always };
        cases.push(Case::new(tool, fails, &fault, timeouts).await);
    }
    assert_eq!(cases.len(), 42);
    let reports = join_all(cases.iter().map(Case::report)).await;
    cases.into_iter().zip(reports).collect()
}

/// A fault that leaves unknown whether the request was carried out.
async fn outcome_unknown(fault: Script, timeouts: Timeouts) {
    let each = usize::from(fault.executes());
    for (case, report) in every_tool(fault, timeouts).await {
        let text = &report.text;
        assert!(case.idempotent || report.executed <= 1, "carried out twice: {text}");
        assert!(report.identical, "{text}");
        if !case.idempotent {
            assert!(case.writes && report.reports_unknown_outcome, "{text}");
            assert_eq!((report.attempts, report.executed), (1, each), "{text}");
        } else if case.fails == Fails::Once {
            assert!(report.succeeded, "{text}");
            assert_eq!((report.attempts, report.executed), (2, each + 1), "{text}");
        } else {
            assert!(!report.succeeded && report.reports_unknown_outcome == case.writes, "{text}");
            assert!((2..=ATTEMPTS).contains(&report.attempts), "{text}");
            assert_eq!(report.executed, report.attempts * each, "{text}");
        }
    }
}

/// A fault after which the request was certainly not carried out.
async fn not_carried_out(fault: Script) {
    for (case, report) in every_tool(fault, GENEROUS).await {
        let text = &report.text;
        assert!(!report.reports_unknown_outcome && report.identical, "{text}");
        assert_eq!(report.succeeded, case.fails == Fails::Once, "{text}");
        let expected = if report.succeeded { (2, 1) } else { (ATTEMPTS, 0) };
        assert_eq!((report.attempts, report.executed), expected, "{text}");
    }
}

/// Each tool's connection is refused a few times before the port opens.
#[tokio::test]
async fn connection_refused() {
    let calls = minimal_calls().into_iter().map(|tool| async move {
        let (upstream, result) = Box::pin(refused_then_served(Scripted::closed(), tool.tool, tool.arguments)).await;
        assert_eq!(result.error_kind, None, "{}: {}", tool.tool, result.text);
        assert_eq!((upstream.attempts(), upstream.executed()), (1, 1), "{}", tool.tool);
    });
    assert_eq!(join_all(calls).await.len(), tool_count());
}

/// Whether the gateway had started to write when the connection was reset depends on the kernel. The gateway reports which
/// it was; other tests cover each case, with refused connections and with resets in the middle of a request.
#[tokio::test]
async fn reset_before_the_request() {
    for (case, report) in every_tool(Script::reset_at_once(), GENEROUS).await {
        let text = &report.text;
        assert_eq!(report.executed, usize::from(report.succeeded), "{text}");
        let retried = case.fails == Fails::Once && (case.idempotent || !report.reports_unknown_outcome);
        assert_eq!(report.succeeded, retried, "{text}");
        let says_unsent = text.contains("Nothing was sent");
        assert_eq!(case.writes && !report.succeeded && !says_unsent, report.reports_unknown_outcome, "{text}");
    }
}

#[tokio::test]
async fn reset_in_the_middle_of_the_request() {
    outcome_unknown(Script::read(50).reset(), GENEROUS).await;
}

#[tokio::test]
async fn reset_after_the_request() {
    outcome_unknown(Script::execute().reset(), GENEROUS).await;
}

#[tokio::test]
async fn closed_after_the_request() {
    outcome_unknown(Script::execute().close(), GENEROUS).await;
}

#[tokio::test]
async fn cut_off_in_the_head() {
    outcome_unknown(Script::execute().write("HTTP/1.1 200 OK\r\ncontent-le").reset(), GENEROUS).await;
}

#[tokio::test]
async fn cut_off_in_the_body() {
    outcome_unknown(Script::execute().write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":").close(), GENEROUS)
        .await;
}

#[tokio::test]
async fn silence() {
    let timeouts = Timeouts { call: Duration::from_secs(6), attempt: Duration::from_millis(1_200) };
    outcome_unknown(Script::execute().silence(), timeouts).await;
}

#[tokio::test]
async fn internal_server_error() {
    outcome_unknown(Script::execute().write(answer(500, &[], "{}")), GENEROUS).await;
}

#[tokio::test]
async fn bad_gateway() {
    outcome_unknown(Script::execute().write(answer(502, &[], "<html>")), GENEROUS).await;
}

#[tokio::test]
async fn service_unavailable() {
    outcome_unknown(Script::execute().write(answer(503, &[], "")), GENEROUS).await;
}

#[tokio::test]
async fn gateway_timeout() {
    outcome_unknown(Script::execute().write(answer(504, &[], "{}")), GENEROUS).await;
}

#[tokio::test]
async fn too_many_requests() {
    not_carried_out(Script::refuse().write(answer(429, &[("x-ratelimit-interval-milliseconds", "50")], "{}"))).await;
}
