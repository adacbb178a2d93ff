//! The search over conversations.

use serde_json::{Value, json};

use super::{MESSAGE_TYPES, Summary};
use crate::sandbox::answer::Answer;
use crate::sandbox::contacts::{record, search::matches};
use crate::sandbox::endpoint::{Call, Endpoint, VERSION_2021_04};
use crate::sandbox::fields::{Fields, Kind, optional, required};
use crate::sandbox::store::{Store, contains, date};

/// `GET /conversations/search`
pub const SEARCH: Endpoint = Endpoint {
    version: VERSION_2021_04,
    scope: "conversations.readonly",
    query: &[
        required("locationId", Kind::Text),
        optional("contactId", Kind::Text),
        optional("assignedTo", Kind::Text),
        optional("followers", Kind::Text),
        optional("query", Kind::Text),
        optional("id", Kind::Text),
        optional("status", Kind::Choice(&["all", "read", "unread", "starred", "recents"])),
        optional("lastMessageType", Kind::Choice(MESSAGE_TYPES)),
        optional("lastMessageAction", Kind::Choice(&["automated", "manual"])),
        optional("lastMessageDirection", Kind::Choice(&["inbound", "outbound"])),
        optional("startDate", Kind::Number),
        optional("endDate", Kind::Number),
        optional("sort", Kind::Choice(&["asc", "desc"])),
        optional(
            "sortBy",
            Kind::Choice(&["last_manual_message_date", "last_message_date", "score_profile", "overdue_at", "due_at"]),
        ),
        optional("startAfterDate", Kind::Number),
        optional("limit", Kind::Count(1, 100)),
        // Accepted, without effect: nobody is mentioned, and there are no scores.
        optional("mentions", Kind::Text),
        optional("sortScoreProfile", Kind::Text),
        optional("scoreProfile", Kind::Text),
        optional("scoreProfileMin", Kind::Number),
        optional("scoreProfileMax", Kind::Number),
    ],
    body: None,
    run: |store, call| Ok(search(store, call)),
};

/// Latest message first, unless asked otherwise. `startAfterDate` is the sort value of the last conversation seen;
/// `total` counts the matches on all pages. A contact without a conversation, or an unknown one, finds nothing.
fn search(store: &Store, call: &Call) -> Answer {
    let query = &call.query;
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
        .filter(|summary| keeps(summary, query))
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
        .map(|(value, summary)| summary.json(*value))
        .collect();
    Answer::ok(json!({ "conversations": conversations, "total": total }))
}

/// Whether a conversation passes every filter that was sent.
fn keeps(summary: &Summary, query: &Fields) -> bool {
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
