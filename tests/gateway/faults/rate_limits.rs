//! 429 responses despite the rate limiter: calls wait if they have time, and fail at once if not.

use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use serde_json::json;

use super::{CallKind, call, gateway_for};
use crate::support::{Answer, LOCATION, Script, Scripted, TestGateway, TestGatewayBuilder, answer};

/// Longer than any pause of a loaded test machine, and shorter than the deadline of a call.
const SOON: Duration = Duration::from_secs(20);

fn too_many(header: &str, value: &str) -> Script {
    Script::refuse().write(answer(429, &[(header, value)], r#"{"message":"Too Many Requests"}"#))
}

fn in_two_seconds() -> String {
    httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2))
}

#[tokio::test]
async fn every_call_succeeds_eventually() {
    let date = in_two_seconds();
    for (header, value) in
        [("retry-after", "1"), ("retry-after", date.as_str()), ("x-ratelimit-interval-milliseconds", "200")]
    {
        // One call may get all of them, so they are fewer than its attempts.
        let upstream = Scripted::first(vec![too_many(header, value); 2]).await;
        let gateway = gateway_for(&upstream).await;
        let results = join_all((0..30).map(|call| super::call(&gateway, CallKind::ALL[call % 3]))).await;
        for result in results {
            assert!(!result.is_error, "{header}: {value}: {}", result.text);
        }
        assert_eq!((upstream.executed(), upstream.attempts()), (30, 32));
    }
}

/// With enough attempts, calls succeed after any number of 429 responses.
#[tokio::test]
async fn a_long_series_of_429_responses_is_survived() {
    let upstream = Scripted::first(vec![too_many("x-ratelimit-interval-milliseconds", "50"); 25]).await;
    let gateway =
        TestGatewayBuilder::on(&upstream.url()).settings(|settings| settings.upstream.max_attempts = 26).start().await;
    let results = join_all((0..30).map(|call| super::call(&gateway, CallKind::ALL[call % 3]))).await;
    assert!(results.iter().all(|result| !result.is_error), "{results:?}");
    assert_eq!((upstream.executed(), upstream.attempts()), (30, 55));
}

/// The number of attempts is limited.
#[tokio::test]
async fn an_endless_series_of_429_responses_is_reported() {
    for kind in CallKind::ALL {
        let upstream = Scripted::always(too_many("x-ratelimit-interval-milliseconds", "50")).await;
        let result = call(&gateway_for(&upstream).await, kind).await;
        assert_eq!(result.kind(), "rate_limited");
        assert!(!result.text.contains("unknown"), "{}", result.text);
        assert_eq!((upstream.attempts(), upstream.executed()), (3, 0));
    }
}

/// A single absurd response must not block a location for a day.
#[tokio::test]
async fn an_absurd_retry_after_is_capped_at_minutes() {
    for (header, value) in [("retry-after", "86400"), ("x-ratelimit-interval-milliseconds", "86400000")] {
        let upstream = Scripted::always(too_many(header, value)).await;
        let result = call(&gateway_for(&upstream).await, CallKind::Read).await;
        let wait = result.json()["error"]["wait_seconds"].as_u64().unwrap();
        assert!((290..=300).contains(&wait), "{header}: {}", result.text);
    }
}

async fn call_as(gateway: &TestGateway, token: &str, location: &str) -> Answer {
    let (tool, arguments) = CallKind::Create.call();
    gateway.tool(tool, arguments).token(token).header("locationid", location).send().await
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_fails_at_once_and_affects_no_other_caller() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_mins(2));
    for (header, value, at_least) in [
        ("retry-after", "120", 100),
        ("retry-after", date.as_str(), 90),
        ("x-ratelimit-interval-milliseconds", "120000", 100),
    ] {
        let started = tokio::time::Instant::now();
        let upstream = Scripted::first([too_many(header, value)]).await;
        let gateway = gateway_for(&upstream).await;
        for calls in 0..3 {
            let result = call_as(&gateway, "pit-limited", LOCATION).await.tool_result();
            assert_eq!(result.kind(), "rate_limited", "{}", result.text);
            let error = &result.json()["error"];
            assert_eq!(error["limit"], "burst", "{}", result.text);
            let wait = error["wait_seconds"].as_u64().unwrap();
            assert!((at_least..=121).contains(&wait), "call {calls}: {}", result.text);
            assert_eq!(upstream.attempts(), 1, "only the first call is sent");
        }
        // The same location with another token, and the same token at another location.
        for (token, location) in [("pit-other", LOCATION), ("pit-limited", "OTHERxLOCATION")] {
            let calls = (0..20).map(|_| call_as(&gateway, token, location));
            for response in join_all(calls).await {
                assert_eq!(response.tool_result().data(), json!({}));
            }
        }
        assert_eq!(upstream.executed(), 40);
        assert!(started.elapsed() < SOON, "no call waited: {:?}", started.elapsed());
    }
}
