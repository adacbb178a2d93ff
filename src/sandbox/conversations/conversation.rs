//! One conversation: creating, reading, changing and deleting it.

use serde_json::{Value, json};

use super::send::{insert, mark_read};
use crate::sandbox::LOCATION;
use crate::sandbox::fields::{FieldKind, optional, required};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_04};
use crate::sandbox::store::{Store, find, find_mut, not_found, remove, text};

const WRITE: &str = "conversations.write";
const WHAT: &str = "Conversation";

/// `POST /conversations/`
pub const CREATE: Route = Route::with_body(
    WRITE,
    &[required("locationId", FieldKind::String), required("contactId", FieldKind::String)],
    create,
)
.of_version(VERSION_2021_04);

/// `GET /conversations/{conversationId}`
pub const GET: Route = Route::without_body("conversations.readonly", &[], |store, request| {
    let conversation = find(&store.conversations, &request.id).ok_or_else(|| not_found(WHAT, &request.id))?;
    Ok(ApiResponse::ok(to_response(conversation)))
})
.of_version(VERSION_2021_04);

/// `PUT /conversations/{conversationId}`
pub const UPDATE: Route = Route::with_body(
    WRITE,
    &[
        required("locationId", FieldKind::String),
        optional("unreadCount", FieldKind::BoundedInt(0, 1000)),
        optional("starred", FieldKind::Boolean),
        // Accepted without effect: no response shows it.
        optional("feedback", FieldKind::Object),
    ],
    update,
)
.of_version(VERSION_2021_04);

/// `DELETE /conversations/{conversationId}`
pub const DELETE: Route = Route::without_body(WRITE, &[], delete).of_version(VERSION_2021_04);

/// A contact has at most one conversation, so that a second one is an error.
fn create(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let contact_id = request.body.text("contactId").unwrap_or_default();
    store.contact(contact_id)?;
    if let Some(existing) = store.conversations.iter().find(|conversation| conversation["contactId"] == contact_id) {
        let meta = json!({ "conversationId": existing["id"] });
        return Err(ApiError::bad_request("Conversation already exists").with_meta(meta));
    }
    let now = store.tick();
    let id = insert(store, contact_id, &now);
    Ok(ApiResponse::created(json!({ "success": true, "conversation": {
        "id": id,
        "contactId": contact_id,
        "locationId": LOCATION,
        "deleted": false,
        "dateAdded": now,
        "dateUpdated": now,
        "lastMessageDate": now,
    } })))
}

fn update(store: &mut Store, request: &ApiRequest) -> ApiResult {
    find(&store.conversations, &request.id).ok_or_else(|| not_found(WHAT, &request.id))?;
    store.tick();
    if request.body.count("unreadCount") == Some(0) {
        mark_read(store, &request.id);
    }
    let conversation = find_mut(&mut store.conversations, &request.id).ok_or_else(|| not_found(WHAT, &request.id))?;
    for property in ["unreadCount", "starred"] {
        if let Some(value) = request.body.get(property) {
            conversation[property] = value.clone();
        }
    }
    Ok(ApiResponse::ok(json!({ "success": true, "conversation": to_response(conversation) })))
}

fn delete(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let conversation = remove(&mut store.conversations, &request.id).ok_or_else(|| not_found(WHAT, &request.id))?;
    store.tick();
    store.messages.retain(|message| message["conversationId"] != text(&conversation, "id"));
    Ok(ApiResponse::ok(json!({ "success": true })))
}

fn to_response(conversation: &Value) -> Value {
    json!({
        "id": conversation["id"],
        "contactId": conversation["contactId"],
        "locationId": LOCATION,
        "deleted": false,
        "inbox": true,
        // The app's number for conversations by phone and email.
        "type": 1,
        "unreadCount": conversation["unreadCount"],
        "assignedTo": conversation["assignedTo"],
        "starred": conversation["starred"],
    })
}
