//! When a request is sent once more.
//!
//! One that surely was not carried out may always be. One that may have been carried out is repeated only if doing it
//! twice is the same as doing it once; a create, an upsert or a message never is.

use std::time::Duration;

use http::StatusCode;

use super::response::Response;
use super::{Endpoint, Error};

/// The pause before the second attempt is between nothing and this; before each further one the bound doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// What is to be done about what came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It stays so.
    Final,
    /// It may be sent once more.
    Repeat,
    /// It may be sent once more when the budget of its location is open again.
    RateLimited,
}

/// Judges what came of an attempt.
pub fn judge(endpoint: &Endpoint, result: &Result<Response, Error>) -> Verdict {
    let repeated = match result {
        Ok(response) => match response.status {
            StatusCode::TOO_MANY_REQUESTS => return Verdict::RateLimited,
            StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => endpoint.idempotent,
            _ => false,
        },
        Err(Error::Unreachable(_)) => true,
        Err(Error::Interrupted(_) | Error::Timeout(_)) => endpoint.idempotent,
        Err(_) => false,
    };
    if repeated { Verdict::Repeat } else { Verdict::Final }
}

/// Whether a request may have been carried out, after what came of an attempt.
pub fn outcome_unknown(result: &Result<Response, Error>) -> bool {
    match result {
        Ok(response) => response.outcome_unknown || response.status != StatusCode::TOO_MANY_REQUESTS,
        Err(error) => error.outcome_unknown(),
    }
}

/// How long to pause before the next attempt: exponential, with full jitter, so that those who failed together do not
/// come back together. `attempts` were made so far.
pub fn pause(attempts: u32) -> Duration {
    let bound = FIRST_PAUSE.saturating_mul(1 << attempts.saturating_sub(1).min(10));
    bound.mul_f64(rand::random())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answer(status: u16) -> Response {
        let status = StatusCode::from_u16(status).unwrap();
        Response { status, body: Bytes::new(), retry_after: None, limit: None, outcome_unknown: false }
    }

    #[test]
    fn only_what_may_be_done_twice_is_repeated_after_an_answer() {
        let read = Endpoint::get("/", "");
        let create = Endpoint::post("/", "");
        for endpoint in [read.clone(), Endpoint::put("/", ""), Endpoint::delete("/", ""), create.clone().idempotent()] {
            for status in [500, 502, 503, 504] {
                assert_eq!(judge(&endpoint, &Ok(answer(status))), Verdict::Repeat, "{endpoint:?} {status}");
            }
            assert_eq!(judge(&endpoint, &Err(Error::Timeout(Duration::ZERO))), Verdict::Repeat);
        }
        for status in [500, 502, 503, 504] {
            assert_eq!(judge(&create, &Ok(answer(status))), Verdict::Final, "{status}");
        }
        assert_eq!(judge(&create, &Err(Error::Timeout(Duration::ZERO))), Verdict::Final);
        for endpoint in [&read, &create] {
            assert_eq!(judge(endpoint, &Ok(answer(429))), Verdict::RateLimited);
            for status in [200, 201, 302, 400, 401, 404, 408, 422, 501, 505] {
                assert_eq!(judge(endpoint, &Ok(answer(status))), Verdict::Final, "{status}");
            }
        }
        assert_eq!(create.method, http::Method::POST);
    }

    #[test]
    fn pauses_grow_and_differ() {
        for attempts in 1..40 {
            let bound = FIRST_PAUSE * 2u32.pow((attempts - 1).min(10));
            assert!((0..100).all(|_| pause(attempts) <= bound));
        }
        let pauses: Vec<Duration> = (0..100).map(|_| pause(3)).collect();
        assert!(pauses.iter().any(|pause| *pause < FIRST_PAUSE) && pauses.iter().any(|pause| *pause > FIRST_PAUSE * 2));
    }
}
