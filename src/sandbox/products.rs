//! Products and their prices.

use serde_json::{Value, json};

use super::LOCATION;
use super::fields::{FieldKind, optional, required};
use super::records;
use super::response::{ApiResponse, ApiResult};
use super::route::{ApiRequest, Route};
use super::store::{Store, contains, find, not_found};

const READ: &str = "products.readonly";
const PRODUCT: &str = "Product";

/// `GET /products/`
pub const LIST: Route = Route::without_body(
    READ,
    &[
        required("locationId", FieldKind::String),
        optional("limit", FieldKind::BoundedInt(0, 100)),
        optional("offset", FieldKind::BoundedInt(0, u64::MAX)),
        optional("search", FieldKind::String),
        // A repeated parameter is an array, a single one a text.
        optional("productIds", FieldKind::Any),
        optional("availableInStore", FieldKind::Boolean),
        // Accepted without effect: there are no collections and no store, and the order is always the same.
        optional("collectionIds", FieldKind::String),
        optional("collectionSlug", FieldKind::String),
        optional("expand", FieldKind::Any),
        optional("storeId", FieldKind::String),
        optional("includedInStore", FieldKind::Boolean),
        optional("sortOrder", FieldKind::OneOf(&["asc", "desc"])),
    ],
    |store, request| Ok(list(store, request)),
);

/// `GET /products/{productId}`
pub const GET: Route = Route::without_body(
    READ,
    &[required("locationId", FieldKind::String), optional("sendWishlistStatus", FieldKind::Boolean)],
    |store, request| {
        let product = find(&store.products, &request.id).ok_or_else(|| not_found(PRODUCT, &request.id))?;
        Ok(ApiResponse::ok(product.clone()))
    },
);

/// `POST /products/`
pub const CREATE: Route = Route::with_body(
    "products.write",
    &[
        required("name", FieldKind::String),
        required("locationId", FieldKind::String),
        required("productType", FieldKind::OneOf(&["DIGITAL", "PHYSICAL", "SERVICE", "PHYSICAL/DIGITAL"])),
        optional("description", FieldKind::String),
        optional("image", FieldKind::String),
        optional("statementDescriptor", FieldKind::String),
        optional("availableInStore", FieldKind::Boolean),
        optional("medias", FieldKind::Array),
        optional("variants", FieldKind::Array),
        optional("collectionIds", FieldKind::Strings),
        optional("isTaxesEnabled", FieldKind::Boolean),
        optional("taxes", FieldKind::Strings),
        optional("automaticTaxCategoryId", FieldKind::String),
        optional("isLabelEnabled", FieldKind::Boolean),
        optional("label", FieldKind::Object),
        optional("slug", FieldKind::String),
        optional("seo", FieldKind::Object),
        optional("taxInclusive", FieldKind::Boolean),
    ],
    |store, request| Ok(create(store, request)),
);

/// `GET /products/{productId}/price`
pub const PRICES: Route = Route::without_body(
    "products/prices.readonly",
    &[
        required("locationId", FieldKind::String),
        optional("limit", FieldKind::BoundedInt(0, 100)),
        optional("offset", FieldKind::BoundedInt(0, u64::MAX)),
        optional("ids", FieldKind::String),
    ],
    prices,
);

/// `total` is an array of one count, as in the documents.
fn list(store: &Store, request: &ApiRequest) -> ApiResponse {
    let query = &request.query;
    let words = query.text("search").unwrap_or_default().to_lowercase();
    let ids = query.get("productIds").map(|ids| ids.as_array().map_or(std::slice::from_ref(ids), Vec::as_slice));
    let found: Vec<&Value> = store
        .products
        .iter()
        .filter(|product| contains(product, &["name"], &words))
        .filter(|product| ids.is_none_or(|ids| ids.contains(&product["_id"])))
        .filter(|product| query.get("availableInStore").is_none_or(|wanted| product["availableInStore"] == *wanted))
        .collect();
    let page = records::page(&found, query, "offset", 25);
    ApiResponse::ok(json!({ "products": page, "total": [{ "total": found.len() }] }))
}

/// A new product has no price: the operation that adds one is not modelled.
fn create(store: &mut Store, request: &ApiRequest) -> ApiResponse {
    let now = store.tick();
    let mut product = json!({
        "_id": store.new_hex_id(),
        "description": "",
        "variants": [],
        "availableInStore": false,
        "createdAt": now,
        "updatedAt": now,
    });
    records::set(&mut product, &request.body, &[]);
    product["locationId"] = LOCATION.into();
    store.products.push(product.clone());
    ApiResponse::created(product)
}

fn prices(store: &mut Store, request: &ApiRequest) -> ApiResult {
    find(&store.products, &request.id).ok_or_else(|| not_found(PRODUCT, &request.id))?;
    let ids = request.query.items("ids");
    let found: Vec<&Value> = store
        .prices
        .iter()
        .filter(|price| price["product"] == request.id.as_str())
        .filter(|price| ids.as_ref().is_none_or(|ids| ids.iter().any(|id| price["_id"] == *id)))
        .collect();
    let page = records::page(&found, &request.query, "offset", 25);
    Ok(ApiResponse::ok(json!({ "prices": page, "total": found.len() })))
}
