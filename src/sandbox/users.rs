//! The users: the team of the location.

use serde_json::{Value, json};

use super::fields::{FieldKind, optional, required};
use super::records;
use super::response::{ApiError, ApiResponse, ApiResult};
use super::route::{ApiRequest, Route};
use super::store::{Store, contains};
use http::StatusCode;

const READ: &str = "users.readonly";

/// `GET /users/`, which the documents call deprecated.
pub const LIST: Route = Route::without_body(READ, &[required("locationId", FieldKind::String)], |store, _| {
    Ok(ApiResponse::ok(json!({ "users": store.users })))
});

/// `GET /users/search`
pub const SEARCH: Route = Route::without_body(
    READ,
    &[
        required("companyId", FieldKind::String),
        optional("query", FieldKind::String),
        optional("skip", FieldKind::BoundedInt(0, u64::MAX)),
        optional("limit", FieldKind::BoundedInt(1, 100)),
        optional("locationId", FieldKind::String),
        optional("type", FieldKind::String),
        optional("role", FieldKind::String),
        optional("ids", FieldKind::String),
        // Accepted without effect: the users are always in the same order, and no calendar is synchronized.
        optional("sort", FieldKind::String),
        optional("sortDirection", FieldKind::String),
        optional("enabled2waySync", FieldKind::Boolean),
    ],
    search,
);

/// `GET /users/{userId}`
pub const GET: Route =
    Route::without_body(READ, &[], |store, request| Ok(ApiResponse::ok(store.user(&request.id)?.clone())));

/// `count` is the number of matches on all pages.
fn search(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let query = &request.query;
    if query.get("companyId") != store.location.get("companyId") {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "The token does not have access to this company."));
    }
    let words = query.text("query").unwrap_or_default().to_lowercase();
    let ids = query.items("ids");
    let found: Vec<&Value> = store
        .users
        .iter()
        .filter(|user| contains(user, &["name", "email", "phone"], &words))
        .filter(|user| ids.as_ref().is_none_or(|ids| ids.iter().any(|id| user["id"] == *id)))
        .filter(|user| ["type", "role"].iter().all(|name| query.text(name).is_none_or(|v| user["roles"][name] == v)))
        .collect();
    Ok(ApiResponse::ok(json!({ "users": records::page(&found, query, "skip", 25), "count": found.len() })))
}
