//! The search for conversations.

use serde_json::{Value, json};

use super::{MESSAGE_TYPES, Summary};
use crate::sandbox::contacts::{record, search::matches};
use crate::sandbox::fields::{FieldKind, FieldValues, optional, required};
use crate::sandbox::response::ApiResponse;
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_04};
use crate::sandbox::store::{Store, contains, date};

/// `GET /conversations/search`
pub const SEARCH: Route = Route {
    version: VERSION_2021_04,
    scope: "conversations.readonly",
    query: &[
        required("locationId", FieldKind::String),
        optional("contactId", FieldKind::String),
        optional("assignedTo", FieldKind::String),
        optional("followers", FieldKind::String),
        optional("query", FieldKind::String),
        optional("id", FieldKind::String),
        optional("status", FieldKind::OneOf(&["all", "read", "unread", "starred", "recents"])),
        optional("lastMessageType", FieldKind::OneOf(MESSAGE_TYPES)),
        optional("lastMessageAction", FieldKind::OneOf(&["automated", "manual"])),
        optional("lastMessageDirection", FieldKind::OneOf(&["inbound", "outbound"])),
        optional("startDate", FieldKind::Number),
        optional("endDate", FieldKind::Number),
        optional("sort", FieldKind::OneOf(&["asc", "desc"])),
        optional(
            "sortBy",
            FieldKind::OneOf(&[
                "last_manual_message_date",
                "last_message_date",
                "score_profile",
                "overdue_at",
                "due_at",
            ]),
        ),
        optional("startAfterDate", FieldKind::Number),
        optional("limit", FieldKind::BoundedInt(1, 100)),
        // Accepted without effect, because there are no mentions and no scores.
        optional("mentions", FieldKind::String),
        optional("sortScoreProfile", FieldKind::String),
        optional("scoreProfile", FieldKind::String),
        optional("scoreProfileMin", FieldKind::Number),
        optional("scoreProfileMax", FieldKind::Number),
    ],
    body: None,
    handler: |store, request| Ok(search(store, request)),
};

/// Latest message first by default. `startAfterDate` is the sort value of the last conversation on the page before;
/// `total` counts the matches on all pages. A contact without a conversation, or an unknown one, has no matches.
fn search(store: &Store, request: &ApiRequest) -> ApiResponse {
    let query = &request.query;
    let by_manual = query.text("sortBy") == Some("last_manual_message_date");
    let ascending = query.text("sort") == Some("asc");
    let sort_value = |summary: &Summary| {
        if by_manual { summary.last_manual_date } else { summary.last_date() }
    };
    let is_after_cursor = |value: i64| match query.number("startAfterDate") {
        None => true,
        Some(cursor) if ascending => value > cursor,
        Some(cursor) => value < cursor,
    };
    let mut found: Vec<(i64, Summary)> = store
        .conversations
        .iter()
        .map(|conversation| Summary::new(store, conversation))
        .filter(|summary| passes_filters(summary, query))
        .map(|summary| (sort_value(&summary), summary))
        .collect();
    let total = found.len();
    found.sort_by_key(|(value, _)| *value);
    if !ascending {
        found.reverse();
    }
    let conversations: Vec<Value> = found
        .iter()
        .filter(|(value, _)| is_after_cursor(*value))
        .take(query.count("limit").unwrap_or(20))
        .map(|(value, summary)| summary.to_response(*value))
        .collect();
    ApiResponse::ok(json!({ "conversations": conversations, "total": total }))
}

/// Whether a conversation passes every filter that was sent.
fn passes_filters(summary: &Summary, query: &FieldValues) -> bool {
    let Summary { conversation, contact, last, .. } = summary;
    let is = |record: &Value, property: &str, parameter: &str| {
        query.text(parameter).is_none_or(|wanted| record[property] == wanted)
    };
    let assigned = conversation["assignedTo"].as_str().unwrap_or("unassigned");
    let unread = conversation["unreadCount"] != 0;
    let added = date(conversation, "dateAdded");
    is(conversation, "contactId", "contactId")
        && is(conversation, "id", "id")
        && is(last, "messageType", "lastMessageType")
        && is(last, "direction", "lastMessageDirection")
        && query.text("lastMessageAction").is_none_or(|action| summary.last_outbound_action == Some(action))
        && query.items("assignedTo").is_none_or(|users| users.contains(&assigned))
        && query
            .items("followers")
            .is_none_or(|users| record::texts(&conversation["followers"]).any(|user| users.contains(&user)))
        && match query.text("status") {
            Some("unread") => unread,
            Some("read") => !unread,
            Some("starred") => conversation["starred"] == true,
            // "recents" is the app's name for all, latest first.
            _ => true,
        }
        && query
            .text("query")
            .is_none_or(|words| matches(contact, words) || contains(last, &["body"], &words.to_lowercase()))
        && query.number("startDate").is_none_or(|start| added >= start)
        && query.number("endDate").is_none_or(|end| added <= end)
}
