//! Sending a message.

use serde_json::{Value, json};

use crate::sandbox::LOCATION;
use crate::sandbox::fields::{FieldKind, optional, required};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_04};
use crate::sandbox::store::{Store, find_mut, text};

/// `POST /conversations/messages`
pub const SEND: Route = Route {
    version: VERSION_2021_04,
    scope: "conversations/message.write",
    query: &[],
    body: Some(&[
        required(
            "type",
            FieldKind::OneOf(&["SMS", "RCS", "Email", "WhatsApp", "IG", "FB", "Custom", "Live_Chat", "TIKTOK"]),
        ),
        required("contactId", FieldKind::String),
        // The documents require these two as well; the real API does not.
        optional("subType", FieldKind::Any),
        optional("status", FieldKind::OneOf(&["delivered", "failed", "pending", "read"])),
        optional("message", FieldKind::String),
        optional("html", FieldKind::String),
        optional("attachments", FieldKind::Strings),
        optional("templateId", FieldKind::String),
        optional("subject", FieldKind::String),
        optional("appointmentId", FieldKind::String),
        // Not an email alone: senders are also written as "Name <email>".
        optional("emailFrom", FieldKind::String),
        optional("emailTo", FieldKind::Email),
        optional("emailCc", FieldKind::Emails),
        optional("emailBcc", FieldKind::Emails),
        optional("emailReplyMode", FieldKind::OneOf(&["reply", "reply_all"])),
        optional("replyMessageId", FieldKind::String),
        optional("threadId", FieldKind::String),
        optional("scheduledTimestamp", FieldKind::Number),
        optional("conversationProviderId", FieldKind::String),
        optional("customSubtypeId", FieldKind::String),
        optional("fromNumber", FieldKind::Phone),
        optional("toNumber", FieldKind::Phone),
        optional("forward", FieldKind::Object),
        optional("usesNativeSchedulingAi", FieldKind::Boolean),
        optional("optimizationPeriod", FieldKind::OneOf(&["24h", "48h", "72h"])),
    ]),
    handler: send,
};

/// Responds with the ids of the message and of its conversation, which is created if the contact has none.
fn send(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let body = &request.body;
    let attachments = body.get("attachments").and_then(Value::as_array).filter(|list| !list.is_empty());
    let has_text = ["message", "html", "templateId"].iter().any(|part| body.text(part).is_some());
    if !has_text && attachments.is_none() {
        return Err(ApiError::unprocessable(vec![
            "There is no message, html, attachments or templateId to send".to_owned(),
        ]));
    }
    let is_scheduled = is_scheduled(store, request)?;
    let channel = Channel::of(body.text("type").unwrap_or_default());
    let contact_id = body.text("contactId").unwrap_or_default().to_owned();
    check_reachable(store.contact(&contact_id)?, &channel)?;

    let now = store.tick();
    let conversation_id = conversation_of(store, &contact_id, &now);
    let message_id = store.new_id();
    let mut message = json!({
        "id": message_id,
        "type": channel.number,
        "messageType": channel.message_type,
        "locationId": LOCATION,
        "contactId": contact_id,
        "conversationId": conversation_id,
        "dateAdded": now,
        "body": body.text("message").or_else(|| body.text("html")).unwrap_or_default(),
        "direction": "outbound",
        "status": if is_scheduled { "scheduled" } else { "sent" },
        "contentType": if body.text("html").is_some() { "text/html" } else { "text/plain" },
        "attachments": attachments.cloned().unwrap_or_default(),
        "source": "api",
    });
    let mut response = json!({
        "conversationId": conversation_id,
        "messageId": message_id,
        "msg": if is_scheduled { "Message scheduled" } else { "Message queued" },
        "status": "pending",
    });
    if channel.message_type == "TYPE_EMAIL" {
        let email_id = store.new_id();
        message["subject"] = body.text("subject").into();
        message["meta"] = json!({ "email": { "messageIds": [email_id] } });
        response["emailMessageId"] = email_id.into();
    }
    store.messages.push(message);
    if !is_scheduled {
        mark_read(store, &conversation_id);
    }
    Ok(ApiResponse::ok(response))
}

/// Whether a message is for later. A time in the past is an error; it is in epoch seconds, unlike all other times.
fn is_scheduled(store: &Store, request: &ApiRequest) -> Result<bool, ApiError> {
    let Some(at) = request.body.number("scheduledTimestamp") else {
        return Ok(false);
    };
    let now = store.clock.now_ms() / 1000;
    if at < now {
        return Err(ApiError::unprocessable(vec![format!("scheduledTimestamp must not be less than {now}")]));
    }
    Ok(true)
}

/// Marks what the contact wrote as read, because it was replied to. The documents do not say whether the API does so;
/// otherwise an agent that works through the unread conversations would find those again which it has dealt with.
pub fn mark_read(store: &mut Store, conversation_id: &str) {
    if let Some(conversation) = find_mut(&mut store.conversations, conversation_id) {
        conversation["unreadCount"] = 0.into();
    }
    let own = store.messages.iter_mut().filter(|message| message["conversationId"] == conversation_id);
    for message in own.filter(|message| message["direction"] == "inbound") {
        message["status"] = "read".into();
    }
}

/// The properties of a message's type. The numbers are the app's own.
struct Channel {
    message_type: &'static str,
    number: u8,
    /// The contact's property that the channel needs.
    needs: Option<&'static str>,
    /// The name of the channel's do-not-disturb setting; empty if there is none.
    dnd: &'static str,
}

impl Channel {
    fn of(name: &str) -> Self {
        let (message_type, number, needs, dnd) = match name {
            "Email" => ("TYPE_EMAIL", 3, Some("email"), "Email"),
            "FB" => ("TYPE_FACEBOOK", 11, None, "FB"),
            "IG" => ("TYPE_INSTAGRAM", 18, None, "FB"),
            "WhatsApp" => ("TYPE_WHATSAPP", 19, Some("phone"), "WhatsApp"),
            "Custom" => ("TYPE_CUSTOM_SMS", 20, None, "SMS"),
            "Live_Chat" => ("TYPE_LIVE_CHAT", 29, None, ""),
            "TIKTOK" => ("TYPE_TIKTOK", 37, None, ""),
            "RCS" => ("TYPE_RCS", 40, Some("phone"), "SMS"),
            _ => ("TYPE_SMS", 2, Some("phone"), "SMS"),
        };
        Self { message_type, number, needs, dnd }
    }
}

/// Rejects a message to a contact that has no email or phone for the channel, or for whom do-not-disturb is active, as
/// the real API does.
fn check_reachable(contact: &Value, channel: &Channel) -> Result<(), ApiError> {
    if let Some(needs) = channel.needs.filter(|needs| text(contact, needs).is_empty()) {
        return Err(ApiError::bad_request(format!("The contact has no {needs}")));
    }
    let status = &contact["dndSettings"][channel.dnd]["status"];
    if contact["dnd"] == true || status == "active" || status == "permanent" {
        return Err(ApiError::bad_request("Cannot send message as DND is active for this contact"));
    }
    Ok(())
}

/// The id of the contact's conversation, which is created if there is none.
fn conversation_of(store: &mut Store, contact_id: &str, now: &str) -> String {
    let existing = store.conversations.iter().find(|c| c["contactId"] == contact_id);
    if let Some(conversation) = existing {
        return text(conversation, "id").to_owned();
    }
    insert(store, contact_id, now)
}

/// Adds a conversation without messages and returns its id.
pub fn insert(store: &mut Store, contact_id: &str, now: &str) -> String {
    let id = store.new_id();
    store.conversations.push(json!({
        "id": id,
        "contactId": contact_id,
        "assignedTo": null,
        "followers": [],
        "starred": false,
        "unreadCount": 0,
        "dateAdded": now,
    }));
    id
}
