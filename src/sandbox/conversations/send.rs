//! Sending a message.

use serde_json::{Value, json};

use crate::sandbox::LOCATION;
use crate::sandbox::fields::{FieldKind, optional, required};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_04};
use crate::sandbox::store::{Store, text};
use crate::sandbox::time;

/// `POST /conversations/messages`
pub const SEND: Route = Route {
    version: VERSION_2021_04,
    scope: "conversations/message.write",
    query: &[],
    body: Some(&[
        required(
            "type",
            FieldKind::Choice(&["SMS", "RCS", "Email", "WhatsApp", "IG", "FB", "Custom", "Live_Chat", "TIKTOK"]),
        ),
        required("contactId", FieldKind::Text),
        // The documents require these two as well; the real API does not.
        optional("subType", FieldKind::Anything),
        optional("status", FieldKind::Choice(&["delivered", "failed", "pending", "read"])),
        optional("message", FieldKind::Text),
        optional("html", FieldKind::Text),
        optional("attachments", FieldKind::Texts),
        optional("templateId", FieldKind::Text),
        optional("subject", FieldKind::Text),
        optional("appointmentId", FieldKind::Text),
        optional("emailFrom", FieldKind::Text),
        optional("emailTo", FieldKind::Text),
        optional("emailCc", FieldKind::Texts),
        optional("emailBcc", FieldKind::Texts),
        optional("emailReplyMode", FieldKind::Choice(&["reply", "reply_all"])),
        optional("replyMessageId", FieldKind::Text),
        optional("threadId", FieldKind::Text),
        optional("scheduledTimestamp", FieldKind::Number),
        optional("conversationProviderId", FieldKind::Text),
        optional("customSubtypeId", FieldKind::Text),
        optional("fromNumber", FieldKind::Text),
        optional("toNumber", FieldKind::Text),
        optional("forward", FieldKind::Record),
        optional("usesNativeSchedulingAi", FieldKind::Flag),
        optional("optimizationPeriod", FieldKind::Choice(&["24h", "48h", "72h"])),
    ]),
    run: send,
};

/// Answers with the ids of the message and of its conversation, which is made when the contact has none.
fn send(store: &mut Store, call: &ApiRequest) -> ApiResult {
    let body = &call.body;
    let attachments = body.get("attachments").and_then(Value::as_array).filter(|list| !list.is_empty());
    let has_text = ["message", "html", "templateId"].iter().any(|part| body.text(part).is_some());
    if !has_text && attachments.is_none() {
        return Err(ApiError::unprocessable(vec![
            "There is no message, html, attachments or templateId to send".to_owned(),
        ]));
    }
    let channel = Channel::of(body.text("type").unwrap_or_default());
    let contact_id = body.text("contactId").unwrap_or_default().to_owned();
    check_reachable(store.contact(&contact_id)?, &channel)?;

    let now = time::iso(store.tick());
    let conversation_id = conversation_of(store, &contact_id, &now);
    let message_id = store.new_id();
    let scheduled = body.get("scheduledTimestamp").is_some();
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
        "status": if scheduled { "scheduled" } else { "sent" },
        "contentType": if body.text("html").is_some() { "text/html" } else { "text/plain" },
        "attachments": attachments.cloned().unwrap_or_default(),
        "source": "api",
    });
    let mut answer = json!({
        "conversationId": conversation_id,
        "messageId": message_id,
        "msg": if scheduled { "Message scheduled" } else { "Message queued" },
        "status": "pending",
    });
    if channel.message_type == "TYPE_EMAIL" {
        let email_id = store.new_id();
        message["subject"] = body.text("subject").into();
        message["meta"] = json!({ "email": { "messageIds": [email_id] } });
        answer["emailMessageId"] = email_id.into();
    }
    store.messages.push(message);
    Ok(ApiResponse::ok(answer))
}

/// What a message's type means for the record of it. The numbers are the app's own.
struct Channel {
    message_type: &'static str,
    number: u8,
    /// The contact's property that the channel needs, and the name of its do-not-disturb setting.
    needs: Option<&'static str>,
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

/// The real API does not write to a contact who has no address for the channel, or who does not want to be disturbed.
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

fn conversation_of(store: &mut Store, contact_id: &str, now: &str) -> String {
    let existing = store.conversations.iter().find(|c| c["contactId"] == contact_id);
    if let Some(conversation) = existing {
        return text(conversation, "id").to_owned();
    }
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
