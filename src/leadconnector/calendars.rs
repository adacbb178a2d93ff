//! The calendars service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::endpoint::{Endpoint, LocationIn};
use super::field::{BoundedInt, EpochMillis, Id};
use super::operation::{ArgumentError, Operation};
use super::paging::Paging;

const EVENTS: &str = "calendars/events.readonly";

/// Gets the events of a user, a calendar or a calendar group in a time range.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetCalendarEvents {
    /// User id; this, calendarId or groupId is required
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<Id>,
    /// Calendar id
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar_id: Option<Id>,
    /// Calendar group id
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<Id>,
    /// Start: RFC 3339 with offset (2026-11-01T09:00:00-05:00), a day (from 00:00 UTC) or epoch ms
    start_time: EpochMillis,
    /// End, after startTime
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
                "or calendarId or groupId is required: it selects whose events to list",
            ));
        }
        if self.end_time <= self.start_time {
            errors.push(ArgumentError::new("endTime", "must be after startTime"));
        }
        errors
    }
}

/// Gets the notes of an appointment.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetAppointmentNotes {
    /// The appointment's id (a calendar event's id)
    appointment_id: Id,
    /// Notes per page; default 20
    #[serde(serialize_with = "serialize_limit")]
    limit: Option<BoundedInt<1, 20>>,
    /// Notes to skip; default 0
    #[serde(serialize_with = "serialize_offset")]
    offset: Option<BoundedInt<0, { u64::MAX }>>,
}

// The API requires both parameters, although it could have defaults.

#[expect(clippy::ref_option, reason = "serde's signature")]
fn serialize_limit<S: Serializer>(limit: &Option<BoundedInt<1, 20>>, serializer: S) -> Result<S::Ok, S::Error> {
    limit.unwrap_or(BoundedInt(20)).serialize(serializer)
}

#[expect(clippy::ref_option, reason = "serde's signature")]
fn serialize_offset<S: Serializer>(
    offset: &Option<BoundedInt<0, { u64::MAX }>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    offset.unwrap_or(BoundedInt(0)).serialize(serializer)
}

impl Operation for GetAppointmentNotes {
    const ENDPOINT: Endpoint =
        Endpoint::get("/calendars/appointments/{appointmentId}/notes", EVENTS).april_2021().paging(Paging::HasMore);
}
