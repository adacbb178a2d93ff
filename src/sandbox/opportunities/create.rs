//! Creating and upserting opportunities.

use serde_json::{Value, json};

use super::update::{change, target_stage};
use super::{WRITE, opportunity, to_response};
use crate::sandbox::LOCATION;
use crate::sandbox::contacts::record::{self, texts};
use crate::sandbox::fields::{FieldKind, FieldValues, optional, required};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route};
use crate::sandbox::store::{Store, find_mut, text};

/// The documents list "all" too, but that is a filter and not a status.
const STATUS: FieldKind = FieldKind::OneOf(&["open", "won", "lost", "abandoned"]);

/// `POST /opportunities/`
pub const CREATE: Route = Route::with_body(
    WRITE,
    &[
        required("pipelineId", FieldKind::String),
        required("locationId", FieldKind::String),
        required("name", FieldKind::String),
        optional("pipelineStageId", FieldKind::String),
        required("status", STATUS),
        required("contactId", FieldKind::String),
        optional("monetaryValue", FieldKind::Number),
        optional("assignedTo", FieldKind::String),
        optional("customFields", FieldKind::Array),
    ],
    create,
);

/// `POST /opportunities/upsert`
pub const UPSERT: Route = Route::with_body(
    WRITE,
    &[
        optional("id", FieldKind::String),
        required("pipelineId", FieldKind::String),
        required("locationId", FieldKind::String),
        // Not in the documents, but without it a new opportunity belongs to nobody.
        optional("contactId", FieldKind::String),
        required("followers", FieldKind::Strings),
        required("isRemoveAllFollowers", FieldKind::Boolean),
        required("followersActionType", FieldKind::OneOf(&["add", "remove"])),
        optional("name", FieldKind::String),
        optional("status", STATUS),
        optional("pipelineStageId", FieldKind::String),
        optional("monetaryValue", FieldKind::Number),
        optional("assignedTo", FieldKind::String),
        optional("lostReasonId", FieldKind::String),
    ],
    upsert,
);

/// The location does not allow duplicates: a contact has one open opportunity in a pipeline. Whether the API counts
/// those that are won or lost is not documented; here it does not.
fn create(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let body = &request.body;
    if body.text("status") == Some("open") && open_one(store, body).is_some() {
        return Err(ApiError::bad_request("Can not create duplicate opportunity for the contact."));
    }
    let id = insert(store, body)?;
    Ok(ApiResponse::created(json!({ "opportunity": to_response(store, opportunity(store, &id)?) })))
}

/// Updates the opportunity with the id, or else the contact's open one in the pipeline, or else creates one.
fn upsert(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let body = &request.body;
    let existing = body.text("id").map(str::to_owned).or_else(|| open_one(store, body));
    let is_new = existing.is_none();
    let id = match existing {
        Some(id) => {
            change(store, &id, body)?;
            id
        }
        None => insert(store, body)?,
    };
    if let Some(opportunity) = find_mut(&mut store.opportunities, &id) {
        opportunity["followers"] = followers(opportunity, body).into();
    }
    Ok(ApiResponse::ok(json!({ "opportunity": to_response(store, opportunity(store, &id)?), "new": is_new })))
}

/// The followers after an upsert.
fn followers(opportunity: &Value, body: &FieldValues) -> Vec<String> {
    let sent: Vec<&str> = body.get("followers").into_iter().flat_map(texts).collect();
    let kept =
        texts(&opportunity["followers"]).filter(|id| !body.boolean("isRemoveAllFollowers") && !sent.contains(id));
    let added = if body.text("followersActionType") == Some("add") { sent.as_slice() } else { &[] };
    kept.chain(added.iter().copied()).map(str::to_owned).collect()
}

/// The id of the contact's open opportunity in the body's pipeline.
fn open_one(store: &Store, body: &FieldValues) -> Option<String> {
    let (contact, pipeline) = (body.text("contactId")?, body.text("pipelineId")?);
    let is_open = |record: &&Value| {
        record["contactId"] == contact && record["pipelineId"] == pipeline && record["status"] == "open"
    };
    store.opportunities.iter().find(is_open).map(|record| text(record, "id").to_owned())
}

/// Adds an opportunity and returns its id. Without a stage it stands in the pipeline's first one, without a name it has
/// the contact's.
fn insert(store: &mut Store, body: &FieldValues) -> Result<String, ApiError> {
    let contact = body.text("contactId").map(|id| store.contact(id)).transpose()?.unwrap_or(&Value::Null);
    let name = record::name(contact);
    let (contact_id, source) = (contact["id"].clone(), contact["source"].clone());
    let (pipeline_id, stage_id) = target_stage(store, &Value::Null, body)?;
    let id = store.new_id();
    store.opportunities.push(json!({
        "id": id,
        "name": name,
        "monetaryValue": 0,
        "pipelineId": pipeline_id,
        "pipelineStageId": stage_id,
        "assignedTo": null,
        "status": "open",
        "source": source,
        "indexVersion": "1",
        "contactId": contact_id,
        "locationId": LOCATION,
        "customFields": [],
        "followers": [],
    }));
    change(store, &id, body)?;
    if let Some(opportunity) = find_mut(&mut store.opportunities, &id) {
        // The write above has dated the update.
        let updated = opportunity["updatedAt"].clone();
        for property in ["createdAt", "lastStatusChangeAt", "lastStageChangeAt"] {
            opportunity[property] = updated.clone();
        }
    }
    Ok(id)
}
