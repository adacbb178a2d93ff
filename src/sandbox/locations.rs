//! The location and its custom-field definitions. The submodules have its tags and custom values.

pub mod custom_values;
pub mod tags;

use serde_json::{Value, json};

use super::fields::{FieldKind, optional};
use super::response::ApiResponse;
use super::route::{ApiRequest, Route, VERSION_2021_07};
use super::store::Store;

/// `GET /locations/{locationId}`
pub const GET: Route = Route {
    version: VERSION_2021_07,
    scope: "locations.readonly",
    query: &[],
    body: None,
    handler: |store, _| Ok(ApiResponse::ok(json!({ "location": store.location }))),
};

/// `GET /locations/{locationId}/customFields`
pub const CUSTOM_FIELDS: Route = Route {
    version: VERSION_2021_07,
    scope: "locations/customFields.readonly",
    query: &[optional("model", FieldKind::OneOf(&["contact", "opportunity", "all"]))],
    body: None,
    handler: |store, request| Ok(custom_fields(store, request)),
};

/// Without a model, the fields of all: the documents name no default.
fn custom_fields(store: &Store, request: &ApiRequest) -> ApiResponse {
    let model = request.query.text("model").filter(|model| *model != "all");
    let fields: Vec<&Value> =
        store.custom_fields.iter().filter(|field| model.is_none_or(|model| field["model"] == model)).collect();
    ApiResponse::ok(json!({ "customFields": fields }))
}
