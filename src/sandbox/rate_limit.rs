//! The real API's rate limits: a burst limit and a daily one, reported in the headers of every response.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::Sandbox;
use super::access;
use super::response::ApiError;
use super::tokens::SandboxToken;

const DAY: Duration = Duration::from_hours(24);
const DAILY_MAX: u32 = 200_000;
/// The remaining requests that the headers promise if nothing is counted.
const UNLIMITED: u32 = 1_000_000;

/// The requests of each token, counted against the limits.
#[derive(Debug)]
pub struct RateLimits {
    /// Requests per interval; `None` counts nothing.
    max: Option<u32>,
    interval: Duration,
    usage: Mutex<HashMap<SandboxToken, Usage>>,
}

#[derive(Debug, Clone, Copy)]
struct Usage {
    burst: Interval,
    day: Interval,
}

/// A fixed window, which starts with the first request in it.
#[derive(Debug, Clone, Copy)]
struct Interval {
    start: Instant,
    requests: u32,
}

impl Interval {
    fn roll_over(&mut self, now: Instant, length: Duration) {
        if now.duration_since(self.start) >= length {
            *self = Self { start: now, requests: 0 };
        }
    }
}

/// The state of a token's limits after a request.
#[derive(Debug, PartialEq, Eq)]
struct LimitStatus {
    is_allowed: bool,
    max: u32,
    remaining: u32,
    daily_max: u32,
    daily_remaining: u32,
}

impl LimitStatus {
    /// The limits of a request that is not counted.
    fn uncounted(max: u32, daily_max: u32) -> Self {
        Self { is_allowed: true, max, remaining: max, daily_max, daily_remaining: daily_max }
    }
}

impl RateLimits {
    pub fn new(max: Option<u32>, interval: Duration) -> Self {
        Self { max, interval, usage: Mutex::default() }
    }

    /// Counts one request of a token. A rejected one is not counted.
    fn count(&self, token: Option<SandboxToken>, now: Instant) -> LimitStatus {
        let Some(max) = self.max else {
            return LimitStatus::uncounted(UNLIMITED, UNLIMITED);
        };
        // A request without a valid token gets a 401, and belongs to no token's limits.
        let Some(token) = token else {
            return LimitStatus::uncounted(max, DAILY_MAX);
        };
        let mut usage = self.usage.lock();
        let unused = Interval { start: now, requests: 0 };
        let usage = usage.entry(token.rate_limit_key()).or_insert(Usage { burst: unused, day: unused });
        usage.burst.roll_over(now, self.interval);
        usage.day.roll_over(now, DAY);
        let is_allowed = usage.burst.requests < max && usage.day.requests < DAILY_MAX;
        if is_allowed {
            usage.burst.requests += 1;
            usage.day.requests += 1;
        }
        LimitStatus {
            is_allowed,
            max,
            remaining: max - usage.burst.requests,
            daily_max: DAILY_MAX,
            daily_remaining: DAILY_MAX - usage.day.requests,
        }
    }
}

/// The middleware around every route, and around what has none.
pub async fn enforce(State(sandbox): State<Arc<Sandbox>>, request: Request, next: Next) -> Response {
    let token = access::authenticate(&sandbox, request.headers()).ok();
    let status = sandbox.rate_limits.count(token, Instant::now());
    let mut response = if status.is_allowed {
        next.run(request).await
    } else {
        sandbox.respond(Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests")))
    };
    write_headers(response.headers_mut(), &status, sandbox.rate_limits.interval);
    response
}

fn write_headers(headers: &mut HeaderMap, status: &LimitStatus, interval: Duration) {
    let interval_ms = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
    for (name, value) in [
        ("x-ratelimit-max", u64::from(status.max)),
        ("x-ratelimit-remaining", u64::from(status.remaining)),
        ("x-ratelimit-interval-milliseconds", interval_ms),
        ("x-ratelimit-limit-daily", u64::from(status.daily_max)),
        ("x-ratelimit-daily-remaining", u64::from(status.daily_remaining)),
    ] {
        headers.insert(name, HeaderValue::from(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(10);

    #[test]
    fn a_window_starts_with_its_first_request() {
        let limits = RateLimits::new(Some(2), INTERVAL);
        let now = Instant::now();
        let count = |after_ms| {
            let status = limits.count(Some(SandboxToken::Full), now + Duration::from_millis(after_ms));
            (status.is_allowed, status.remaining)
        };
        assert_eq!(count(0), (true, 1));
        assert_eq!(count(9_000), (true, 0));
        assert_eq!(count(9_999), (false, 0));
        assert_eq!(count(10_000), (true, 1));
    }

    #[test]
    fn tokens_do_not_share_their_limits() {
        let limits = RateLimits::new(Some(1), INTERVAL);
        let now = Instant::now();
        assert!(limits.count(Some(SandboxToken::Full), now).is_allowed);
        assert!(limits.count(Some(SandboxToken::ReadOnly), now).is_allowed);
        assert!(!limits.count(Some(SandboxToken::Full), now).is_allowed);
    }

    #[test]
    fn the_daily_limit_ends_with_the_day() {
        let limits = RateLimits::new(Some(u32::MAX), INTERVAL);
        let now = Instant::now();
        for _ in 0..DAILY_MAX {
            assert!(limits.count(Some(SandboxToken::Full), now).is_allowed);
        }
        let status = limits.count(Some(SandboxToken::Full), now + INTERVAL);
        assert!(!status.is_allowed);
        assert_eq!(status.daily_remaining, 0);
        assert!(limits.count(Some(SandboxToken::Full), now + DAY).is_allowed);
    }

    #[test]
    fn nothing_is_counted_without_a_limit() {
        let limits = RateLimits::new(None, INTERVAL);
        for _ in 0..3 {
            let status = limits.count(Some(SandboxToken::Full), Instant::now());
            assert_eq!(status, LimitStatus::uncounted(UNLIMITED, UNLIMITED));
        }
    }
}
