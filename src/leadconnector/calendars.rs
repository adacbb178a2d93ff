//! The calendars service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::endpoint::{Endpoint, LocationIn};
use super::field::{BoundedInt, EpochMillis, Id};
use super::operation::{ArgumentError, Operation};
use super::paging::Paging;

const EVENTS: &str = "calendars/events.readonly";

/// The events of a user, a calendar or a calendar group within a window of time.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetCalendarEvents {
    /// Whose appointments; give this, calendarId or groupId
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<Id>,
    /// Which calendar
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar_id: Option<Id>,
    /// Which calendar group
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<Id>,
    /// Start of the window: RFC 3339 (2026-11-01T09:00:00Z) or epoch milliseconds
    start_time: EpochMillis,
    /// End of the window, after startTime
    end_time: EpochMillis,
}

impl Operation for GetCalendarEvents {
    const ENDPOINT: Endpoint =
        Endpoint::get("/calendars/events", EVENTS).april_2021().location(LocationIn::Query("locationId"));

    fn validate(&self) -> Vec<ArgumentError> {
        let mut errors = Vec::new();
        if self.user_id.is_none() && self.calendar_id.is_none() && self.group_id.is_none() {
            errors.push(ArgumentError::new(
                "userId",
                "or calendarId or groupId is required: one of them chooses whose events",
            ));
        }
        if self.end_time <= self.start_time {
            errors.push(ArgumentError::new("endTime", "must be after startTime"));
        }
        errors
    }
}

/// The notes of an appointment.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetAppointmentNotes {
    /// The appointment's id (a calendar event's id)
    appointment_id: Id,
    /// Notes a page; default 20
    #[serde(serialize_with = "or_a_full_page")]
    limit: Option<BoundedInt<1, 20>>,
    /// Notes to skip; default 0
    #[serde(serialize_with = "or_no_offset")]
    offset: Option<BoundedInt<0, { u64::MAX }>>,
}

// The API demands both, though it could do without.

#[expect(clippy::ref_option, reason = "serde's signature")]
fn or_a_full_page<S: Serializer>(limit: &Option<BoundedInt<1, 20>>, serializer: S) -> Result<S::Ok, S::Error> {
    limit.unwrap_or(BoundedInt(20)).serialize(serializer)
}

#[expect(clippy::ref_option, reason = "serde's signature")]
fn or_no_offset<S: Serializer>(offset: &Option<BoundedInt<0, { u64::MAX }>>, serializer: S) -> Result<S::Ok, S::Error> {
    offset.unwrap_or(BoundedInt(0)).serialize(serializer)
}

impl Operation for GetAppointmentNotes {
    const ENDPOINT: Endpoint =
        Endpoint::get("/calendars/appointments/{appointmentId}/notes", EVENTS).april_2021().paging(Paging::HasMore);
}
