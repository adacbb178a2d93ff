//! An upstream that fails all the time is not asked three times as often for it.

use std::ops::RangeInclusive;

use futures_util::stream::{self, StreamExt};
use serde_json::json;
use tokio::time::Instant;

use super::in_front_of;
use crate::support::{Logs, Script, Scripted, TestGateway, answer};

/// The retries that a location has in 10 s beyond the tenth.
const RESERVE: usize = 10;

/// So many requests are allowed that it is the retries that count.
const AMPLE: (&str, &str) = ("x-ratelimit-max", "100000");

fn failing() -> Script {
    Script::execute().write(answer(503, &[AMPLE, ("x-ratelimit-remaining", "99999")], "{}"))
}

fn location(subject: &str) -> String {
    format!("{subject}{}", uuid::Uuid::new_v4().simple())
}

/// So many calls of these locations, some at a time; gives the number of those that failed.
async fn calls(gateway: &TestGateway, locations: &[String], count: usize) -> usize {
    let call = |call: usize| async move {
        let post = gateway.tool("contacts_get-contact", json!({ "contactId": "c1" }));
        post.header("locationid", &locations[call % locations.len()]).send().await.tool_result().is_error
    };
    stream::iter(0..count).map(call).buffer_unordered(16).filter(|failed| std::future::ready(*failed)).count().await
}

/// The requests that so many failing calls may have caused since then.
fn allowed(calls: usize, reserve: usize, since: Instant) -> RangeInclusive<usize> {
    // It forgets by tenths of the 10 s, so that a little more than 9 s may be two spans.
    let spans = usize::try_from(since.elapsed().as_secs()).unwrap() / 9 + 1;
    calls + reserve..=calls + calls.div_ceil(10) + reserve * spans
}

#[tokio::test]
async fn a_failing_location_is_not_hammered() {
    let logs = Logs::capture();
    let upstream = Scripted::always(failing()).await;
    let gateway = in_front_of(&upstream).await;
    let (location, started) = (location("budget"), Instant::now());
    assert_eq!(calls(&gateway, std::slice::from_ref(&location), 200).await, 200);
    let (requests, allowed) = (upstream.executed(), allowed(200, RESERVE, started));
    assert!(allowed.contains(&requests), "{requests} of {allowed:?}");
    let warnings = logs.own_lines_with(&location);
    let warnings: Vec<_> = warnings.iter().filter(|line| line["level"] == "WARN").collect();
    assert_eq!(warnings.len(), 1, "once for all of them: {warnings:?}");
    assert!(warnings[0].to_string().contains("the retry budget of a location is exhausted"));
}

#[tokio::test]
async fn failing_locations_together_are_not_either() {
    let upstream = Scripted::always(failing()).await;
    let gateway = in_front_of(&upstream).await;
    let locations: Vec<String> = (0..4).map(|_| location("together")).collect();
    let started = Instant::now();
    assert_eq!(calls(&gateway, &locations, 240).await, 240);
    let (requests, allowed) = (upstream.executed(), allowed(240, RESERVE * locations.len(), started));
    assert!(allowed.contains(&requests), "{requests} of {allowed:?}");
}

/// However many are in trouble, they do not use up what there is for another.
#[tokio::test]
async fn a_failing_location_leaves_the_others_their_retries() {
    let healthy = Script::execute().write(answer(200, &[AMPLE, ("x-ratelimit-remaining", "99999")], "{}"));
    let upstream = Scripted::with(vec![healthy; 200], failing()).await;
    let gateway = in_front_of(&upstream).await;
    let other = location("other");
    let bad: Vec<String> = (0..60).map(|_| location("bad")).collect();
    assert_eq!(calls(&gateway, std::slice::from_ref(&other), 200).await, 0);
    // All of them are in trouble until the end: none has used its own retries up.
    assert_eq!(calls(&gateway, &bad, 240).await, 240);
    let before = upstream.executed();
    assert_eq!(calls(&gateway, &[other], 1).await, 1);
    assert_eq!(upstream.executed() - before, 3);
}
