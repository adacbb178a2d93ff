//! The messages of a conversation.

use serde_json::{Value, json};

use crate::sandbox::fields::{FieldKind, optional};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_04};
use crate::sandbox::store::{Store, find, not_found, text};

/// `GET /conversations/{conversationId}/messages`
pub const LIST: Route = Route {
    version: VERSION_2021_04,
    scope: "conversations/message.readonly",
    query: &[
        optional("lastMessageId", FieldKind::String),
        optional("limit", FieldKind::BoundedInt(1, 100)),
        // The documents describe a comma-separated list, though their schema has one value.
        optional(
            "type",
            FieldKind::CommaSeparated(&[
                "TYPE_CALL",
                "TYPE_SMS",
                "TYPE_RCS",
                "TYPE_EMAIL",
                "TYPE_FACEBOOK",
                "TYPE_GMB",
                "TYPE_INSTAGRAM",
                "TYPE_WHATSAPP",
                "TYPE_ACTIVITY_APPOINTMENT",
                "TYPE_ACTIVITY_CONTACT",
                "TYPE_ACTIVITY_INVOICE",
                "TYPE_ACTIVITY_PAYMENT",
                "TYPE_ACTIVITY_OPPORTUNITY",
                "TYPE_LIVE_CHAT",
                "TYPE_INTERNAL_COMMENTS",
                "TYPE_ACTIVITY_EMPLOYEE_ACTION_LOG",
                "TYPE_TIKTOK",
                "TYPE_ACTIVITY_WHATSAPP",
                "TYPE_FORM_SUBMISSION",
            ]),
        ),
    ],
    body: None,
    handler: list,
};

/// Newest first. `lastMessageId` is the oldest message that the client has; the page has older ones.
fn list(store: &mut Store, request: &ApiRequest) -> ApiResult {
    find(&store.conversations, &request.id).ok_or_else(|| not_found("Conversation", &request.id))?;
    let mut messages: Vec<&Value> =
        store.messages.iter().rev().filter(|m| m["conversationId"] == request.id.as_str()).collect();
    if let Some(last_seen) = request.query.text("lastMessageId") {
        let seen = messages.iter().position(|m| m["id"] == last_seen);
        let seen = seen.ok_or_else(|| ApiError::bad_request("lastMessageId is not in this conversation"))?;
        messages.drain(..=seen);
    }
    if let Some(types) = request.query.items("type") {
        // The filter's name for internal comments is a plural, the type of a message is a singular.
        messages.retain(|m| {
            let message_type = text(m, "messageType");
            types.iter().any(|wanted| *wanted == message_type || wanted.strip_suffix('S') == Some(message_type))
        });
    }
    let limit = request.query.count("limit").unwrap_or(20);
    let next_page = messages.len() > limit;
    messages.truncate(limit);
    Ok(ApiResponse::ok(json!({ "messages": {
        "lastMessageId": messages.last().map(|m| &m["id"]),
        "nextPage": next_page,
        "messages": messages,
    } })))
}
