//! Conversations and their messages.
//!
//! A conversation stores its contact, assignment, star and unread count. What a response shows of its last message is
//! read from its messages.

pub mod conversation;
pub mod messages;
pub mod search;
pub mod send;

use serde_json::{Value, json};

use super::LOCATION;
use super::contacts::record;
use super::store::{Store, date, find, text};

/// Every kind of message that the documents name for a conversation's last one.
const MESSAGE_TYPES: &[&str] = &[
    "TYPE_CALL",
    "TYPE_SMS",
    "TYPE_RCS",
    "TYPE_EMAIL",
    "TYPE_SMS_REVIEW_REQUEST",
    "TYPE_WEBCHAT",
    "TYPE_SMS_NO_SHOW_REQUEST",
    "TYPE_CAMPAIGN_SMS",
    "TYPE_CAMPAIGN_CALL",
    "TYPE_CAMPAIGN_EMAIL",
    "TYPE_CAMPAIGN_VOICEMAIL",
    "TYPE_FACEBOOK",
    "TYPE_CAMPAIGN_FACEBOOK",
    "TYPE_CAMPAIGN_MANUAL_CALL",
    "TYPE_CAMPAIGN_MANUAL_SMS",
    "TYPE_GMB",
    "TYPE_CAMPAIGN_GMB",
    "TYPE_REVIEW",
    "TYPE_INSTAGRAM",
    "TYPE_WHATSAPP",
    "TYPE_CUSTOM_SMS",
    "TYPE_CUSTOM_EMAIL",
    "TYPE_CUSTOM_PROVIDER_SMS",
    "TYPE_CUSTOM_PROVIDER_EMAIL",
    "TYPE_IVR_CALL",
    "TYPE_ACTIVITY_CONTACT",
    "TYPE_ACTIVITY_INVOICE",
    "TYPE_ACTIVITY_PAYMENT",
    "TYPE_ACTIVITY_OPPORTUNITY",
    "TYPE_LIVE_CHAT",
    "TYPE_LIVE_CHAT_INFO_MESSAGE",
    "TYPE_ACTIVITY_APPOINTMENT",
    "TYPE_FACEBOOK_COMMENT",
    "TYPE_INSTAGRAM_COMMENT",
    "TYPE_CUSTOM_CALL",
    "TYPE_INTERNAL_COMMENT",
    "TYPE_ACTIVITY_EMPLOYEE_ACTION_LOG",
    "TYPE_TIKTOK",
    "TYPE_TIKTOK_COMMENT",
    "TYPE_ACTIVITY_WHATSAPP",
    "TYPE_FORM_SUBMISSION",
    "TYPE_SMS_REACTION",
];

/// A conversation as the search shows it.
struct Summary<'s> {
    conversation: &'s Value,
    contact: &'s Value,
    last: &'s Value,
    last_outbound_action: Option<&'static str>,
    /// In epoch milliseconds; 0 without a message written by a person.
    last_manual_date: i64,
}

impl<'s> Summary<'s> {
    fn new(store: &'s Store, conversation: &'s Value) -> Self {
        let own = store.messages.iter().filter(|m| m["conversationId"] == conversation["id"]);
        let newest_first = || own.clone().rev();
        let last_outbound = newest_first().find(|m| m["direction"] == "outbound");
        let last_manual = newest_first().find(|m| action(m) == "manual");
        Self {
            conversation,
            contact: find(&store.contacts, text(conversation, "contactId")).unwrap_or(&Value::Null),
            last: newest_first().next().unwrap_or(&Value::Null),
            last_outbound_action: last_outbound.map(action),
            last_manual_date: last_manual.map_or(0, |message| date(message, "dateAdded")),
        }
    }

    fn last_date(&self) -> i64 {
        date(self.last, "dateAdded")
    }

    fn to_response(&self, sort_value: i64) -> Value {
        let name = record::name(self.contact);
        json!({
            "id": self.conversation["id"],
            "locationId": LOCATION,
            "contactId": self.conversation["contactId"],
            "contactName": name,
            "fullName": name,
            "companyName": self.contact["companyName"],
            "email": self.contact["email"],
            "phone": self.contact["phone"],
            "tags": self.contact["tags"],
            "type": "TYPE_PHONE",
            "assignedTo": self.conversation["assignedTo"],
            "followers": self.conversation["followers"],
            "starred": self.conversation["starred"],
            "unreadCount": self.conversation["unreadCount"],
            "lastMessageBody": self.last["body"],
            "lastMessageType": self.last["messageType"],
            "lastMessageDirection": self.last["direction"],
            "lastMessageDate": self.last_date(),
            "lastOutboundMessageAction": self.last_outbound_action,
            "lastManualMessageDate": self.last_manual_date,
            "dateAdded": date(self.conversation, "dateAdded"),
            "dateUpdated": self.last_date(),
            "sort": [sort_value],
        })
    }
}

/// Whether a person or an automation sent a message.
fn action(message: &Value) -> &'static str {
    match text(message, "source") {
        "workflow" | "campaign" | "bulk_actions" => "automated",
        _ => "manual",
    }
}
