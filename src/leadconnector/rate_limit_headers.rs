//! Reads the API's rate limits from response headers: requests per interval, and requests per day.
//!
//! Source: the `X-RateLimit-*` headers that the API documents. It does not document `Retry-After`, but a CDN in front of
//! it may send one (RFC 9110 section 10.2.3).

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// The longest duration that is accepted from a header.
const MAX_DURATION: Duration = Duration::from_hours(24);

/// The limits of a token and location that a response reports. A header that is missing or malformed is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// The requests allowed per interval; at least 1.
    pub max: Option<u32>,
    /// The requests remaining in this interval.
    pub remaining: Option<u32>,
    /// The length of the interval; from 1 ms to one day.
    pub interval: Option<Duration>,
    /// The requests remaining today.
    pub daily_remaining: Option<u32>,
}

/// The API's two rate limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Requests per interval of 10 s.
    Burst,
    /// Requests per day.
    Day,
}

impl Limit {
    /// The name in results and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Burst => "burst",
            Self::Day => "day",
        }
    }
}

impl RateLimit {
    /// Reads the headers of a response.
    pub fn read(headers: &HeaderMap) -> Self {
        let number = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
        // A number above u32::MAX is no limit in practice.
        let count = |name: &str| number(name).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        let interval = number("x-ratelimit-interval-milliseconds").map(Duration::from_millis);
        Self {
            max: count("x-ratelimit-max").filter(|max| *max > 0),
            remaining: count("x-ratelimit-remaining"),
            interval: interval.filter(|interval| !interval.is_zero() && *interval <= MAX_DURATION),
            daily_remaining: count("x-ratelimit-daily-remaining"),
        }
    }
}

/// The `Retry-After` header of a response: a number of seconds, or a date. Capped at one day.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        // A date in the past means no wait.
        Err(_) => httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(wait.min(MAX_DURATION))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| (HeaderName::from_static(name), value.parse().unwrap());
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn the_headers_of_the_api_are_read() {
        let read = RateLimit::read(&headers(&[
            ("x-ratelimit-max", "100"),
            ("x-ratelimit-remaining", " 7 "),
            ("x-ratelimit-interval-milliseconds", "10000"),
            ("x-ratelimit-daily-remaining", "199999"),
        ]));
        let interval = Some(Duration::from_secs(10));
        assert_eq!(read, RateLimit { max: Some(100), remaining: Some(7), interval, daily_remaining: Some(199_999) });
        assert_eq!(RateLimit::read(&HeaderMap::new()), RateLimit::default());
    }

    #[test]
    fn impossible_values_are_ignored() {
        let read = RateLimit::read(&headers(&[
            ("x-ratelimit-max", "0"),
            ("x-ratelimit-remaining", "-1"),
            ("x-ratelimit-interval-milliseconds", "0"),
            ("x-ratelimit-daily-remaining", "99999999999"),
        ]));
        assert_eq!(read, RateLimit { daily_remaining: Some(u32::MAX), ..RateLimit::default() });
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        let wait = |value| retry_after(&headers(&[("retry-after", value)]), now);
        assert_eq!(wait("3"), Some(Duration::from_secs(3)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:42 GMT"), Some(Duration::from_secs(5)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("99999999999999"), Some(MAX_DURATION));
        for malformed in ["", "soon", "-1", "1.5", "Sun, 99 Nov 1994 08:49:42 GMT"] {
            assert_eq!(wait(malformed), None, "{malformed:?}");
        }
    }

    proptest! {
        #[test]
        fn any_headers_give_values_within_bounds(values in prop::array::uniform5(prop::collection::vec(any::<u8>(), 0..40))) {
            let names = ["max", "remaining", "interval-milliseconds", "daily-remaining"].map(|name| format!("x-ratelimit-{name}"));
            let names = names.iter().map(String::as_str).chain(["retry-after"]);
            let mut headers = HeaderMap::new();
            for (name, value) in names.zip(&values) {
                if let Ok(value) = HeaderValue::from_bytes(value) {
                    headers.insert(HeaderName::try_from(name).unwrap(), value);
                }
            }
            let read = RateLimit::read(&headers);
            prop_assert!(read.max != Some(0));
            prop_assert!(read.interval.is_none_or(|interval| !interval.is_zero() && interval <= MAX_DURATION));
            prop_assert!(retry_after(&headers, SystemTime::now()).is_none_or(|wait| wait <= MAX_DURATION));
        }
    }
}
