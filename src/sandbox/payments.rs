//! Orders and transactions.

use serde_json::{Value, json};

use super::fields::{FieldKind, FieldValues, optional, required};
use super::response::{ApiError, ApiResponse, ApiResult};
use super::route::{ApiRequest, Route, VERSION_2021_07};
use super::store::{Store, contains, date};
use super::time::{self, Span};

/// The only kind of owner that a location's token has access to.
const ALT_TYPE: FieldKind = FieldKind::OneOf(&["location"]);

/// `GET /payments/orders/{orderId}`
pub const ORDER: Route = Route {
    version: VERSION_2021_07,
    scope: "payments/orders.readonly",
    query: &[
        required("altId", FieldKind::String),
        // Not in the document, but the real API requires it.
        required("altType", ALT_TYPE),
        optional("locationId", FieldKind::String),
    ],
    body: None,
    handler: order,
};

/// `GET /payments/transactions`
pub const TRANSACTIONS: Route = Route {
    version: VERSION_2021_07,
    scope: "payments/transactions.readonly",
    query: &[
        required("altId", FieldKind::String),
        required("altType", ALT_TYPE),
        optional("locationId", FieldKind::String),
        optional("contactId", FieldKind::String),
        optional("entityId", FieldKind::String),
        optional("subscriptionId", FieldKind::String),
        optional("entitySourceType", FieldKind::String),
        optional("entitySourceSubType", FieldKind::String),
        optional("paymentMode", FieldKind::OneOf(&["live", "test"])),
        optional("startAt", FieldKind::String),
        optional("endAt", FieldKind::String),
        optional("search", FieldKind::String),
        optional("limit", FieldKind::BoundedInt(1, 100)),
        optional("offset", FieldKind::BoundedInt(0, u64::MAX)),
    ],
    body: None,
    handler: transactions,
};

fn order(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let order = store.orders.iter().find(|order| order["_id"] == request.id.as_str());
    let order = order.ok_or_else(|| ApiError::bad_request("Order not found"))?;
    Ok(ApiResponse::ok(order.clone()))
}

/// Newest first. `totalCount` counts the matches on all pages.
fn transactions(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let query = &request.query;
    let window = window(query)?;
    let mut found: Vec<&Value> =
        store.transactions.iter().filter(|transaction| passes_filters(transaction, query, window)).collect();
    found.sort_by_key(|transaction| std::cmp::Reverse(date(transaction, "createdAt")));
    let total = found.len();
    let offset = query.count("offset").unwrap_or(0);
    let limit = query.count("limit").unwrap_or(10);
    let page: Vec<&Value> = found.into_iter().skip(offset).take(limit).collect();
    Ok(ApiResponse::ok(json!({ "data": page, "totalCount": total })))
}

/// From the start of `startAt` to the end of `endAt`, which may be a day or a moment.
fn window(query: &FieldValues) -> Result<Span, ApiError> {
    let date = |name: &str, default: i64| match query.text(name) {
        None => Ok((default, default)),
        Some(sent) => time::parse_span(sent)
            .ok_or_else(|| ApiError::unprocessable(vec![format!("{name} must be a date like 2026-11-30")])),
    };
    Ok((date("startAt", i64::MIN)?.0, date("endAt", i64::MAX)?.1))
}

/// Whether a transaction passes every filter that was sent.
fn passes_filters(transaction: &Value, query: &FieldValues, (start, end): Span) -> bool {
    let exact = ["contactId", "entityId", "subscriptionId", "entitySourceType", "entitySourceSubType"];
    exact.iter().all(|name| query.text(name).is_none_or(|wanted| transaction[name] == wanted))
        && query.text("paymentMode").is_none_or(|mode| transaction["liveMode"] == (mode == "live"))
        && (start..=end).contains(&date(transaction, "createdAt"))
        && query.text("search").is_none_or(|words| {
            let names = ["entitySourceName", "contactName", "contactEmail"];
            contains(transaction, &names, &words.to_lowercase())
        })
}
