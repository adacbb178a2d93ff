//! The headers of the API's answers that tell its limits.
//!
//! An input is a header a line; one without a colon is a `Retry-After`.

use std::time::{Duration, UNIX_EPOCH};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, HeaderValue};
use leadconnector_mcp::leadconnector::rate_limit_headers::{RateLimit, retry_after};
use leadconnector_mcp::leadconnector::seconds;

/// The longest time that is believed.
const DAY: Duration = Duration::from_hours(24);

/// When the answer came: before 2000, so that dates may lie on either side.
const NOW: Duration = Duration::from_secs(784_111_777);

/// Reads the headers.
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
    let told = RateLimit::read(&headers);
    assert!(told.max != Some(0));
    assert!(told.interval.is_none_or(|interval| !interval.is_zero() && interval <= DAY), "{told:?}");
    // What is told is what the first header of its name says.
    for (name, count) in [
        ("x-ratelimit-max", told.max),
        ("x-ratelimit-remaining", told.remaining),
        ("x-ratelimit-daily-remaining", told.daily_remaining),
    ] {
        let said = headers.get(name).and_then(|value| value.to_str().ok()?.trim().parse::<u128>().ok());
        assert!(
            count.is_none_or(|count| said.is_some_and(|said| said.min(u32::MAX.into()) == count.into())),
            "{told:?}"
        );
        let is_legible = said.is_some_and(|said| said > 0 && said <= u64::MAX.into());
        assert!(!is_legible || count.is_some(), "{headers:?}");
    }

    let asked = retry_after(&headers, UNIX_EPOCH + NOW);
    assert!(asked.is_none_or(|asked| asked <= DAY && seconds(asked) <= DAY.as_secs()), "{asked:?}");
    let said = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    assert!(said.is_none_or(|said| asked == Some(Duration::from_secs(said).min(DAY))), "{asked:?}");
}
