//! An upstream that always fails does not get three times as many requests.

use std::ops::RangeInclusive;

use futures_util::stream::{self, StreamExt};
use serde_json::json;
use tokio::time::Instant;

use super::gateway_for;
use crate::support::{Logs, Script, Scripted, TestGateway, answer};

/// The retries that a location has in 10 s beyond a tenth of its calls.
const RESERVE: usize = 10;

/// A rate limit so high that only the retry budget limits the requests.
const HIGH_LIMIT: (&str, &str) = ("x-ratelimit-max", "100000");

fn failing() -> Script {
    Script::execute().write(answer(503, &[HIGH_LIMIT, ("x-ratelimit-remaining", "99999")], "{}"))
}

fn location(subject: &str) -> String {
    format!("{subject}{}", uuid::Uuid::new_v4().simple())
}

/// Makes `count` calls of these locations, 16 at a time, and returns how many failed.
async fn calls(gateway: &TestGateway, locations: &[String], count: usize) -> usize {
    let call = |call: usize| async move {
        let post = gateway.tool("contacts_get-contact", json!({ "contactId": "c1" }));
        post.header("locationid", &locations[call % locations.len()]).send().await.tool_result().is_error
    };
    stream::iter(0..count).map(call).buffer_unordered(16).filter(|failed| std::future::ready(*failed)).count().await
}

/// The number of requests that this many failing calls may have caused since then.
fn allowed(calls: usize, reserve: usize, since: Instant) -> RangeInclusive<usize> {
    // The budget expires by tenths of its 10 s, so that a little more than 9 s may be two spans.
    let spans = usize::try_from(since.elapsed().as_secs()).unwrap() / 9 + 1;
    calls + reserve..=calls + calls.div_ceil(10) + reserve * spans
}

#[tokio::test]
async fn the_retries_of_a_failing_location_are_limited() {
    let logs = Logs::capture();
    let upstream = Scripted::always(failing()).await;
    let gateway = gateway_for(&upstream).await;
    let (location, started) = (location("budget"), Instant::now());
    assert_eq!(calls(&gateway, std::slice::from_ref(&location), 200).await, 200);
    let (requests, allowed) = (upstream.executed(), allowed(200, RESERVE, started));
    assert!(allowed.contains(&requests), "{requests} of {allowed:?}");
    let warnings = logs.own_lines_with(&location);
    let warnings: Vec<_> = warnings.iter().filter(|line| line["level"] == "WARN").collect();
    assert_eq!(warnings.len(), 1, "one for all calls: {warnings:?}");
    assert!(warnings[0].to_string().contains("the retry budget of a location is exhausted"));
}

#[tokio::test]
async fn the_retries_of_several_failing_locations_are_limited() {
    let upstream = Scripted::always(failing()).await;
    let gateway = gateway_for(&upstream).await;
    let locations: Vec<String> = (0..4).map(|_| location("together")).collect();
    let started = Instant::now();
    assert_eq!(calls(&gateway, &locations, 240).await, 240);
    let (requests, allowed) = (upstream.executed(), allowed(240, RESERVE * locations.len(), started));
    assert!(allowed.contains(&requests), "{requests} of {allowed:?}");
}

/// However many locations fail.
#[tokio::test]
async fn failing_locations_do_not_use_the_retries_of_another() {
    let healthy = Script::execute().write(answer(200, &[HIGH_LIMIT, ("x-ratelimit-remaining", "99999")], "{}"));
    let upstream = Scripted::with(vec![healthy; 200], failing()).await;
    let gateway = gateway_for(&upstream).await;
    let other = location("other");
    let bad: Vec<String> = (0..60).map(|_| location("bad")).collect();
    assert_eq!(calls(&gateway, std::slice::from_ref(&other), 200).await, 0);
    // Each of them fails without exhausting its own retry budget.
    assert_eq!(calls(&gateway, &bad, 240).await, 240);
    let before = upstream.executed();
    assert_eq!(calls(&gateway, &[other], 1).await, 1);
    assert_eq!(upstream.executed() - before, 3);
}
