//! How the API writes and reads dates.

use jiff::civil::Date;
use jiff::{Timestamp, tz};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// `2026-11-16T09:00:00.000Z`, the way the API writes dates.
pub fn iso(epoch_ms: i64) -> String {
    let timestamp = Timestamp::from_millisecond(epoch_ms).unwrap_or_default();
    format!("{timestamp:.3}")
}

/// The epoch milliseconds of a date that [`iso`] wrote or a client sent in that form.
pub fn epoch_ms(iso: &str) -> Option<i64> {
    let timestamp: Timestamp = iso.parse().ok()?;
    Some(timestamp.as_millisecond())
}

/// A span of time, both ends included, in epoch milliseconds.
pub type Span = (i64, i64);

/// The time that a date in a query means: `2026-11-16` is that whole day in UTC, a date with a time is that moment.
pub fn parse_span(date: &str) -> Option<Span> {
    match date.parse::<Timestamp>() {
        Ok(timestamp) => Some((timestamp.as_millisecond(), timestamp.as_millisecond())),
        Err(_) => whole_day(Date::strptime("%Y-%m-%d", date).ok()?),
    }
}

/// The same for `mm-dd-yyyy`, which only the opportunities service uses.
pub fn parse_american_span(date: &str) -> Option<Span> {
    whole_day(Date::strptime("%m-%d-%Y", date).ok()?)
}

fn whole_day(date: Date) -> Option<Span> {
    let start = date.to_zoned(tz::TimeZone::UTC).ok()?.timestamp();
    let start_ms = start.as_millisecond();
    Some((start_ms, start_ms + DAY_MS - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_in_milliseconds_and_read_back() {
        for written in ["2026-11-16T09:00:00.000Z", "2026-10-31T23:59:00.001Z"] {
            assert_eq!(iso(epoch_ms(written).unwrap()), written);
        }
    }

    #[test]
    fn a_date_alone_is_the_whole_day() {
        let day = (1_793_836_800_000, 1_793_923_199_999);
        assert_eq!(parse_span("2026-11-05"), Some(day));
        assert_eq!(parse_american_span("11-05-2026"), Some(day));
        assert_eq!(
            parse_span("2026-11-05T01:00:00+01:00"),
            Some((day.0, day.0)),
            "a time with an offset is one moment"
        );
    }

    #[test]
    fn other_forms_are_rejected() {
        for wrong in ["", "11/05/2026", "2026-11", "2026-13-01", "tomorrow"] {
            assert_eq!(parse_span(wrong), None, "{wrong}");
            assert_eq!(parse_american_span(wrong), None, "{wrong}");
        }
        assert_eq!(parse_american_span("2026-11-05"), None);
    }
}
