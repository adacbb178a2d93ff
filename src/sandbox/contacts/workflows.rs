//! Putting a contact into a workflow, and taking it out.

use super::WRITE;
use crate::sandbox::fields::{Field, FieldKind, optional};
use crate::sandbox::records::succeeded;
use crate::sandbox::response::{ApiError, ApiResult};
use crate::sandbox::route::{ApiRequest, Route};
use crate::sandbox::store::{Store, find, not_found};

const BODY: &[Field] = &[optional("eventStartTime", FieldKind::Date)];

/// `POST /contacts/{contactId}/workflow/{workflowId}`
pub const ADD: Route = Route::with_body(WRITE, BODY, add);

/// `DELETE /contacts/{contactId}/workflow/{workflowId}`
pub const REMOVE: Route = Route::with_body(WRITE, BODY, remove);

/// Adding a contact again has no effect. The documents do not say what a draft does; here it takes no contacts.
fn add(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let enrolment = enrolment(store, request)?;
    let is_published = find(&store.workflows, &enrolment.1).is_some_and(|workflow| workflow["status"] == "published");
    if !is_published {
        return Err(ApiError::bad_request("The workflow is a draft: publish it first."));
    }
    if !store.enrolments.contains(&enrolment) {
        store.tick();
        store.enrolments.push(enrolment);
    }
    Ok(succeeded())
}

/// The documents do not say what removing a contact does that is not in the workflow; here it is an error, because no
/// other response shows who is in one.
fn remove(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let enrolment = enrolment(store, request)?;
    let position = store.enrolments.iter().position(|known| *known == enrolment);
    let position = position.ok_or_else(|| ApiError::bad_request("The contact is not in this workflow."))?;
    store.tick();
    store.enrolments.remove(position);
    Ok(succeeded())
}

fn enrolment(store: &Store, request: &ApiRequest) -> Result<(String, String), ApiError> {
    store.contact(&request.id)?;
    find(&store.workflows, &request.child_id).ok_or_else(|| not_found("Workflow", &request.child_id))?;
    Ok((request.id.clone(), request.child_id.clone()))
}
