//! The rate limit headers of the API's responses.
//!
//! Each line of the input is a header; a line without a colon is the value of a `Retry-After`.

use std::time::{Duration, UNIX_EPOCH};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, HeaderValue};
use leadconnector_mcp::leadconnector::rate_limit_headers::{RateLimit, retry_after};
use leadconnector_mcp::leadconnector::seconds;

/// The longest duration that is accepted.
const DAY: Duration = Duration::from_hours(24);

/// The time of the response: before 2000, so that dates may be before or after it.
const NOW: Duration = Duration::from_secs(784_111_777);

/// Reads the headers and checks the bounds of the result.
pub fn check(input: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n').take(50) {
        let colon = line.iter().position(|byte| *byte == b':');
        let named = colon.and_then(|colon| Some((HeaderName::from_bytes(&line[..colon]).ok()?, &line[colon + 1..])));
        let (name, value) = named.unwrap_or((RETRY_AFTER, line));
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    let limits = RateLimit::read(&headers);
    assert!(limits.max != Some(0));
    assert!(limits.interval.is_none_or(|interval| !interval.is_zero() && interval <= DAY), "{limits:?}");
    // Each number is that of the first header with its name.
    for (name, count) in [
        ("x-ratelimit-max", limits.max),
        ("x-ratelimit-remaining", limits.remaining),
        ("x-ratelimit-daily-remaining", limits.daily_remaining),
    ] {
        let sent = headers.get(name).and_then(|value| value.to_str().ok()?.trim().parse::<u128>().ok());
        assert!(
            count.is_none_or(|count| sent.is_some_and(|sent| sent.min(u32::MAX.into()) == count.into())),
            "{limits:?}"
        );
        let is_well_formed = sent.is_some_and(|sent| sent > 0 && sent <= u64::MAX.into());
        assert!(!is_well_formed || count.is_some(), "{headers:?}");
    }

    let wait = retry_after(&headers, UNIX_EPOCH + NOW);
    assert!(wait.is_none_or(|wait| wait <= DAY && seconds(wait) <= DAY.as_secs()), "{wait:?}");
    let sent = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    assert!(sent.is_none_or(|sent| wait == Some(Duration::from_secs(sent).min(DAY))), "{wait:?}");
}
