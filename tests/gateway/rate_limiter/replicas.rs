//! Several gateways share a location's rate limit without communicating: all of them follow the same headers.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use super::sandbox_call;
use crate::support::{TestGateway, TestGatewayBuilder, strict_sandbox};

/// The API's rate limit, with a shorter interval.
const MAX: u32 = 100;
const INTERVAL: Duration = Duration::from_secs(3);

/// As many as four intervals allow, so that the calls end within the fourth.
const CALLS: u32 = 4 * MAX;

/// The clients of each gateway.
const CLIENTS: u32 = 20;

#[tokio::test]
async fn three_gateways_share_a_rate_limit_and_no_client_gets_a_429() {
    let upstream = strict_sandbox(MAX, INTERVAL).await;
    let mut gateways = Vec::new();
    for _ in 0..3 {
        gateways.push(TestGatewayBuilder::on(&upstream.url()).start().await);
    }
    let left = std::sync::atomic::AtomicU32::new(CALLS);
    let take = || left.try_update(SEQUENTIAL, SEQUENTIAL, |left| left.checked_sub(1)).is_ok();
    let client = async |gateway: &TestGateway| {
        while take() {
            let response = sandbox_call(gateway).send().await;
            assert!(!response.tool_result().is_error, "{}", response.body);
        }
    };
    let started = Instant::now();
    join_all(gateways.iter().flat_map(|gateway| (0..CLIENTS).map(|_| client(gateway)))).await;
    let elapsed = started.elapsed();
    let intervals = u32::try_from(elapsed.as_millis().div_ceil(INTERVAL.as_millis())).unwrap();
    let allowed = intervals * MAX;
    // Printed, not asserted: how much of an interval is used depends on the load of the machine.
    println!(
        "{CALLS} calls in {elapsed:?}: {} % of the {allowed} that {intervals} intervals allow",
        CALLS * 100 / allowed
    );
}

const SEQUENTIAL: std::sync::atomic::Ordering = std::sync::atomic::Ordering::SeqCst;
