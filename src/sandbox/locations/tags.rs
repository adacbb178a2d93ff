//! The tags that contacts of the location can have.

use serde_json::{Value, json};

use crate::sandbox::LOCATION;
use crate::sandbox::contacts::record::{normal_tags, texts};
use crate::sandbox::fields::{Field, FieldKind, required};
use crate::sandbox::records::{self, succeeded};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route};
use crate::sandbox::store::{Store, find, find_mut, not_found, remove, text};

const READ: &str = "locations/tags.readonly";
const WRITE: &str = "locations/tags.write";
const BODY: &[Field] = &[required("name", FieldKind::String)];
const TAG: &str = "Tag";

/// `GET /locations/{locationId}/tags`
pub const LIST: Route = Route::without_body(READ, &[], |store, _| {
    add_used_tags(store);
    Ok(ApiResponse::ok(json!({ "tags": store.location_tags })))
});

/// `POST /locations/{locationId}/tags`
pub const CREATE: Route = Route::with_body(WRITE, BODY, create);

/// `GET /locations/{locationId}/tags/{tagId}`
pub const GET: Route =
    Route::without_body(READ, &[], |store, request| records::show(&store.location_tags, TAG, "tag", &request.child_id));

/// `PUT /locations/{locationId}/tags/{tagId}`
pub const UPDATE: Route = Route::with_body(WRITE, BODY, update);

/// `DELETE /locations/{locationId}/tags/{tagId}`
pub const DELETE: Route = Route::without_body(WRITE, &[], delete);

/// A tag that a contact was given by name is one of the location's from then on. Contacts get tags in several ways, so
/// that those which are missing here are added when the list is needed.
fn add_used_tags(store: &mut Store) {
    let used: Vec<String> = normal_tags(store.contacts.iter().flat_map(|contact| texts(&contact["tags"])));
    for name in used {
        if !is_known(store, &name) {
            let id = store.new_id();
            store.location_tags.push(json!({ "id": id, "name": name, "locationId": LOCATION }));
        }
    }
}

fn is_known(store: &Store, name: &str) -> bool {
    store.location_tags.iter().any(|tag| text(tag, "name") == name)
}

/// The name of a body, as tags are written. One that another tag has is an error.
fn new_name(store: &mut Store, request: &ApiRequest) -> Result<String, ApiError> {
    add_used_tags(store);
    let name = normal_tags(request.body.text("name")).pop();
    let name = name.ok_or_else(|| ApiError::unprocessable(vec!["name should not be empty".to_owned()]))?;
    if find(&store.location_tags, &request.child_id).is_none_or(|tag| text(tag, "name") != name)
        && is_known(store, &name)
    {
        return Err(ApiError::bad_request(format!("There is a tag {name} already.")));
    }
    Ok(name)
}

/// The documents respond with 200, not with 201.
fn create(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let name = new_name(store, request)?;
    store.tick();
    let tag = json!({ "id": store.new_id(), "name": name, "locationId": LOCATION });
    store.location_tags.push(tag.clone());
    Ok(ApiResponse::ok(json!({ "tag": tag })))
}

/// Renames the tag of every contact that has it, too.
fn update(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let name = new_name(store, request)?;
    let tag = find_mut(&mut store.location_tags, &request.child_id).ok_or_else(|| not_found(TAG, &request.child_id))?;
    let before = text(tag, "name").to_owned();
    tag["name"] = name.as_str().into();
    let tag = tag.clone();
    store.tick();
    replace(&mut store.contacts, &before, Some(&name));
    Ok(ApiResponse::ok(json!({ "tag": tag })))
}

/// Removes the tag from every contact that has it, too: it would otherwise come back with the next list.
fn delete(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let tag = remove(&mut store.location_tags, &request.child_id).ok_or_else(|| not_found(TAG, &request.child_id))?;
    store.tick();
    replace(&mut store.contacts, text(&tag, "name"), None);
    Ok(succeeded())
}

fn replace(contacts: &mut [Value], before: &str, after: Option<&str>) {
    for contact in contacts {
        let tags = texts(&contact["tags"]).filter_map(|tag| if tag == before { after } else { Some(tag) });
        contact["tags"] = normal_tags(tags).into();
    }
}
