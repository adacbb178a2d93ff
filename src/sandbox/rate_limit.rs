//! The real API's rate limits: a burst limit and a daily one, told in the headers of every answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::time::Instant;

use super::Sandbox;
use super::access::{self, SandboxToken};
use super::response::ApiError;

const DAY: Duration = Duration::from_hours(24);
const DAILY_MAX: u32 = 200_000;
/// What the headers promise when nothing is counted.
const UNLIMITED: u32 = 1_000_000;

/// The requests that each token has left.
#[derive(Debug)]
pub struct RateLimits {
    max: Option<u32>,
    interval: Duration,
    used: Mutex<HashMap<SandboxToken, Usage>>,
}

#[derive(Debug, Clone, Copy)]
struct Usage {
    burst: Interval,
    day: Interval,
}

/// A fixed window: it starts with the first request in it.
#[derive(Debug, Clone, Copy)]
struct Interval {
    start: Instant,
    requests: u32,
}

impl Interval {
    fn renew(&mut self, now: Instant, length: Duration) {
        if now.duration_since(self.start) >= length {
            *self = Self { start: now, requests: 0 };
        }
    }
}

/// The state of a token's budget after a request.
#[derive(Debug, PartialEq, Eq)]
struct LimitStatus {
    admitted: bool,
    max: u32,
    remaining: u32,
    daily_max: u32,
    daily_remaining: u32,
}

impl LimitStatus {
    fn untouched(max: u32, daily_max: u32) -> Self {
        Self { admitted: true, max, remaining: max, daily_max, daily_remaining: daily_max }
    }
}

impl RateLimits {
    pub fn new(max: Option<u32>, interval: Duration) -> Self {
        Self { max, interval, used: Mutex::default() }
    }

    /// Takes one request from the token's budget. A refused request takes nothing.
    fn take(&self, token: Option<SandboxToken>, now: Instant) -> LimitStatus {
        let Some(max) = self.max else {
            return LimitStatus::untouched(UNLIMITED, UNLIMITED);
        };
        // Requests without a valid token get no further than 401, and belong to no budget.
        let Some(token) = token else {
            return LimitStatus::untouched(max, DAILY_MAX);
        };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let unused = Interval { start: now, requests: 0 };
        let usage = used.entry(token).or_insert(Usage { burst: unused, day: unused });
        usage.burst.renew(now, self.interval);
        usage.day.renew(now, DAY);
        let admitted = usage.burst.requests < max && usage.day.requests < DAILY_MAX;
        if admitted {
            usage.burst.requests += 1;
            usage.day.requests += 1;
        }
        LimitStatus {
            admitted,
            max,
            remaining: max - usage.burst.requests,
            daily_max: DAILY_MAX,
            daily_remaining: DAILY_MAX - usage.day.requests,
        }
    }
}

/// The middleware around every route, the unknown ones included.
pub async fn enforce(State(sandbox): State<Arc<Sandbox>>, request: Request, next: Next) -> Response {
    let token = access::token(request.headers()).ok();
    let standing = sandbox.budgets.take(token, Instant::now());
    let mut response = if standing.admitted {
        next.run(request).await
    } else {
        let refusal = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests");
        sandbox.respond(Err(refusal))
    };
    write_headers(response.headers_mut(), &standing, sandbox.budgets.interval);
    response
}

fn write_headers(headers: &mut HeaderMap, standing: &LimitStatus, interval: Duration) {
    let interval_ms = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
    for (name, value) in [
        ("x-ratelimit-max", u64::from(standing.max)),
        ("x-ratelimit-remaining", u64::from(standing.remaining)),
        ("x-ratelimit-interval-milliseconds", interval_ms),
        ("x-ratelimit-limit-daily", u64::from(standing.daily_max)),
        ("x-ratelimit-daily-remaining", u64::from(standing.daily_remaining)),
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
        let budgets = RateLimits::new(Some(2), INTERVAL);
        let now = Instant::now();
        let take = |after_ms| {
            let standing = budgets.take(Some(SandboxToken::Full), now + Duration::from_millis(after_ms));
            (standing.admitted, standing.remaining)
        };
        assert_eq!(take(0), (true, 1));
        assert_eq!(take(9_000), (true, 0));
        assert_eq!(take(9_999), (false, 0));
        assert_eq!(take(10_000), (true, 1));
    }

    #[test]
    fn tokens_do_not_share_a_budget() {
        let budgets = RateLimits::new(Some(1), INTERVAL);
        let now = Instant::now();
        assert!(budgets.take(Some(SandboxToken::Full), now).admitted);
        assert!(budgets.take(Some(SandboxToken::ReadOnly), now).admitted);
        assert!(!budgets.take(Some(SandboxToken::Full), now).admitted);
    }

    #[test]
    fn a_day_ends_the_daily_budget() {
        let budgets = RateLimits::new(Some(u32::MAX), INTERVAL);
        let now = Instant::now();
        for _ in 0..DAILY_MAX {
            assert!(budgets.take(Some(SandboxToken::Full), now).admitted);
        }
        let standing = budgets.take(Some(SandboxToken::Full), now + INTERVAL);
        assert!(!standing.admitted);
        assert_eq!(standing.daily_remaining, 0);
        assert!(budgets.take(Some(SandboxToken::Full), now + DAY).admitted);
    }

    #[test]
    fn nothing_is_counted_without_a_limit() {
        let budgets = RateLimits::new(None, INTERVAL);
        for _ in 0..3 {
            let standing = budgets.take(Some(SandboxToken::Full), Instant::now());
            assert_eq!(standing, LimitStatus::untouched(UNLIMITED, UNLIMITED));
        }
    }
}
