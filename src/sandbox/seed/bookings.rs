//! How the three calendars can be booked: each books one user, on working days from 9:00 to 17:00.

use serde_json::{Value, json};

use super::{user_id, well_known_or};
use crate::sandbox::LOCATION;
use crate::sandbox::well_known::{CALENDAR, CALENDAR_GROUP};

/// The name of each calendar, and what it books.
const CALENDARS: [(&str, &str, &str); 3] = [
    ("Roof inspections", "Roof inspection", "An hour on the roof, with photos and a report."),
    ("Site visits", "Site visit", "Measuring, and choosing the material."),
    ("Proposal calls", "Proposal call", "We go through the proposal together."),
];

pub fn calendars() -> Vec<Value> {
    (0..).zip(CALENDARS).map(|(number, calendar)| calendar_record(number, calendar)).collect()
}

fn calendar_record(number: u32, (name, title, description): (&str, &str, &str)) -> Value {
    let slug = name.to_lowercase().replace(' ', "-");
    json!({
        "id": well_known_or("calendar", number, CALENDAR),
        "locationId": LOCATION,
        "groupId": CALENDAR_GROUP,
        "name": name,
        "description": description,
        "slug": slug,
        "widgetSlug": slug,
        "calendarType": "round_robin",
        "eventType": "RoundRobin_OptimizeForAvailability",
        "widgetType": "default",
        "eventTitle": title,
        "isActive": true,
        "autoConfirm": true,
        "teamMembers": [{ "userId": user_id(number), "priority": 0.5, "isPrimary": true }],
        // As long as every seeded event.
        "slotDuration": 60,
        "slotDurationUnit": "mins",
        "slotInterval": 60,
        "slotIntervalUnit": "mins",
        "slotBuffer": 0,
        "appoinmentPerSlot": 1,
        "allowBookingAfter": 1,
        "allowBookingAfterUnit": "hours",
        "allowBookingFor": 30,
        "allowBookingForUnit": "days",
        "openHours": [{
            "daysOfTheWeek": [1, 2, 3, 4, 5],
            "hours": [{ "openHour": 9, "openMinute": 0, "closeHour": 17, "closeMinute": 0 }],
        }],
        "notifications": [],
        "allowCancellation": true,
        "allowReschedule": true,
    })
}
