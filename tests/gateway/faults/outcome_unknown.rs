//! Several faults in a row: an unknown outcome of one attempt is reported whatever the next attempt returns.

use std::time::Duration;

use futures_util::future::join_all;

use super::{CallKind, call, reports_unknown_outcome, with_timeouts};
use crate::support::{Script, Scripted, answer};

fn responding(status: u16) -> Script {
    Script::execute().write(answer(status, &[], r#"{"message":"so"}"#))
}

fn too_many() -> Script {
    Script::refuse().write(answer(429, &[("x-ratelimit-interval-milliseconds", "50")], "{}"))
}

/// How a call ends after two faults, of which the second repeats.
async fn outcome_after(kind: CallKind, first: &Script, then: Script) -> (String, bool) {
    let upstream = Scripted::with([first.clone()], then).await;
    let result = call(&with_timeouts(&upstream, Duration::from_secs(30), Duration::from_secs(1)).await, kind).await;
    assert!(result.is_error && upstream.attempts() > 1, "{}", result.text);
    (result.kind(), reports_unknown_outcome(&result))
}

#[tokio::test]
async fn a_later_error_keeps_an_earlier_unknown_outcome() {
    let firsts = [responding(500), responding(503), Script::execute().reset(), Script::execute().silence()];
    let thens = [(401, "token_rejected"), (404, "not_found"), (422, "invalid_request"), (302, "invalid_response")];
    let cases = firsts.iter().map(|first| async move {
        for (then, failure) in thens {
            let (kind, unknown) = outcome_after(CallKind::Tag, first, responding(then)).await;
            assert_eq!((kind.as_str(), unknown), (failure, true), "{first:?}, then {then}");
        }
        let (kind, unknown) = outcome_after(CallKind::Read, first, responding(404)).await;
        assert_eq!((kind.as_str(), unknown), ("not_found", false), "{first:?}");
        // A 429 is reported as such, together with the unknown outcome of the earlier attempt.
        let (kind, unknown) = outcome_after(CallKind::Tag, first, too_many()).await;
        assert_eq!((kind.as_str(), unknown), ("rate_limited", true), "{first:?}, then 429");
        let (kind, unknown) = outcome_after(CallKind::Read, first, too_many()).await;
        assert_eq!((kind.as_str(), unknown), ("rate_limited", false), "{first:?}, then 429");
    });
    assert_eq!(join_all(cases).await.len(), 4);
}

/// Not even after an attempt with unknown outcome.
#[tokio::test]
async fn a_429_does_not_use_the_retry_budget() {
    let calls = 8;
    let scripts = (0..calls).flat_map(|_| [responding(503), too_many(), Script::healthy()]);
    let upstream = Scripted::first(scripts).await;
    let gateway = super::gateway_for(&upstream).await;
    for number in 0..calls {
        let result = call(&gateway, CallKind::Tag).await;
        assert!(!result.is_error, "call {number}: {}", result.text);
    }
    assert_eq!(upstream.attempts(), 3 * calls);
}

/// The hint contains the wait beside the advice for an unknown outcome.
#[tokio::test]
async fn a_rate_limit_after_an_unknown_outcome_reports_both() {
    let long = Script::refuse().write(answer(429, &[("retry-after", "60")], "{}"));
    let upstream = Scripted::with([responding(503)], long).await;
    let result = call(&super::gateway_for(&upstream).await, CallKind::Tag).await;
    assert!(reports_unknown_outcome(&result), "{}", result.text);
    let error = &result.json()["error"];
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.starts_with("Check whether the write took effect") && hint.contains("Wait 60 s"), "{hint}");
    assert_eq!(error["wait_seconds"], 60);
    assert_eq!(upstream.attempts(), 2);
}

/// An attempt that was certainly not carried out does not make the outcome unknown.
#[tokio::test]
async fn a_429_leaves_the_outcome_known() {
    for kind in CallKind::ALL {
        for (then, failure) in [(401, "token_rejected"), (404, "not_found"), (422, "invalid_request")] {
            assert_eq!(outcome_after(kind, &too_many(), responding(then)).await, (failure.to_owned(), false));
        }
    }
}

/// A create with a 429 and then an unknown outcome is not sent a third time.
#[tokio::test]
async fn a_create_is_not_retried_after_an_unknown_outcome() {
    for then in [responding(503), Script::execute().reset(), Script::execute().close()] {
        let upstream = Scripted::first([too_many(), then]).await;
        let result = call(&super::gateway_for(&upstream).await, CallKind::Create).await;
        assert!(reports_unknown_outcome(&result), "{}", result.text);
        assert_eq!((upstream.attempts(), upstream.executed()), (2, 1));
    }
}
