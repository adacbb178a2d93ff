//! The locations service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint::{Endpoint, LocationIn};
use super::field::OneOf;
use super::operation::Operation;

/// Gets the location itself.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct GetLocation {}

impl Operation for GetLocation {
    const ENDPOINT: Endpoint =
        Endpoint::get("/locations/{locationId}", "locations.readonly").location(LocationIn::Path);
}

/// Gets the definitions of a location's custom fields.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct GetCustomFields {
    /// Record type; default contact
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<OneOf<CustomFieldModel>>,
}

impl GetCustomFields {
    /// The definitions of all record types.
    pub fn all() -> Self {
        Self { model: Some(OneOf(CustomFieldModel::All)) }
    }
}

impl Operation for GetCustomFields {
    const ENDPOINT: Endpoint = Endpoint::get("/locations/{locationId}/customFields", "locations/customFields.readonly")
        .location(LocationIn::Path);
}

/// The record types that have custom fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum CustomFieldModel {
    Contact,
    Opportunity,
    All,
}
