//! The businesses that contacts work for.

use serde_json::{Value, json};

use super::LOCATION;
use super::fields::{FieldKind, optional, required};
use super::records;
use super::response::ApiResponse;
use super::route::{ApiRequest, Route};
use super::store::Store;

const READ: &str = "businesses.readonly";

/// `GET /businesses/`
pub const LIST: Route = Route::without_body(
    READ,
    &[
        required("locationId", FieldKind::String),
        optional("limit", FieldKind::BoundedInt(1, 100)),
        optional("skip", FieldKind::BoundedInt(0, u64::MAX)),
    ],
    |store, request| {
        let all: Vec<&Value> = store.businesses.iter().collect();
        Ok(ApiResponse::ok(json!({ "businesses": records::page(&all, &request.query, "skip", 100) })))
    },
);

/// `GET /businesses/{businessId}`
pub const GET: Route = Route::without_body(READ, &[], |store, request| {
    records::show(&store.businesses, "Business", "business", &request.id)
});

/// `POST /businesses/`
pub const CREATE: Route = Route::with_body(
    "businesses.write",
    &[
        required("name", FieldKind::String),
        required("locationId", FieldKind::String),
        optional("phone", FieldKind::Phone),
        optional("email", FieldKind::Email),
        optional("website", FieldKind::String),
        optional("address", FieldKind::String),
        optional("city", FieldKind::String),
        optional("postalCode", FieldKind::String),
        optional("state", FieldKind::String),
        optional("country", FieldKind::String),
        optional("description", FieldKind::String),
    ],
    |store, request| Ok(create(store, request)),
);

/// `buiseness` is the documents' spelling.
fn create(store: &mut Store, request: &ApiRequest) -> ApiResponse {
    let now = store.tick();
    let mut business = json!({ "id": store.new_hex_id(), "createdAt": now, "updatedAt": now });
    records::set(&mut business, &request.body, &[]);
    business["locationId"] = LOCATION.into();
    store.businesses.push(business.clone());
    ApiResponse::created(json!({ "success": true, "buiseness": business }))
}
