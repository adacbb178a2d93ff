//! The calendars tools.

use super::{Hints, Tool};
use crate::leadconnector::calendars::{GetAppointmentNotes, GetCalendarEvents};

pub fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<GetCalendarEvents>(
            "calendars_get-calendar-events",
            "Get calendar events",
            Hints::READ,
            "List the appointments and blocked slots of a user, calendar or calendar group within a time range.",
        )
        .describe(
            "/properties/userId",
            "User id: assignedTo of contacts and opportunities. This, calendarId or groupId is required",
        )
        .describe("/properties/calendarId", "Calendar id, from events")
        .describe("/properties/groupId", "Calendar group id, from events"),
        Tool::new::<GetAppointmentNotes>(
            "calendars_get-appointment-notes",
            "Get appointment notes",
            Hints::READ,
            "List an appointment's notes.",
        ),
    ]
}
