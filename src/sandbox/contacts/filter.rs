//! The search for contacts with filters.
//!
//! The published document of this operation has an empty body. The properties here are those that the API is known to
//! accept: pages by number or by cursor, filters that may be groups, and sorting.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::search::matches;
use super::{READ, record};
use crate::sandbox::fields::{FieldKind, optional, required};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route};
use crate::sandbox::store::{Store, date, text};
use crate::sandbox::time;

/// `POST /contacts/search`
pub const SEARCH: Route = Route::with_body(
    READ,
    &[
        required("locationId", FieldKind::String),
        required("pageLimit", FieldKind::BoundedInt(1, 500)),
        optional("page", FieldKind::BoundedInt(1, u64::MAX)),
        optional("searchAfter", FieldKind::Array),
        optional("query", FieldKind::String),
        optional("filters", FieldKind::Array),
        optional("sort", FieldKind::Array),
    ],
    search,
);

/// Newest first, unless sorted otherwise. Each contact has the cursor that leads to those after it.
fn search(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let body = &request.body;
    let filters = body.get("filters").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let query = body.text("query").unwrap_or_default().trim();
    let mut found: Vec<&Value> = Vec::new();
    for contact in store.contacts.iter().filter(|contact| matches(contact, query)) {
        if group(contact, filters, false)? {
            found.push(contact);
        }
    }
    sort(&mut found, body.get("sort"));
    let total = found.len();
    let limit = body.count("pageLimit").unwrap_or(20);
    let start = match body.get("searchAfter").and_then(|cursor| cursor[1].as_str()) {
        // An unknown cursor ends the list, because a list that started anew would never end.
        Some(after) => found.iter().position(|contact| contact["id"] == after).map_or(total, |at| at + 1),
        None => (body.count("page").unwrap_or(1) - 1).saturating_mul(limit),
    };
    let page = found.into_iter().skip(start).take(limit).map(|contact| {
        let mut listed = record::listed(contact);
        listed["searchAfter"] = json!([date(contact, "dateAdded"), contact["id"]]);
        listed
    });
    Ok(ApiResponse::ok(json!({ "contacts": page.collect::<Value>(), "total": total })))
}

/// By each entry's field in turn, then newest first.
fn sort(contacts: &mut [&Value], orders: Option<&Value>) {
    let orders = orders.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    contacts.sort_by(|one, other| {
        let by_order = |order: &Value| {
            let field = text(order, "field");
            let ordering =
                value(one, field).to_string().to_lowercase().cmp(&value(other, field).to_string().to_lowercase());
            if order["direction"] == "desc" { ordering.reverse() } else { ordering }
        };
        let newest_first =
            || (date(other, "dateAdded"), text(other, "id")).cmp(&(date(one, "dateAdded"), text(one, "id")));
        orders.iter().map(by_order).fold(Ordering::Equal, Ordering::then).then_with(newest_first)
    });
}

/// Whether a contact passes all filters of a group, or any of them.
fn group(contact: &Value, filters: &[Value], is_any: bool) -> Result<bool, ApiError> {
    // All are tried, so that a malformed one is always an error.
    let passed: Vec<bool> = filters.iter().map(|filter| passes(contact, filter)).collect::<Result<_, _>>()?;
    Ok(if is_any { passed.contains(&true) } else { !passed.contains(&false) })
}

fn passes(contact: &Value, filter: &Value) -> Result<bool, ApiError> {
    if let Some(filters) = filter["filters"].as_array() {
        return group(contact, filters, filter["group"] == "OR");
    }
    let (field, operator, wanted) = (text(filter, "field"), text(filter, "operator"), &filter["value"]);
    let value = value(contact, field);
    let is_absent = value.is_null() || value == &json!([]);
    match operator {
        _ if field.is_empty() => Err(ApiError::unprocessable(vec!["filters: field should not be empty".to_owned()])),
        "exists" => Ok(!is_absent),
        "not_exists" => Ok(is_absent),
        "eq" => Ok(any(value, wanted, |value, wanted| value == wanted)),
        "not_eq" => Ok(!any(value, wanted, |value, wanted| value == wanted)),
        "contains" => Ok(any(value, wanted, |value, wanted| value.contains(wanted))),
        "not_contains" => Ok(!any(value, wanted, |value, wanted| value.contains(wanted))),
        "range" => Ok(is_in_range(value, wanted)),
        _ => Err(ApiError::unprocessable(vec![
            "filters: operator must be one of the following values: eq, not_eq, contains, not_contains, exists, \
             not_exists, range"
                .to_owned(),
        ])),
    }
}

/// The property that a filter's field names; custom fields are named `customFields.{id}`.
fn value<'c>(contact: &'c Value, field: &str) -> &'c Value {
    match field.strip_prefix("customFields.") {
        Some(id) => {
            let fields = contact["customFields"].as_array().into_iter().flatten();
            fields.into_iter().find(|field| field["id"] == id).map_or(&Value::Null, |field| &field["value"])
        }
        None => &contact[field],
    }
}

/// Whether one of the values agrees with one of the wanted ones, without regard to case. Both may be arrays.
fn any(value: &Value, wanted: &Value, agrees: fn(&str, &str) -> bool) -> bool {
    let texts = |value: &Value| -> Vec<String> {
        let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let items = items.iter().filter(|item| !item.is_null());
        items.map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_lowercase)).collect()
    };
    let wanted = texts(wanted);
    texts(value).iter().any(|value| wanted.iter().any(|wanted| agrees(value, wanted)))
}

/// Whether a date or number lies between the bounds `gt`, `gte`, `lt` and `lte`, as far as they are given.
fn is_in_range(value: &Value, bounds: &Value) -> bool {
    let number = |value: &Value| match value.as_str() {
        Some(text) => time::parse_span(text).map(|(start, _)| start),
        None => value.as_i64(),
    };
    let Some(value) = number(value) else {
        return false;
    };
    let holds =
        |name: &str, holds: fn(&i64, &i64) -> bool| number(&bounds[name]).is_none_or(|bound| holds(&value, &bound));
    holds("gt", i64::gt) && holds("gte", i64::ge) && holds("lt", i64::lt) && holds("lte", i64::le)
}
