//! The tools of the calendars service.

use super::{Hints, Tool};
use crate::leadconnector::calendars::{GetAppointmentNotes, GetCalendarEvents};

pub fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<GetCalendarEvents>(
            "calendars_get-calendar-events",
            "Get calendar events",
            Hints::READ,
            "List the appointments and blocked slots of a user, a calendar or a calendar group within a window of time.",
        ),
        Tool::new::<GetAppointmentNotes>(
            "calendars_get-appointment-notes",
            "Get appointment notes",
            Hints::READ,
            "List the notes on an appointment.",
        ),
    ]
}
