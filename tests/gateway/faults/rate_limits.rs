//! 429 in spite of the budget: waited for where there is time, told at once where there is none.

use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use serde_json::json;

use super::{Kind, call, in_front_of};
use crate::support::{Answer, LOCATION, Script, Scripted, TestGateway, TestGatewayBuilder, answer};

/// More than any test machine's hiccup, and less than the deadline of a call.
const SOON: Duration = Duration::from_secs(20);

fn too_many(header: &str, value: &str) -> Script {
    Script::refuse().write(answer(429, &[(header, value)], r#"{"message":"Too Many Requests"}"#))
}

fn in_two_seconds() -> String {
    httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2))
}

#[tokio::test]
async fn every_call_is_served_in_the_end() {
    let date = in_two_seconds();
    for (header, value) in
        [("retry-after", "1"), ("retry-after", date.as_str()), ("x-ratelimit-interval-milliseconds", "200")]
    {
        // As many as one call may meet, so that none of them has to fail.
        let upstream = Scripted::first(vec![too_many(header, value); 2]).await;
        let gateway = in_front_of(&upstream).await;
        let results = join_all((0..30).map(|call| super::call(&gateway, Kind::ALL[call % 3]))).await;
        for result in results {
            assert!(!result.is_error, "{header}: {value}: {}", result.text);
        }
        assert_eq!((upstream.executed(), upstream.attempts()), (30, 32));
    }
}

/// Longer than a call is usually patient: with more attempts it is served too.
#[tokio::test]
async fn a_long_storm_is_sat_out() {
    let upstream = Scripted::first(vec![too_many("x-ratelimit-interval-milliseconds", "50"); 25]).await;
    let gateway =
        TestGatewayBuilder::on(&upstream.url()).settings(|settings| settings.upstream.max_attempts = 26).start().await;
    let results = join_all((0..30).map(|call| super::call(&gateway, Kind::ALL[call % 3]))).await;
    assert!(results.iter().all(|result| !result.is_error), "{results:?}");
    assert_eq!((upstream.executed(), upstream.attempts()), (30, 55));
}

/// One that does not end is told as what it is, and is not fought.
#[tokio::test]
async fn a_storm_without_end_is_told() {
    for kind in Kind::ALL {
        let upstream = Scripted::always(too_many("x-ratelimit-interval-milliseconds", "50")).await;
        let result = call(&in_front_of(&upstream).await, kind).await;
        assert_eq!(result.kind(), "rate_limited");
        assert!(!result.text.contains("unknown"), "{}", result.text);
        assert_eq!((upstream.attempts(), upstream.executed()), (3, 0));
    }
}

/// One absurd answer must not close a location for a day.
#[tokio::test]
async fn an_absurd_wait_is_believed_for_minutes_only() {
    for (header, value) in [("retry-after", "86400"), ("x-ratelimit-interval-milliseconds", "86400000")] {
        let upstream = Scripted::always(too_many(header, value)).await;
        let result = call(&in_front_of(&upstream).await, Kind::Read).await;
        let wait = result.json()["error"]["wait_seconds"].as_u64().unwrap();
        assert!((290..=300).contains(&wait), "{header}: {}", result.text);
    }
}

async fn call_as(gateway: &TestGateway, token: &str, location: &str) -> Answer {
    let (tool, arguments) = Kind::Create.call();
    gateway.tool(tool, arguments).token(token).header("locationid", location).send().await
}

#[tokio::test]
async fn what_would_take_too_long_is_told_at_once_and_slows_nobody_else() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_mins(2));
    for (header, value, at_least) in [
        ("retry-after", "120", 100),
        ("retry-after", date.as_str(), 90),
        ("x-ratelimit-interval-milliseconds", "120000", 100),
    ] {
        let started = tokio::time::Instant::now();
        let upstream = Scripted::first([too_many(header, value)]).await;
        let gateway = in_front_of(&upstream).await;
        for calls in 0..3 {
            let result = call_as(&gateway, "pit-spent", LOCATION).await.tool_result();
            assert_eq!(result.kind(), "rate_limited", "{}", result.text);
            let error = &result.json()["error"];
            assert_eq!(error["limit"], "burst", "{}", result.text);
            let wait = error["wait_seconds"].as_u64().unwrap();
            assert!((at_least..=121).contains(&wait), "call {calls}: {}", result.text);
            assert_eq!(upstream.attempts(), 1, "it is sent once, and then not at all");
        }
        // The same location with another token, and the same token at another location.
        for (token, location) in [("pit-other", LOCATION), ("pit-spent", "OTHERxLOCATION")] {
            let calls = (0..20).map(|_| call_as(&gateway, token, location));
            for answer in join_all(calls).await {
                assert_eq!(answer.tool_result().data(), json!({}));
            }
        }
        assert_eq!(upstream.executed(), 40);
        assert!(started.elapsed() < SOON, "nobody waited: {:?}", started.elapsed());
    }
}
