//! The sandbox's clock: which day it started on, and what time it is.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The IANA name of the location's time zone, which the API shows.
pub const TIME_ZONE_NAME: &str = "America/New_York";

/// The rules of that time zone since 2007. As a POSIX rule they need no time-zone database, which a container image
/// often lacks.
const TIME_ZONE_RULE: &str = "EST5EDT,M3.2.0,M11.1.0";

/// The hour at which a fixed day starts.
const FIXED_START_HOUR: i8 = 9;

/// How far a fixed clock moves with each write: far enough to keep the order of writes visible.
const FIXED_TICK_MS: i64 = 1000;

/// Days relative to the one on which the sandbox started, in the location's time zone.
#[derive(Debug, Clone)]
pub struct Calendar {
    today: Date,
    zone: TimeZone,
}

impl Calendar {
    /// The date a number of days after the start; a negative number lies before it.
    pub fn date(&self, day: i32) -> Date {
        // Saturates outside of jiff's years, -9999 to 9999; the command line accepts 2000 to 2099.
        self.today.saturating_add(Span::new().days(day))
    }

    pub fn weekday(&self, day: i32) -> Weekday {
        self.date(day).weekday()
    }

    /// The day of a moment in epoch milliseconds; that of the start for one that no calendar has.
    pub fn day_of(&self, epoch_ms: i64) -> i32 {
        Timestamp::from_millisecond(epoch_ms)
            .ok()
            .and_then(|moment| self.today.until(moment.to_zoned(self.zone.clone()).date()).ok())
            .map_or(0, |span| span.get_days())
    }

    /// A time on such a day, in epoch milliseconds.
    pub fn at(&self, day: i32, hour: i8, minute: i8) -> i64 {
        let local = self.date(day).at(hour, minute, 0, 0);
        local.to_zoned(self.zone.clone()).map_or(0, |zoned| zoned.timestamp().as_millisecond())
    }
}

/// What dates the writes.
#[derive(Debug)]
pub struct Clock {
    pub calendar: Calendar,
    is_fixed: bool,
    /// The latest write, in epoch milliseconds; before the first one, the time of the start.
    latest_ms: i64,
}

impl Clock {
    /// A clock that stands at 9:00 of this day and moves by 1 s with each write, or else the system's.
    pub fn new(fixed: Option<Date>) -> Self {
        // The rule is valid: a test reads it.
        let zone = TimeZone::posix(TIME_ZONE_RULE).unwrap_or(TimeZone::UTC);
        let now = Timestamp::now();
        let today = fixed.unwrap_or_else(|| now.to_zoned(zone.clone()).date());
        let calendar = Calendar { today, zone };
        // One millisecond before the system's time, so that a first write in the same millisecond is dated now.
        let latest_ms = if fixed.is_some() { calendar.at(0, FIXED_START_HOUR, 0) } else { now.as_millisecond() - 1 };
        Self { calendar, is_fixed: fixed.is_some(), latest_ms }
    }

    /// The time, in epoch milliseconds; never before the latest write, even if the system's clock is set back.
    pub fn now_ms(&self) -> i64 {
        if self.is_fixed { self.latest_ms } else { self.latest_ms.max(Timestamp::now().as_millisecond()) }
    }

    /// The time of a write, in epoch milliseconds: later than that of any write before.
    pub fn tick(&mut self) -> i64 {
        self.latest_ms =
            if self.is_fixed { self.latest_ms + FIXED_TICK_MS } else { self.now_ms().max(self.latest_ms + 1) };
        self.latest_ms
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::sandbox::time::iso;

    #[test]
    fn days_are_those_of_the_locations_time_zone() {
        let calendar = Clock::new(Some(date(2026, 11, 16))).calendar;
        assert_eq!(iso(calendar.at(0, 9, 0)), "2026-11-16T14:00:00.000Z");
        assert_eq!(iso(calendar.at(-1, 23, 30)), "2026-11-16T04:30:00.000Z");
        // Summer time ended on November 1.
        assert_eq!(iso(calendar.at(-30, 9, 0)), "2026-10-17T13:00:00.000Z");
        assert_eq!(calendar.weekday(0), Weekday::Monday);
        assert_eq!(calendar.date(30), date(2026, 12, 16));
        for day in [-400, -1, 0, 1, 400] {
            assert_eq!([calendar.day_of(calendar.at(day, 0, 0)), calendar.day_of(calendar.at(day, 23, 59))], [day; 2]);
        }
    }

    #[test]
    fn a_fixed_clock_moves_with_each_write() {
        let mut clock = Clock::new(Some(date(2026, 11, 16)));
        assert_eq!(iso(clock.now_ms()), "2026-11-16T14:00:00.000Z");
        assert_eq!(iso(clock.tick()), "2026-11-16T14:00:01.000Z");
        assert_eq!(iso(clock.tick()), "2026-11-16T14:00:02.000Z");
        assert_eq!(iso(clock.now_ms()), "2026-11-16T14:00:02.000Z");
    }

    #[test]
    fn the_systems_clock_dates_writes_in_their_order() {
        let before = Timestamp::now().as_millisecond();
        let mut clock = Clock::new(None);
        let writes: Vec<i64> = (0..1000).map(|_| clock.tick()).collect();
        assert!(writes.is_sorted_by(|one, next| one < next));
        // Writes that come faster than one a millisecond are dated ahead, by 1 ms each.
        assert!((before..=Timestamp::now().as_millisecond() + 1000).contains(&writes[999]));
        let zone = TimeZone::posix(TIME_ZONE_RULE).unwrap();
        let today = |ms| Timestamp::from_millisecond(ms).unwrap().to_zoned(zone.clone()).date();
        assert!((today(before)..=today(writes[999])).contains(&clock.calendar.date(0)));
    }
}
