//! The custom values of the location: texts that its messages and pages insert by their keys.

use serde_json::json;

use crate::sandbox::LOCATION;
use crate::sandbox::fields::{Field, FieldKind, required};
use crate::sandbox::records;
use crate::sandbox::response::ApiResponse;
use crate::sandbox::route::{ApiRequest, Route};
use crate::sandbox::store::Store;

const READ: &str = "locations/customValues.readonly";
const WRITE: &str = "locations/customValues.write";
const BODY: &[Field] = &[required("name", FieldKind::String), required("value", FieldKind::String)];
const CUSTOM_VALUE: &str = "Custom value";

/// `GET /locations/{locationId}/customValues`
pub const LIST: Route =
    Route::without_body(READ, &[], |store, _| Ok(ApiResponse::ok(json!({ "customValues": store.custom_values }))));

/// `POST /locations/{locationId}/customValues`
pub const CREATE: Route = Route::with_body(WRITE, BODY, |store, request| Ok(create(store, request)));

/// `GET /locations/{locationId}/customValues/{id}`
pub const GET: Route = Route::without_body(READ, &[], |store, request| {
    records::show(&store.custom_values, CUSTOM_VALUE, "customValue", &request.child_id)
});

/// `PUT /locations/{locationId}/customValues/{id}`, which keeps the key.
pub const UPDATE: Route = Route::with_body(WRITE, BODY, |store, request| {
    store.tick();
    records::update(&mut store.custom_values, CUSTOM_VALUE, "customValue", &request.child_id, &request.body)
});

/// `DELETE /locations/{locationId}/customValues/{id}`
pub const DELETE: Route = Route::without_body(WRITE, &[], |store, request| {
    store.tick();
    records::delete(&mut store.custom_values, CUSTOM_VALUE, &request.child_id)
});

fn create(store: &mut Store, request: &ApiRequest) -> ApiResponse {
    let name = request.body.text("name").unwrap_or_default();
    let mut value = json!({ "id": store.new_id(), "name": name, "fieldKey": key(name), "locationId": LOCATION });
    records::set(&mut value, &request.body, &[]);
    store.tick();
    store.custom_values.push(value.clone());
    ApiResponse::created(json!({ "customValue": value }))
}

/// How a message or page inserts the value with this name.
pub fn key(name: &str) -> String {
    let key: String = name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    format!("{{{{ custom_values.{key} }}}}")
}
