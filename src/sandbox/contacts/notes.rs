//! The notes of a contact.

use serde_json::{Value, json};

use super::{READ, WRITE};
use crate::sandbox::fields::{Field, FieldKind, optional, required};
use crate::sandbox::records;
use crate::sandbox::response::{ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route};
use crate::sandbox::store::{Store, date, of_contact};

const NOTE: &str = "Note";

/// `GET /contacts/{contactId}/notes`
pub const LIST: Route = Route::without_body(READ, &[], list);

/// `POST /contacts/{contactId}/notes`
pub const CREATE: Route = Route::with_body(WRITE, BODIES.split_at(1).1, create);

/// `GET /contacts/{contactId}/notes/{id}`
pub const GET: Route = Route::without_body(READ, &[], |store, request| {
    let note = records::of_contact(&mut store.contact_notes, NOTE, &request.id, &request.child_id)?;
    Ok(ApiResponse::ok(json!({ "note": note })))
});

/// `PUT /contacts/{contactId}/notes/{id}`
pub const UPDATE: Route = Route::with_body(WRITE, BODIES.split_at(5).0, update);

/// `DELETE /contacts/{contactId}/notes/{id}`
pub const DELETE: Route = Route::without_body(WRITE, &[], |store, request| {
    records::of_contact(&mut store.contact_notes, NOTE, &request.id, &request.child_id)?;
    records::delete(&mut store.contact_notes, NOTE, &request.child_id)
});

/// Both bodies overlap: an update's is the beginning, that of a new note is the end.
const BODIES: &[Field] = &[
    optional("body", FieldKind::String),
    optional("userId", FieldKind::String),
    optional("title", FieldKind::String),
    optional("color", FieldKind::String),
    optional("pinned", FieldKind::Boolean),
    required("body", FieldKind::String),
];

/// Newest first.
fn list(store: &mut Store, request: &ApiRequest) -> ApiResult {
    store.contact(&request.id)?;
    let mut notes: Vec<Value> = of_contact(&store.contact_notes, &request.id);
    notes.sort_by_key(|note| std::cmp::Reverse(date(note, "dateAdded")));
    Ok(ApiResponse::ok(json!({ "notes": notes })))
}

fn create(store: &mut Store, request: &ApiRequest) -> ApiResult {
    store.contact(&request.id)?;
    store.check_user(request.body.text("userId"))?;
    let now = store.tick();
    let mut note = json!({ "id": store.new_id(), "dateAdded": now, "contactId": request.id, "pinned": false });
    records::set(&mut note, &request.body, &[]);
    store.contact_notes.push(note.clone());
    Ok(ApiResponse::created(json!({ "note": note })))
}

fn update(store: &mut Store, request: &ApiRequest) -> ApiResult {
    store.check_user(request.body.text("userId"))?;
    store.tick();
    let note = records::of_contact(&mut store.contact_notes, NOTE, &request.id, &request.child_id)?;
    records::set(note, &request.body, &[]);
    Ok(ApiResponse::ok(json!({ "note": note })))
}
