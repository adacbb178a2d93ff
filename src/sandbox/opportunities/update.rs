//! Updating an opportunity, and moving it to another stage.

use serde_json::{Value, json};

use super::{opportunity, to_response};
use crate::sandbox::contacts::record;
use crate::sandbox::fields::{FieldKind, FieldValues, optional, required};
use crate::sandbox::records::succeeded;
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_07};
use crate::sandbox::store::{Store, find, find_mut, text};

/// `PUT /opportunities/{id}`
pub const UPDATE: Route = Route {
    version: VERSION_2021_07,
    scope: "opportunities.write",
    query: &[],
    body: Some(&[
        optional("pipelineId", FieldKind::String),
        optional("pipelineStageId", FieldKind::String),
        optional("name", FieldKind::String),
        // The documents list "all" too, but that is a filter and not a status.
        optional("status", FieldKind::OneOf(&["open", "won", "lost", "abandoned"])),
        optional("monetaryValue", FieldKind::Number),
        optional("assignedTo", FieldKind::String),
        optional("customFields", FieldKind::Array),
    ]),
    handler: update,
};

/// `PUT /opportunities/{id}/status`
pub const STATUS: Route = Route::with_body(
    "opportunities.write",
    &[
        required("status", FieldKind::OneOf(&["open", "won", "lost", "abandoned"])),
        optional("lostReasonId", FieldKind::String),
    ],
    |store, request| {
        change(store, &request.id, &request.body)?;
        Ok(succeeded())
    },
);

fn update(store: &mut Store, request: &ApiRequest) -> ApiResult {
    change(store, &request.id, &request.body)?;
    let opportunity = to_response(store, opportunity(store, &request.id)?);
    Ok(ApiResponse::ok(json!({ "opportunity": opportunity })))
}

/// Applies a body to a stored opportunity.
pub fn change(store: &mut Store, id: &str, body: &FieldValues) -> Result<(), ApiError> {
    let before = opportunity(store, id)?.clone();
    let (pipeline_id, stage_id) = target_stage(store, &before, body)?;
    let custom_fields = record::known_custom_fields(store, body, "opportunity");
    let now = store.tick();

    if let Some(opportunity) = find_mut(&mut store.opportunities, id) {
        for property in ["name", "status", "monetaryValue", "assignedTo", "lostReasonId"] {
            if let Some(value) = body.get(property) {
                opportunity[property] = value.clone();
            }
        }
        opportunity["pipelineId"] = pipeline_id.into();
        opportunity["pipelineStageId"] = stage_id.into();
        record::set_custom_fields(opportunity, "fieldValue", custom_fields);
        for (property, changed_at) in [("status", "lastStatusChangeAt"), ("pipelineStageId", "lastStageChangeAt")] {
            if opportunity[property] != before[property] {
                opportunity[changed_at] = now.as_str().into();
            }
        }
        opportunity["lastActionDate"] = now.as_str().into();
        opportunity["updatedAt"] = now.into();
    }
    Ok(())
}

/// The pipeline and stage after the update. Without a stage, another pipeline means its first stage.
pub fn target_stage(store: &Store, before: &Value, body: &FieldValues) -> Result<(String, String), ApiError> {
    let pipeline_id = body.text("pipelineId").unwrap_or(text(before, "pipelineId"));
    let pipeline =
        find(&store.pipelines, pipeline_id).ok_or_else(|| ApiError::bad_request("The pipeline id is invalid."))?;
    let first_stage = text(&pipeline["stages"][0], "id");
    let stage_id = match body.text("pipelineStageId") {
        Some(stage_id) => stage_id,
        None if before["pipelineId"] == pipeline_id => text(before, "pipelineStageId"),
        None => first_stage,
    };
    let stages = pipeline["stages"].as_array().map_or(&[][..], Vec::as_slice);
    if find(stages, stage_id).is_none() {
        return Err(ApiError::bad_request("The pipeline stage id is invalid."));
    }
    Ok((pipeline_id.to_owned(), stage_id.to_owned()))
}
