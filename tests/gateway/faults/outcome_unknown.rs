//! Several faults in a row: what an uncertain attempt left behind is not forgotten because of what came after it.

use std::time::Duration;

use futures_util::future::join_all;

use super::{Kind, call, hasty, says_unknown};
use crate::support::{Script, Scripted, answer};

fn answering(status: u16) -> Script {
    Script::execute().write(answer(status, &[], r#"{"message":"so"}"#))
}

fn too_many() -> Script {
    Script::refuse().write(answer(429, &[("x-ratelimit-interval-milliseconds", "50")], "{}"))
}

/// Two faults, and then the second again and again: how the call ends.
async fn ends(kind: Kind, first: &Script, then: Script) -> (String, bool) {
    let upstream = Scripted::with([first.clone()], then).await;
    let result = call(&hasty(&upstream, Duration::from_secs(30), Duration::from_secs(1)).await, kind).await;
    assert!(result.is_error && upstream.attempts() > 1, "{}", result.text);
    (result.kind(), says_unknown(&result))
}

#[tokio::test]
async fn a_later_refusal_does_not_undo_an_earlier_write() {
    let firsts = [answering(500), answering(503), Script::execute().reset(), Script::execute().silence()];
    let thens = [(401, "token_rejected"), (404, "not_found"), (422, "invalid_request"), (302, "invalid_response")];
    let cases = firsts.iter().map(|first| async move {
        for (then, failure) in thens {
            let (kind, unknown) = ends(Kind::Tag, first, answering(then)).await;
            assert_eq!((kind.as_str(), unknown), (failure, true), "{first:?}, then {then}");
        }
        let (kind, unknown) = ends(Kind::Read, first, answering(404)).await;
        assert_eq!((kind.as_str(), unknown), ("not_found", false), "{first:?}");
        // A 429 is told as what it is, and the attempt before is not forgotten.
        let (kind, unknown) = ends(Kind::Tag, first, too_many()).await;
        assert_eq!((kind.as_str(), unknown), ("rate_limited", true), "{first:?}, then 429");
        let (kind, unknown) = ends(Kind::Read, first, too_many()).await;
        assert_eq!((kind.as_str(), unknown), ("rate_limited", false), "{first:?}, then 429");
    });
    assert_eq!(join_all(cases).await.len(), 4);
}

/// That a 429 came after an attempt of unknown outcome does not make it one that the retry budget pays for.
#[tokio::test]
async fn a_rate_limited_attempt_spends_no_retry() {
    let calls = 8;
    let scripts = (0..calls).flat_map(|_| [answering(503), too_many(), Script::healthy()]);
    let upstream = Scripted::first(scripts).await;
    let gateway = super::in_front_of(&upstream).await;
    for number in 0..calls {
        let result = call(&gateway, Kind::Tag).await;
        assert!(!result.is_error, "call {number}: {}", result.text);
    }
    assert_eq!(upstream.attempts(), 3 * calls);
}

/// The wait that a limit asks for is told beside the advice to look.
#[tokio::test]
async fn a_rate_limit_after_an_unknown_outcome_tells_both() {
    let long = Script::refuse().write(answer(429, &[("retry-after", "60")], "{}"));
    let upstream = Scripted::with([answering(503)], long).await;
    let result = call(&super::in_front_of(&upstream).await, Kind::Tag).await;
    assert!(says_unknown(&result), "{}", result.text);
    let error = &result.json()["error"];
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.starts_with("Check whether the write took effect") && hint.contains("Wait 60 s"), "{hint}");
    assert_eq!(error["wait_seconds"], 60);
    assert_eq!(upstream.attempts(), 2);
}

/// What surely was not carried out leaves no doubt behind, so that what comes next says it all.
#[tokio::test]
async fn a_refusal_leaves_no_doubt() {
    for kind in Kind::ALL {
        for (then, failure) in [(401, "token_rejected"), (404, "not_found"), (422, "invalid_request")] {
            assert_eq!(ends(kind, &too_many(), answering(then)).await, (failure.to_owned(), false));
        }
    }
}

/// A create that was refused for now and then left in doubt is not sent a third time.
#[tokio::test]
async fn a_refusal_is_no_licence_to_repeat() {
    for then in [answering(503), Script::execute().reset(), Script::execute().close()] {
        let upstream = Scripted::first([too_many(), then]).await;
        let result = call(&super::in_front_of(&upstream).await, Kind::Create).await;
        assert!(says_unknown(&result), "{}", result.text);
        assert_eq!((upstream.attempts(), upstream.executed()), (2, 1));
    }
}
