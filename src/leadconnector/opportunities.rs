//! The opportunities service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint::{Endpoint, LocationIn};
use super::field::{BoundedInt, CustomField, Id, LenientBool, List, MonthDayYear, Number, OneOf, Text};
use super::operation::Operation;
use super::paging::Paging;

const READ: &str = "opportunities.readonly";

/// The status of an opportunity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum OpportunityStatus {
    Open,
    Won,
    Lost,
    Abandoned,
}

/// The status to search for. The API's document lists `all` for an update too, but it is a filter and not a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum SearchedStatus {
    Open,
    Won,
    Lost,
    Abandoned,
    All,
}

/// Searches opportunities. The API mixes `snake_case` and `camelCase` here.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct SearchOpportunity {
    /// Text to find in names, emails and phones
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<Text>,
    /// Only this status
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<OneOf<SearchedStatus>>,
    /// Only this pipeline's
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline_id: Option<Id>,
    /// Only this stage's
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline_stage_id: Option<Id>,
    /// Only this contact's
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_id: Option<Id>,
    /// Owner's user id
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_to: Option<Id>,
    /// Campaign id
    #[serde(rename = "campaignId", skip_serializing_if = "Option::is_none")]
    campaign_id: Option<Id>,
    /// Opportunity id
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    /// From this day: mm-dd-yyyy
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<MonthDayYear>,
    /// To this day: mm-dd-yyyy
    #[serde(rename = "endDate", skip_serializing_if = "Option::is_none")]
    end_date: Option<MonthDayYear>,
    /// ISO 3166 code: US
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Text>,
    /// Sort order, like `added_asc`
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Text>,
    /// Opportunities per page; default 20
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<BoundedInt<1, 100>>,
    /// Page number from 1; for many pages use startAfter
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<BoundedInt<1, { u64::MAX }>>,
    /// Cursor: meta.startAfter of the previous page (with startAfterId)
    #[serde(rename = "startAfter", skip_serializing_if = "Option::is_none")]
    start_after: Option<Text>,
    /// Cursor: meta.startAfterId of the previous page
    #[serde(rename = "startAfterId", skip_serializing_if = "Option::is_none")]
    start_after_id: Option<Id>,
    /// Include the contacts' tasks
    #[serde(rename = "getTasks", skip_serializing_if = "Option::is_none")]
    get_tasks: Option<LenientBool>,
    /// Include the contacts' notes
    #[serde(rename = "getNotes", skip_serializing_if = "Option::is_none")]
    get_notes: Option<LenientBool>,
    /// Include the contacts' calendar events
    #[serde(rename = "getCalendarEvents", skip_serializing_if = "Option::is_none")]
    get_calendar_events: Option<LenientBool>,
}

impl Operation for SearchOpportunity {
    const ENDPOINT: Endpoint =
        Endpoint::get("/opportunities/search", READ).location(LocationIn::Query("location_id")).paging(Paging::Cursor);
}

/// Gets the pipelines of a location with their stages.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct GetPipelines {}

impl Operation for GetPipelines {
    const ENDPOINT: Endpoint =
        Endpoint::get("/opportunities/pipelines", READ).location(LocationIn::Query("locationId"));
}

/// Gets one opportunity.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct GetOpportunity {
    /// The opportunity's id
    id: Id,
}

impl Operation for GetOpportunity {
    const ENDPOINT: Endpoint = Endpoint::get("/opportunities/{id}", READ);
}

/// Updates an opportunity.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateOpportunity {
    /// The opportunity's id
    id: Id,
    /// Name
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Text>,
    /// Move to this pipeline
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline_id: Option<Id>,
    /// Move to this stage
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline_stage_id: Option<Id>,
    /// New status
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<OneOf<OpportunityStatus>>,
    /// Value in the location's currency
    #[serde(skip_serializing_if = "Option::is_none")]
    monetary_value: Option<Number>,
    /// Owner's user id
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_to: Option<Id>,
    /// Custom field values
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_fields: Option<List<CustomField>>,
}

impl Operation for UpdateOpportunity {
    const ENDPOINT: Endpoint = Endpoint::put("/opportunities/{id}", "opportunities.write");
}
