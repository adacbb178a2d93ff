//! Outages of HighLevel's token endpoint: 503 and never `invalid_grant`, at which clients throw their tokens away.

use std::time::Duration;

use leadconnector_mcp::sandbox::OauthFault;

use super::super::assertions::assert_error;
use super::super::steps::{REDIRECT, redeem, refresh, register, token};
use super::AtSandbox;
use crate::support::{Answer, Clock};

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    assert_error(answer, 503, "temporarily_unavailable");
    assert!(answer.header("retry-after").parse::<u32>().is_ok(), "{answer:?}");
}

#[tokio::test]
async fn a_failure_that_passes_loses_neither_code_nor_token() {
    let at = AtSandbox::start().await;
    let client_id = register(&at.gateway, &[REDIRECT]).await;
    for link in ["location", "agency-with-location"] {
        let code = at.code(&client_id, link).await;
        let faults = [OauthFault::InternalError, OauthFault::TooManyRequests { retry_after_seconds: 7 }];
        for fault in faults {
            at.controls.set_fault(fault);
            assert_unavailable(&redeem(&at.gateway, &client_id, &code).await);
        }
        at.controls.set_fault(OauthFault::None);
        let tokens = redeem(&at.gateway, &client_id, &code).await;
        assert_eq!(tokens.status, 200, "{link}: {}", tokens.body);
        let refresh_token = token(&tokens.json(), "refresh_token");
        for fault in faults {
            at.controls.set_fault(fault);
            assert_unavailable(&refresh(&at.gateway, &client_id, &refresh_token).await);
        }
        at.controls.set_fault(OauthFault::None);
        let refreshed = refresh(&at.gateway, &client_id, &refresh_token).await;
        assert_eq!(refreshed.status, 200, "{link}: {}", refreshed.body);
    }
}

#[tokio::test]
async fn an_unreachable_highlevel_is_an_outage() {
    use leadconnector_mcp::config::OperatorKey;

    let at = AtSandbox::start().await;
    let key = OperatorKey::random();
    let at = AtSandbox { gateway: AtSandbox::gateway(&at.sandbox, &key, |_| ()).await, ..at };
    let connected = at.connect("location").await;
    let code = at.code(&connected.client_id, "location").await;
    for upstream in [
        crate::support::RawUpstream::answering(b"").await,
        crate::support::RawUpstream::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await,
        crate::support::RawUpstream::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{").await,
        crate::support::RawUpstream::answering(b"HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n")
            .await,
        crate::support::RawUpstream::answering(b"HTTP/1.1 503 Down\r\ncontent-length: 6\r\n\r\n<html>").await,
    ] {
        let gateway = crate::support::TestGatewayBuilder::on(&upstream.url()).oauth(&key).start().await;
        assert_unavailable(&redeem(&gateway, &connected.client_id, &code).await);
        assert_unavailable(&refresh(&gateway, &connected.client_id, &connected.refresh).await);
    }
    assert_eq!(redeem(&at.gateway, &connected.client_id, &code).await.status, 200, "neither is used up");
    assert_eq!(refresh(&at.gateway, &connected.client_id, &connected.refresh).await.status, 200);
}

/// The hardest case: HighLevel carries out the refresh, and its answer comes too late. For 30 s it gives the same answer again.
#[tokio::test]
async fn a_lost_answer_costs_no_connection_if_the_client_tries_again() {
    let at = AtSandbox::start().await;
    let connected = at.connect("location").await;
    let clock = Clock::stop();
    at.controls.set_fault(OauthFault::Delay(Duration::from_mins(1)));
    let slow = refresh(&at.gateway, &connected.client_id, &connected.refresh);
    let (answer, time) = clock.advance_until("an answer in spite of the slow API", slow).await;
    assert_unavailable(&answer);
    assert!(time < Duration::from_secs(20), "Claude waits 30 s for a refresh: {time:?}");
    clock.resume();
    at.controls.set_fault(OauthFault::None);
    at.controls.advance(Duration::from_secs(20));
    let answer = refresh(&at.gateway, &connected.client_id, &connected.refresh).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(at.works(&token(&answer.json(), "access_token")).await);
}

#[tokio::test]
async fn a_slow_exchange_ends_before_the_client_gives_up() {
    let at = AtSandbox::start().await;
    let client_id = register(&at.gateway, &[REDIRECT]).await;
    let code = at.code(&client_id, "location").await;
    let clock = Clock::stop();
    at.controls.set_fault(OauthFault::Delay(Duration::from_mins(1)));
    let slow = redeem(&at.gateway, &client_id, &code);
    let (answer, time) = clock.advance_until("an answer in spite of the slow API", slow).await;
    assert_unavailable(&answer);
    assert!(time < Duration::from_secs(10), "Claude waits 10 s for a token: {time:?}");
}
