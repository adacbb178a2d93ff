//! The location and its custom-field definitions.

use serde_json::{Value, json};

use super::answer::Answer;
use super::endpoint::{Call, Endpoint, VERSION_2021_07};
use super::fields::{Kind, optional};
use super::store::Store;

/// `GET /locations/{locationId}`
pub const GET: Endpoint = Endpoint {
    version: VERSION_2021_07,
    scope: "locations.readonly",
    query: &[],
    body: None,
    run: |store, _| Ok(Answer::ok(json!({ "location": store.location }))),
};

/// `GET /locations/{locationId}/customFields`
pub const CUSTOM_FIELDS: Endpoint = Endpoint {
    version: VERSION_2021_07,
    scope: "locations/customFields.readonly",
    query: &[optional("model", Kind::Choice(&["contact", "opportunity", "all"]))],
    body: None,
    run: |store, call| Ok(custom_fields(store, call)),
};

/// Without a model, the fields of all: the documents name no default.
fn custom_fields(store: &Store, call: &Call) -> Answer {
    let model = call.query.text("model").filter(|model| *model != "all");
    let fields: Vec<&Value> =
        store.custom_fields.iter().filter(|field| model.is_none_or(|model| field["model"] == model)).collect();
    Answer::ok(json!({ "customFields": fields }))
}
