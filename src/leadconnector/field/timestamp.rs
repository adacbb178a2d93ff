//! Timestamps and dates, in the three forms that the API's services use.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::inline_schema;

/// The `expecting` text of a timestamp.
const TIMESTAMP: &str = "an RFC 3339 date like 2026-11-01T09:00:00Z or epoch milliseconds";

/// What the problem with a time without an offset contains.
pub const MISSING_OFFSET: &str = "has no UTC offset";

/// Milliseconds since 1970 (UTC). Accepts a number, numeric text, or an RFC 3339 date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct EpochMillis(pub i64);

inline_schema!(EpochMillis, "EpochMillis", { "type": "string", "description": "RFC 3339 with offset, day (UTC) or epoch ms" });

/// Seconds since 1970 (UTC). Accepts a number, numeric text, or an RFC 3339 date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct EpochSeconds(pub i64);

inline_schema!(EpochSeconds, "EpochSeconds", { "type": "string" });

/// A day, sent as `mm-dd-yyyy`. Also accepts `yyyy-mm-dd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthDayYear(pub Date);

inline_schema!(MonthDayYear, "MonthDayYear", { "type": "string" });

/// From here on, a number of seconds is beyond the year 5000: the client meant milliseconds.
const IMPLAUSIBLE_SECONDS: i64 = 100_000_000_000;

/// In milliseconds these are in 1970 to 1973, in seconds in 2001 to 5000: the client meant seconds.
const IMPLAUSIBLE_MILLIS: std::ops::Range<i64> = 1_000_000_000..IMPLAUSIBLE_SECONDS;

impl<'de> Deserialize<'de> for EpochMillis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(TimestampVisitor)? {
            // The API would return an empty list, not an error.
            ParsedTimestamp::Count(count) if IMPLAUSIBLE_MILLIS.contains(&count) => {
                Err(de::Error::custom(format_args!("{count} looks like seconds; this argument takes milliseconds")))
            }
            ParsedTimestamp::Count(millis) => Ok(Self(millis)),
            ParsedTimestamp::Timestamp(timestamp) => Ok(Self(timestamp.as_millisecond())),
        }
    }
}

impl<'de> Deserialize<'de> for EpochSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(TimestampVisitor)? {
            ParsedTimestamp::Count(count) if count >= IMPLAUSIBLE_SECONDS => {
                Err(de::Error::custom(format_args!("{count} looks like milliseconds; this argument takes seconds")))
            }
            ParsedTimestamp::Count(seconds) => Ok(Self(seconds)),
            ParsedTimestamp::Timestamp(timestamp) => Ok(Self(timestamp.as_second())),
        }
    }
}

impl<'de> Deserialize<'de> for MonthDayYear {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let trimmed = text.trim();
        Date::strptime("%m-%d-%Y", trimmed)
            .or_else(|_| Date::strptime("%Y-%m-%d", trimmed))
            .map(Self)
            .map_err(|_| de::Error::invalid_value(de::Unexpected::Str(&text), &"a date like 01-31-2026 (mm-dd-yyyy)"))
    }
}

impl Serialize for MonthDayYear {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.strftime("%m-%d-%Y"))
    }
}

/// A timestamp as it was sent. A number has the unit of the parameter.
enum ParsedTimestamp {
    Count(i64),
    Timestamp(Timestamp),
}

struct TimestampVisitor;

impl Visitor<'_> for TimestampVisitor {
    type Value = ParsedTimestamp;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(TIMESTAMP)
    }

    fn visit_i64<E: de::Error>(self, count: i64) -> Result<ParsedTimestamp, E> {
        Ok(ParsedTimestamp::Count(count))
    }

    fn visit_u64<E: de::Error>(self, count: u64) -> Result<ParsedTimestamp, E> {
        i64::try_from(count)
            .map(ParsedTimestamp::Count)
            .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(count), &self))
    }

    fn visit_f64<E: de::Error>(self, count: f64) -> Result<ParsedTimestamp, E> {
        // A client whose numbers are all floats sends 1793491200000.0.
        if count.fract() == 0.0 && count.abs() < 9_007_199_254_740_992.0 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            return Ok(ParsedTimestamp::Count(count as i64));
        }
        Err(E::invalid_value(de::Unexpected::Float(count), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ParsedTimestamp, E> {
        let trimmed = text.trim();
        if let Ok(count) = trimmed.parse() {
            return Ok(ParsedTimestamp::Count(count));
        }
        if let Ok(timestamp) = trimmed.parse() {
            return Ok(ParsedTimestamp::Timestamp(timestamp));
        }
        // A day without a time means its start in UTC.
        let day = Date::strptime("%Y-%m-%d", trimmed).and_then(|day| day.to_zoned(TimeZone::UTC));
        if let Ok(day) = day {
            return Ok(ParsedTimestamp::Timestamp(day.timestamp()));
        }
        // A local time: the location's time zone is not known here, and a wrong guess would go unnoticed.
        if let Ok(local) = trimmed.parse::<DateTime>() {
            return Err(E::custom(format_args!(
                "{trimmed:?} {MISSING_OFFSET}: add it, as in the RFC 3339 date {local:.0}-05:00, or Z for UTC"
            )));
        }
        Err(E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn every_form_gives_milliseconds() {
        for given in [
            json!(1_793_491_200_000_i64),
            json!("1793491200000"),
            json!(1_793_491_200_000.0),
            json!("2026-11-01T00:00:00Z"),
            json!("2026-11-01T02:00:00.000+02:00"),
            json!("2026-11-01"),
        ] {
            assert_eq!(from_value::<EpochMillis>(given.clone()).unwrap().0, 1_793_491_200_000, "{given}");
        }
        for bad in [
            json!("next week"),
            json!("2026-11-01T00:00:00"),
            json!(1.5),
            json!(u64::MAX),
            json!(""),
            json!(1_793_491_200),
        ] {
            assert!(from_value::<EpochMillis>(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_local_time_is_an_error_that_asks_for_the_offset() {
        for given in ["2026-11-16T09:00:00", "2026-11-16 09:00", " 2026-11-16T09:00:00.25 "] {
            let error = from_value::<EpochMillis>(json!(given)).unwrap_err().to_string();
            assert!(error.contains("has no UTC offset") && error.contains("-05:00, or Z for UTC"), "{error}");
        }
        let error = from_value::<EpochSeconds>(json!("2026-11-16T09:00:00")).unwrap_err().to_string();
        assert!(error.contains("as in the RFC 3339 date 2026-11-16T09:00:00-05:00"), "{error}");
    }

    proptest! {
        #[test]
        fn a_time_is_read_with_every_offset_and_never_without(
            millis in -2_000_000_000_000_i64..4_000_000_000_000,
            minutes in -840_i32..=840,
        ) {
            let timestamp = Timestamp::from_millisecond(millis).unwrap();
            let offset = jiff::tz::Offset::from_seconds(minutes * 60).unwrap();
            let with_offset = timestamp.display_with_offset(offset).to_string();
            prop_assert_eq!(from_value::<EpochMillis>(json!(with_offset)).unwrap().0, millis);
            let local = offset.to_datetime(timestamp).to_string();
            let error = from_value::<EpochMillis>(json!(local)).unwrap_err().to_string();
            prop_assert!(error.contains(MISSING_OFFSET), "{error}");
        }
    }

    #[test]
    fn seconds_are_not_milliseconds() {
        assert_eq!(from_value::<EpochSeconds>(json!(1_793_491_200)).unwrap().0, 1_793_491_200);
        assert_eq!(from_value::<EpochSeconds>(json!("2026-11-01T00:00:00Z")).unwrap().0, 1_793_491_200);
        let error = from_value::<EpochSeconds>(json!(1_793_491_200_000_i64)).unwrap_err().to_string();
        assert!(error.contains("looks like milliseconds"), "{error}");
    }

    #[test]
    fn days_are_sent_month_first() {
        for given in ["01-31-2026", "2026-01-31"] {
            assert_eq!(to_value(from_value::<MonthDayYear>(json!(given)).unwrap()).unwrap(), json!("01-31-2026"));
        }
        assert!(from_value::<MonthDayYear>(json!("31-01-2026")).is_err());
    }
}
