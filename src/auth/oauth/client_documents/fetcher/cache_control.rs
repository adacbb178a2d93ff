//! How long a document is cached.

use std::ops::RangeInclusive;
use std::time::Duration;

use http::HeaderMap;
use http::header::CACHE_CONTROL;

/// The bounds of a document's lifetime in the cache. The lower one keeps a document from being fetched for every authorization;
/// the upper one is how late a change can be noticed.
pub const LIFETIMES: RangeInclusive<Duration> = Duration::from_mins(5)..=Duration::from_hours(24);

/// How long a response is cached: its `max-age` within `bounds`, and the lower bound if it has none, has several or may not be
/// stored.
pub fn lifetime(headers: &HeaderMap, bounds: &RangeInclusive<Duration>) -> Duration {
    let max_age = max_age(headers).unwrap_or(Duration::ZERO);
    max_age.clamp(*bounds.start(), *bounds.end())
}

fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut found = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in value.to_str().ok()?.split(',') {
            let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "no-cache" => return None,
                "max-age" if found.is_some() => return None,
                "max-age" => found = Some(seconds(argument.trim().trim_matches('"'))?),
                _ => {}
            }
        }
    }
    found
}

/// A number of seconds. One that is too large for an integer is the largest (RFC 9111, 1.2.2).
fn seconds(text: &str) -> Option<Duration> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_lifetime_is_max_age_within_bounds() {
        let cases: [(&[&str], u64); 20] = [
            (&[], 300),
            (&["max-age=0"], 300),
            (&["max-age=299"], 300),
            (&["max-age=301"], 301),
            (&["public, Max-Age=3600, immutable"], 3_600),
            (&["public", "max-age=3600"], 3_600),
            (&["max-age=\"3600\""], 3_600),
            (&["max-age = 3600"], 3_600),
            (&["s-maxage=3600"], 300),
            (&["max-age=86400"], 86_400),
            (&["max-age=86401"], 86_400),
            (&["max-age=99999999999999999999999"], 86_400),
            (&["max-age=3600, no-store"], 300),
            (&["no-cache, max-age=3600"], 300),
            (&["max-age=3600", "max-age=7200"], 300),
            (&["max-age=-1"], 300),
            (&["max-age=+3600"], 300),
            (&["max-age=3600.5"], 300),
            (&["max-age"], 300),
            (&["max-age=3600\u{e9}"], 300),
        ];
        for (values, expected) in cases {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CACHE_CONTROL, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            assert_eq!(lifetime(&headers, &LIFETIMES), Duration::from_secs(expected), "{values:?}");
        }
    }
}
