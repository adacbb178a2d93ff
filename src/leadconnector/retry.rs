//! Decides whether a request is retried.
//!
//! A request that was certainly not carried out may always be retried. A request that may have been carried out is retried
//! only if its endpoint is idempotent: a create, an upsert or a message never is.

use std::time::Duration;

use http::StatusCode;

use super::response::Response;
use super::{Endpoint, Error};

/// The upper bound of the pause before the second attempt; it doubles with each further attempt.
const INITIAL_BACKOFF: Duration = Duration::from_millis(200);

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryDecision {
    /// Return the result.
    Return,
    /// Retry after a pause, if the retry budget allows it.
    Retry,
    /// Retry when the rate limiter of the location allows it.
    RateLimited,
}

/// Decides what to do after an attempt, from its endpoint and its result.
pub fn decide(endpoint: &Endpoint, result: &Result<Response, Error>) -> RetryDecision {
    let retry = match result {
        Ok(response) => match response.status {
            StatusCode::TOO_MANY_REQUESTS => return RetryDecision::RateLimited,
            StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => endpoint.idempotent,
            _ => false,
        },
        Err(Error::Unreachable { .. }) => true,
        Err(Error::Interrupted(_) | Error::Timeout(_)) => endpoint.idempotent,
        Err(_) => false,
    };
    if retry { RetryDecision::Retry } else { RetryDecision::Return }
}

/// Whether an attempt with this result may have carried out the request.
pub fn outcome_unknown(result: &Result<Response, Error>) -> bool {
    match result {
        Ok(response) => response.outcome_unknown || response.status != StatusCode::TOO_MANY_REQUESTS,
        Err(error) => error.outcome_unknown(),
    }
}

/// The pause before the next attempt, after `attempts` attempts: exponential backoff with full jitter, so that calls that
/// failed together are not retried together.
pub fn backoff(attempts: u32) -> Duration {
    let bound = INITIAL_BACKOFF.saturating_mul(1 << attempts.saturating_sub(1).min(10));
    bound.mul_f64(rand::random())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn response(status: u16) -> Response {
        let status = StatusCode::from_u16(status).unwrap();
        Response {
            status,
            content_type: None,
            body: Bytes::new(),
            retry_after: None,
            limit: None,
            outcome_unknown: false,
        }
    }

    #[test]
    fn only_idempotent_requests_are_retried_after_a_response() {
        let read = Endpoint::get("/", "");
        let create = Endpoint::post("/", "");
        for endpoint in [read.clone(), Endpoint::put("/", ""), Endpoint::delete("/", ""), create.clone().idempotent()] {
            for status in [500, 502, 503, 504] {
                assert_eq!(decide(&endpoint, &Ok(response(status))), RetryDecision::Retry, "{endpoint:?} {status}");
            }
            assert_eq!(decide(&endpoint, &Err(Error::Timeout(Duration::ZERO))), RetryDecision::Retry);
        }
        for status in [500, 502, 503, 504] {
            assert_eq!(decide(&create, &Ok(response(status))), RetryDecision::Return, "{status}");
        }
        assert_eq!(decide(&create, &Err(Error::Timeout(Duration::ZERO))), RetryDecision::Return);
        for endpoint in [&read, &create] {
            assert_eq!(decide(endpoint, &Ok(response(429))), RetryDecision::RateLimited);
            for status in [200, 201, 302, 400, 401, 404, 408, 422, 501, 505] {
                assert_eq!(decide(endpoint, &Ok(response(status))), RetryDecision::Return, "{status}");
            }
        }
        assert_eq!(create.method, http::Method::POST);
    }

    #[test]
    fn backoff_grows_and_has_jitter() {
        for attempts in 1..40 {
            let bound = INITIAL_BACKOFF * 2u32.pow((attempts - 1).min(10));
            assert!((0..100).all(|_| backoff(attempts) <= bound));
        }
        let pauses: Vec<Duration> = (0..100).map(|_| backoff(3)).collect();
        assert!(
            pauses.iter().any(|pause| *pause < INITIAL_BACKOFF)
                && pauses.iter().any(|pause| *pause > INITIAL_BACKOFF * 2)
        );
    }
}
