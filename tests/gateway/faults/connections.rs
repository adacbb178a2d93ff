//! Connections that are refused, reset or closed.

use super::{Kind, assert_outcome_unknown, call, in_front_of, refused_then_served};
use crate::support::{Script, Scripted, TestGatewayBuilder};

#[tokio::test]
async fn a_refused_connection_sends_nothing_and_is_tried_again() {
    for kind in Kind::ALL {
        let closed = Scripted::closed();
        let result = call(&TestGatewayBuilder::on(&closed.url()).start().await, kind).await;
        assert_eq!(result.kind(), "upstream_unavailable");
        assert!(result.text.contains("Nothing was sent") && !result.text.contains("unknown"), "{}", result.text);

        let (tool, arguments) = kind.call();
        let (upstream, outcome) = refused_then_served(closed, tool, arguments).await;
        assert_eq!(outcome.error_kind, None, "{}", outcome.text);
        assert_eq!((upstream.attempts(), upstream.executed()), (1, 1));
    }
}

#[tokio::test]
async fn a_reset_is_survived_where_that_does_no_harm() {
    let resets = [Script::read(1).reset(), Script::read(60).reset(), Script::execute().reset()];
    for fault in resets {
        for kind in Kind::ALL {
            let upstream = Scripted::first([fault.clone()]).await;
            let result = call(&in_front_of(&upstream).await, kind).await;
            if kind.repeatable() {
                assert!(!result.is_error, "{fault:?}: {}", result.text);
                assert_eq!((upstream.attempts(), upstream.executed()), (2, 1 + usize::from(fault.executes())));
            } else {
                assert_outcome_unknown(&upstream, &result);
                assert_eq!(upstream.executed(), usize::from(fault.executes()));
            }
        }
    }
}

#[tokio::test]
async fn resets_without_end_are_not_fought() {
    for kind in Kind::ALL {
        let upstream = Scripted::always(Script::execute().reset()).await;
        let result = call(&in_front_of(&upstream).await, kind).await;
        assert_eq!(result.kind(), "upstream_unavailable");
        assert_eq!(upstream.executed(), if kind.repeatable() { 3 } else { 1 });
        assert_eq!(result.text.contains("is unknown"), kind.writes(), "{}", result.text);
    }
}

/// A connection that the upstream closes while nobody uses it fails no call, not even one that may not be repeated.
#[tokio::test]
async fn a_connection_closed_while_idle_fails_nobody() {
    let upstream = Scripted::always(Script::healthy().close()).await;
    let gateway = in_front_of(&upstream).await;
    for calls in 1..=20 {
        let result = call(&gateway, Kind::Create).await;
        assert!(!result.is_error, "{}", result.text);
        assert_eq!(upstream.executed(), calls);
    }
}

/// Of two calls on one connection, the second is lost with it.
#[tokio::test]
async fn a_reset_of_a_connection_that_served_before_is_a_reset() {
    for kind in Kind::ALL {
        let upstream = Scripted::first([Script::healthy(), Script::execute().reset()]).await;
        let gateway = in_front_of(&upstream).await;
        assert!(!call(&gateway, kind).await.is_error);
        let result = call(&gateway, kind).await;
        assert_eq!(result.is_error, !kind.repeatable(), "{}", result.text);
        assert_eq!(result.text.contains("is unknown"), !kind.repeatable());
        assert_eq!(upstream.executed(), if kind.repeatable() { 3 } else { 2 });
    }
}
