//! The sandbox's calendar: when its clock stands, and how its API writes and reads dates.

use jiff::civil::Date;
use jiff::{Timestamp, tz};

/// 2026-11-01T00:00:00Z, in epoch milliseconds: what the data's dates are counted from.
const NOVEMBER: i64 = 1_793_491_200_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Where the clock stands at the start: 2026-11-16T09:00:00Z.
pub const START: i64 = november(16, 9, 0);

/// How far the clock moves with each write: far enough to keep the order of writes visible.
pub const TICK_MS: i64 = 1000;

/// A moment of November 2026, UTC, in epoch milliseconds. Day 0 and below reach back into October and before.
pub const fn november(day: i64, hour: i64, minute: i64) -> i64 {
    NOVEMBER + (day - 1) * DAY_MS + (hour * 60 + minute) * 60 * 1000
}

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

/// What a client means by a date: `2026-11-16` is that whole day in UTC, a date with a time is that moment.
pub fn span_of(date: &str) -> Option<Span> {
    match date.parse::<Timestamp>() {
        Ok(timestamp) => Some((timestamp.as_millisecond(), timestamp.as_millisecond())),
        Err(_) => whole_day(Date::strptime("%Y-%m-%d", date).ok()?),
    }
}

/// The same for `mm-dd-yyyy`, which only the opportunities service uses.
pub fn span_of_american(date: &str) -> Option<Span> {
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
        assert_eq!(iso(START), "2026-11-16T09:00:00.000Z");
        assert_eq!(iso(november(0, 23, 59)), "2026-10-31T23:59:00.000Z");
        assert_eq!(epoch_ms(&iso(START)), Some(START));
    }

    #[test]
    fn a_date_alone_is_the_whole_day() {
        let day = (november(5, 0, 0), november(6, 0, 0) - 1);
        assert_eq!(span_of("2026-11-05"), Some(day));
        assert_eq!(span_of_american("11-05-2026"), Some(day));
        assert_eq!(span_of("2026-11-05T01:00:00+01:00"), Some((day.0, day.0)), "a time with an offset is one moment");
    }

    #[test]
    fn other_forms_are_refused() {
        for wrong in ["", "11/05/2026", "2026-11", "2026-13-01", "tomorrow"] {
            assert_eq!(span_of(wrong), None, "{wrong}");
            assert_eq!(span_of_american(wrong), None, "{wrong}");
        }
        assert_eq!(span_of_american("2026-11-05"), None);
    }
}
