//! The time zones in which free slots can be asked for.

use jiff::tz::TimeZone;

use crate::sandbox::response::ApiError;

/// IANA names and their rules of today, as POSIX rules: those need no time-zone database, which a container image often
/// lacks. Source: the footers of the files in the IANA time-zone database.
const ZONES: [(&str, &str); 22] = [
    ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
    ("America/Toronto", "EST5EDT,M3.2.0,M11.1.0"),
    ("America/Chicago", "CST6CDT,M3.2.0,M11.1.0"),
    ("America/Denver", "MST7MDT,M3.2.0,M11.1.0"),
    ("America/Phoenix", "MST7"),
    ("America/Los_Angeles", "PST8PDT,M3.2.0,M11.1.0"),
    ("America/Anchorage", "AKST9AKDT,M3.2.0,M11.1.0"),
    ("America/Mexico_City", "CST6"),
    ("America/Sao_Paulo", "<-03>3"),
    ("Pacific/Honolulu", "HST10"),
    ("UTC", "UTC0"),
    ("Etc/UTC", "UTC0"),
    ("Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"),
    ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"),
    ("Europe/Madrid", "CET-1CEST,M3.5.0,M10.5.0/3"),
    ("Europe/Paris", "CET-1CEST,M3.5.0,M10.5.0/3"),
    ("Europe/Helsinki", "EET-2EEST,M3.5.0/3,M10.5.0/4"),
    ("Asia/Dubai", "<+04>-4"),
    ("Asia/Kolkata", "IST-5:30"),
    ("Asia/Singapore", "<+08>-8"),
    ("Asia/Tokyo", "JST-9"),
    ("Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3"),
];

/// The time zone with this name; one that the sandbox does not know is an error that names those which it does.
pub fn time_zone(name: &str) -> Result<TimeZone, ApiError> {
    let known = ZONES.iter().find(|(known, _)| *known == name);
    known.and_then(|(_, rule)| TimeZone::posix(rule).ok()).ok_or_else(|| {
        let names: Vec<&str> = ZONES.iter().map(|(name, _)| *name).collect();
        ApiError::bad_request(format!("The sandbox does not know this time zone; it knows {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_valid() {
        for (name, _) in ZONES {
            assert!(time_zone(name).is_ok(), "{name}");
        }
        assert!(time_zone("Mars/Olympus").is_err());
    }
}
