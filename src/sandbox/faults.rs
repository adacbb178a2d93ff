//! Misbehaviour on request: latency, and errors instead of responses.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;

use super::Sandbox;
use super::response::ApiError;

/// A share of all requests, in millionths: from 0 to 1,000,000.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share(u32);

/// A text that is no share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a percentage from 0% to 100%, like 5% or 0.5%")]
pub struct InvalidShare;

const WHOLE: u32 = 1_000_000;

impl FromStr for Share {
    type Err = InvalidShare;

    /// Reads a percentage. The sign is required: without it, `0.5` could be a half as well as half a percent.
    fn from_str(text: &str) -> Result<Self, InvalidShare> {
        let number = text.strip_suffix('%').ok_or(InvalidShare)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 4 {
            return Err(InvalidShare);
        }
        // A percent is 10,000 millionths.
        let parts: u32 = format!("{whole}{fraction:0<4}").parse().map_err(|_| InvalidShare)?;
        if parts <= WHOLE { Ok(Self(parts)) } else { Err(InvalidShare) }
    }
}

/// The misbehaviour of one sandbox.
#[derive(Debug)]
pub struct Faults {
    latency: Duration,
    share: Share,
    /// The number of requests so far.
    requests: AtomicU64,
}

impl Faults {
    pub fn new(latency: Duration, share: Share) -> Self {
        Self { latency, share, requests: AtomicU64::new(0) }
    }

    /// The error of the next request, if it gets one. The first, second, … request of each run fare alike, so that a
    /// run can be repeated.
    fn next(&self) -> Option<StatusCode> {
        let random = scramble(self.requests.fetch_add(1, Ordering::Relaxed));
        let fails = random % u64::from(WHOLE) < u64::from(self.share.0);
        let status =
            if random >> 63 == 0 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::SERVICE_UNAVAILABLE };
        fails.then_some(status)
    }
}

/// The `number`th output of `SplitMix64` with the seed 0 (<https://prng.di.unimi.it/splitmix64.c>). The `rand` crate
/// guarantees no generator that gives the same numbers in its next version.
fn scramble(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The middleware that delays every request.
pub async fn delay(State(sandbox): State<Arc<Sandbox>>, request: Request, next: Next) -> Response {
    if !sandbox.faults.latency.is_zero() {
        tokio::time::sleep(sandbox.faults.latency).await;
    }
    next.run(request).await
}

/// The middleware that fails a share of the requests, before anything is done.
pub async fn inject(State(sandbox): State<Arc<Sandbox>>, request: Request, next: Next) -> Response {
    match sandbox.faults.next() {
        None => next.run(request).await,
        Some(status) => {
            // The words of the real API's framework, which differ in case from the status's own.
            let message = match status {
                StatusCode::INTERNAL_SERVER_ERROR => "Internal server error",
                _ => "Service Unavailable",
            };
            sandbox.respond(Err(ApiError::new(status, message)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_percentage() {
        for (text, parts) in [("0%", 0), ("5%", 50_000), ("0.5%", 5_000), ("12.3456%", 123_456), ("100.0%", WHOLE)] {
            assert_eq!(text.parse(), Ok(Share(parts)), "{text}");
        }
        for text in
            ["", "%", "5", "0.05", "-5%", "+5%", "101%", "100.0001%", "5 %", "5%%", ".5%", "5.%", "1e1%", "NaN%"]
        {
            assert_eq!(text.parse::<Share>(), Err(InvalidShare), "{text}");
        }
    }

    fn first(requests: usize, share: &str) -> Vec<Option<StatusCode>> {
        let faults = Faults::new(Duration::ZERO, share.parse().unwrap());
        (0..requests).map(|_| faults.next()).collect()
    }

    #[test]
    fn the_share_is_kept_and_both_errors_occur() {
        let faults: Vec<StatusCode> = first(10_000, "5%").into_iter().flatten().collect();
        assert!((450..550).contains(&faults.len()), "{}", faults.len());
        let internal = faults.iter().filter(|status| **status == StatusCode::INTERNAL_SERVER_ERROR).count();
        assert!((faults.len() / 3..faults.len() * 2 / 3).contains(&internal), "{internal}");
        assert!(first(1000, "0%").iter().all(Option::is_none));
        assert!(first(1000, "100%").iter().all(Option::is_some));
    }

    #[test]
    fn runs_repeat() {
        assert_eq!(first(1000, "20%"), first(1000, "20%"));
        // The published first outputs of the generator.
        assert_eq!([scramble(0), scramble(1)], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
    }
}
