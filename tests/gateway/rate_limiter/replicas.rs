//! Several gateways share a location's budget without talking to each other: all of them follow the same headers.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use super::cheap;
use crate::support::{TestGateway, TestGatewayBuilder, strict_sandbox};

/// The API's limit, in a shorter interval.
const MAX: u32 = 100;
const INTERVAL: Duration = Duration::from_secs(3);

/// As many as four intervals allow: the last of them has to begin before the time of four is over.
const CALLS: u32 = 4 * MAX;

/// How many clients each gateway has.
const CLIENTS: u32 = 20;

#[tokio::test]
async fn three_gateways_share_a_budget_and_no_client_sees_a_429() {
    let upstream = strict_sandbox(MAX, INTERVAL).await;
    let mut gateways = Vec::new();
    for _ in 0..3 {
        gateways.push(TestGatewayBuilder::on(&upstream.url()).start().await);
    }
    let left = std::sync::atomic::AtomicU32::new(CALLS);
    let take = || left.try_update(SEQUENTIAL, SEQUENTIAL, |left| left.checked_sub(1)).is_ok();
    let client = async |gateway: &TestGateway| {
        while take() {
            let answer = cheap(gateway).send().await;
            assert!(!answer.tool_result().is_error, "{}", answer.body);
        }
    };
    let began = Instant::now();
    join_all(gateways.iter().flat_map(|gateway| (0..CLIENTS).map(|_| client(gateway)))).await;
    let elapsed = began.elapsed();
    let intervals = u32::try_from(elapsed.as_millis().div_ceil(INTERVAL.as_millis())).unwrap();
    let allowed = intervals * MAX;
    // A share, not a bound: how much of an interval is used depends on how busy the machine is.
    println!(
        "{CALLS} calls in {elapsed:?}: {} % of the {allowed} that {intervals} intervals allow",
        CALLS * 100 / allowed
    );
}

const SEQUENTIAL: std::sync::atomic::Ordering = std::sync::atomic::Ordering::SeqCst;
