//! What the marketing services list: workflows, campaigns, trigger links, forms, their submissions, and surveys.

use serde_json::{Value, json};

use super::fields::{Field, FieldKind, FieldValues, optional, required};
use super::records;
use super::response::{ApiError, ApiResponse, ApiResult};
use super::route::{ApiRequest, Route};
use super::store::{Store, contains, date};
use super::time;

const LOCATION_ONLY: &[Field] = &[required("locationId", FieldKind::String)];
const PAGED: &[Field] = &[
    required("locationId", FieldKind::String),
    optional("skip", FieldKind::BoundedInt(0, u64::MAX)),
    optional("limit", FieldKind::BoundedInt(1, 50)),
    // Accepted without effect: no form or survey is in a folder.
    optional("type", FieldKind::String),
];

/// `GET /workflows/`
pub const WORKFLOWS: Route = Route::without_body("workflows.readonly", LOCATION_ONLY, |store, _| {
    Ok(ApiResponse::ok(json!({ "workflows": store.workflows })))
});

/// `GET /campaigns/`
pub const CAMPAIGNS: Route = Route::without_body(
    "campaigns.readonly",
    &[required("locationId", FieldKind::String), optional("status", FieldKind::OneOf(&["draft", "published"]))],
    |store, request| {
        let status = request.query.text("status");
        let is_wanted = |campaign: &&Value| status.is_none_or(|status| campaign["status"] == status);
        let campaigns: Vec<&Value> = store.campaigns.iter().filter(is_wanted).collect();
        Ok(ApiResponse::ok(json!({ "campaigns": campaigns })))
    },
);

/// `GET /links/`
pub const LINKS: Route = Route::without_body("links.readonly", LOCATION_ONLY, |store, _| {
    Ok(ApiResponse::ok(json!({ "links": store.links })))
});

/// `GET /forms/`
pub const FORMS: Route = Route::without_body("forms.readonly", PAGED, |store, request| {
    Ok(ApiResponse::ok(json!({ "forms": page(&store.forms, &request.query), "total": store.forms.len() })))
});

/// `GET /surveys/`
pub const SURVEYS: Route = Route::without_body("surveys.readonly", PAGED, |store, request| {
    Ok(ApiResponse::ok(json!({ "surveys": page(&store.surveys, &request.query), "total": store.surveys.len() })))
});

fn page<'r>(records: &'r [Value], query: &FieldValues) -> Vec<&'r Value> {
    records::page(&records.iter().collect::<Vec<_>>(), query, "skip", 10)
}

/// `GET /forms/submissions`
pub const FORM_SUBMISSIONS: Route = Route::without_body(
    "forms.readonly",
    &[
        required("locationId", FieldKind::String),
        optional("page", FieldKind::BoundedInt(1, u64::MAX)),
        optional("limit", FieldKind::BoundedInt(1, 100)),
        optional("formId", FieldKind::String),
        optional("q", FieldKind::String),
        optional("startAt", FieldKind::Date),
        optional("endAt", FieldKind::Date),
    ],
    form_submissions,
);

/// Newest first. The documents' default is the month until today, which is all of the sandbox's data.
fn form_submissions(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let query = &request.query;
    let start = query.moment("startAt").unwrap_or(i64::MIN);
    let end = query.text("endAt").and_then(time::parse_span).map_or(i64::MAX, |(_, end)| end);
    if end < start {
        return Err(ApiError::unprocessable(vec!["endAt must not be before startAt".to_owned()]));
    }
    let words = query.text("q").unwrap_or_default().to_lowercase();
    let mut found: Vec<&Value> = store
        .form_submissions
        .iter()
        .filter(|submission| query.text("formId").is_none_or(|id| submission["formId"] == id))
        .filter(|submission| contains(submission, &["contactId", "name", "email"], &words))
        .filter(|submission| (start..=end).contains(&date(submission, "createdAt")))
        .collect();
    found.sort_by_key(|submission| std::cmp::Reverse(date(submission, "createdAt")));
    let (total, limit) = (found.len(), query.count("limit").unwrap_or(20));
    let number = query.count("page").unwrap_or(1);
    let page: Vec<&Value> = found.into_iter().skip((number - 1).saturating_mul(limit)).take(limit).collect();
    let is_last = number.saturating_mul(limit) >= total;
    Ok(ApiResponse::ok(json!({ "submissions": page, "meta": {
        "total": total,
        "currentPage": number,
        "nextPage": (!is_last).then(|| number + 1),
        "prevPage": (number > 1).then(|| number - 1),
    } })))
}
