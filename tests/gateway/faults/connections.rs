//! Connections that are refused, reset or closed.

use super::{CallKind, assert_outcome_unknown, call, gateway_for, refused_then_served};
use crate::support::{Script, Scripted, TestGatewayBuilder};

#[tokio::test]
async fn a_refused_connection_sends_nothing_and_is_retried() {
    for kind in CallKind::ALL {
        let closed = Scripted::closed();
        let result = call(&TestGatewayBuilder::on(&closed.url()).start().await, kind).await;
        assert_eq!(result.kind(), "upstream_unavailable");
        assert!(result.text.contains("Nothing was sent") && !result.text.contains("unknown"), "{}", result.text);

        let (tool, arguments) = kind.call();
        let (upstream, outcome) = Box::pin(refused_then_served(closed, tool, arguments)).await;
        assert_eq!(outcome.error_kind, None, "{}", outcome.text);
        assert_eq!((upstream.attempts(), upstream.executed()), (1, 1));
    }
}

#[tokio::test]
async fn a_call_is_retried_after_a_reset_if_it_is_idempotent() {
    let resets = [Script::read(1).reset(), Script::read(60).reset(), Script::execute().reset()];
    for fault in resets {
        for kind in CallKind::ALL {
            let upstream = Scripted::first([fault.clone()]).await;
            let result = call(&gateway_for(&upstream).await, kind).await;
            if kind.idempotent() {
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
async fn attempts_are_limited_when_every_connection_is_reset() {
    for kind in CallKind::ALL {
        let upstream = Scripted::always(Script::execute().reset()).await;
        let result = call(&gateway_for(&upstream).await, kind).await;
        assert_eq!(result.kind(), "upstream_unavailable");
        assert_eq!(upstream.executed(), if kind.idempotent() { 3 } else { 1 });
        assert_eq!(result.text.contains("is unknown"), kind.writes(), "{}", result.text);
    }
}

/// Not even a call that is not idempotent.
#[tokio::test]
async fn a_connection_closed_while_idle_fails_no_call() {
    let upstream = Scripted::always(Script::healthy().close()).await;
    let gateway = gateway_for(&upstream).await;
    for calls in 1..=20 {
        let result = call(&gateway, CallKind::Create).await;
        assert!(!result.is_error, "{}", result.text);
        assert_eq!(upstream.executed(), calls);
    }
}

/// The second of two calls on one connection is lost with the connection.
#[tokio::test]
async fn a_reset_of_a_reused_connection_is_a_reset() {
    for kind in CallKind::ALL {
        let upstream = Scripted::first([Script::healthy(), Script::execute().reset()]).await;
        let gateway = gateway_for(&upstream).await;
        assert!(!call(&gateway, kind).await.is_error);
        let result = call(&gateway, kind).await;
        assert_eq!(result.is_error, !kind.idempotent(), "{}", result.text);
        assert_eq!(result.text.contains("is unknown"), !kind.idempotent());
        assert_eq!(upstream.executed(), if kind.idempotent() { 3 } else { 2 });
    }
}
