//! The tasks of a contact.

use serde_json::{Value, json};

use super::{READ, WRITE};
use crate::sandbox::fields::{Field, FieldKind, FieldValues, optional, required};
use crate::sandbox::records;
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route};
use crate::sandbox::store::{Store, of_contact};
use crate::sandbox::time::iso;

const TASK: &str = "Task";

/// `GET /contacts/{contactId}/tasks`
pub const LIST: Route = Route::without_body(READ, &[], |store, request| {
    store.contact(&request.id)?;
    Ok(ApiResponse::ok(json!({ "tasks": of_contact(&store.tasks, &request.id) })))
});

/// `POST /contacts/{contactId}/tasks`
pub const CREATE: Route = Route::with_body(
    WRITE,
    &[
        required("title", FieldKind::String),
        optional("body", FieldKind::String),
        required("dueDate", FieldKind::Date),
        required("completed", FieldKind::Boolean),
        optional("assignedTo", FieldKind::String),
    ],
    create,
);

/// `GET /contacts/{contactId}/tasks/{taskId}`
pub const GET: Route = Route::without_body(READ, &[], |store, request| {
    let task = records::of_contact(&mut store.tasks, TASK, &request.id, &request.child_id)?;
    Ok(ApiResponse::ok(json!({ "task": task })))
});

/// `PUT /contacts/{contactId}/tasks/{taskId}`
pub const UPDATE: Route = Route::with_body(
    WRITE,
    &[
        optional("title", FieldKind::String),
        optional("body", FieldKind::String),
        optional("dueDate", FieldKind::Date),
        optional("completed", FieldKind::Boolean),
        optional("assignedTo", FieldKind::String),
    ],
    update,
);

/// `PUT /contacts/{contactId}/tasks/{taskId}/completed`
pub const COMPLETE: Route = Route::with_body(WRITE, COMPLETE_BODY, update);

const COMPLETE_BODY: &[Field] = &[required("completed", FieldKind::Boolean)];

/// `DELETE /contacts/{contactId}/tasks/{taskId}`
pub const DELETE: Route = Route::without_body(WRITE, &[], |store, request| {
    records::of_contact(&mut store.tasks, TASK, &request.id, &request.child_id)?;
    records::delete(&mut store.tasks, TASK, &request.child_id)
});

fn create(store: &mut Store, request: &ApiRequest) -> ApiResult {
    store.contact(&request.id)?;
    let mut task = json!({ "id": "", "title": "", "body": "" });
    apply(store, &mut task, &request.body)?;
    store.tick();
    task["id"] = store.new_id().into();
    task["contactId"] = request.id.as_str().into();
    store.tasks.push(task.clone());
    Ok(ApiResponse::created(json!({ "task": task })))
}

fn update(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let stored = records::of_contact(&mut store.tasks, TASK, &request.id, &request.child_id)?;
    let mut task = stored.clone();
    apply(store, &mut task, &request.body)?;
    store.tick();
    *records::of_contact(&mut store.tasks, TASK, &request.id, &request.child_id)? = task.clone();
    Ok(ApiResponse::ok(json!({ "task": task })))
}

/// Applies a body. A due day without a time is the start of that day in UTC.
fn apply(store: &Store, task: &mut Value, body: &FieldValues) -> Result<(), ApiError> {
    store.check_user(body.text("assignedTo"))?;
    records::set(task, body, &["dueDate"]);
    if let Some(due) = body.moment("dueDate") {
        task["dueDate"] = iso(due).into();
    }
    Ok(())
}
