//! Fourteen conversations: Rosa's of several kinds of message, a long one to page through, and twelve short ones.

use serde_json::{Value, json};

use super::{contact_id, pick, user_id, well_known_or};
use crate::sandbox::LOCATION;
use crate::sandbox::time::{iso, november};
use crate::sandbox::well_known::{CONVERSATION, id};

/// Contacts 0 to 13 have a conversation.
const CONVERSATIONS: u32 = 14;
/// Of Amelia Hart, contact 1.
const LONG_CONVERSATION_MESSAGES: u32 = 45;

pub fn conversations() -> Vec<Value> {
    (0..CONVERSATIONS)
        .map(|number| {
            let unassigned = number % 5 == 3;
            json!({
                "id": conversation_id(number),
                "contactId": contact_id(number),
                "assignedTo": (!unassigned).then(|| user_id(number)),
                "followers": if number % 4 == 1 { vec![user_id(number + 1)] } else { vec![] },
                "starred": number % 6 == 0,
                "unreadCount": u32::from(number % 3 == 0),
                "dateAdded": iso(november(-i64::from(number), 8, 0)),
            })
        })
        .collect()
}

fn conversation_id(number: u32) -> String {
    well_known_or("conversation", number, CONVERSATION)
}

/// A kind of message: its type, the app's number for it, and the channel-specific part.
#[derive(Clone, Copy)]
enum MessageKind {
    Sms,
    Email,
    ApiRequest,
    WhatsApp,
    LiveChat,
    Appointment,
    InternalComment,
}

impl MessageKind {
    fn name_and_number(self) -> (&'static str, u8) {
        match self {
            Self::ApiRequest => ("TYPE_CALL", 1),
            Self::Sms => ("TYPE_SMS", 2),
            Self::Email => ("TYPE_EMAIL", 3),
            Self::WhatsApp => ("TYPE_WHATSAPP", 19),
            Self::LiveChat => ("TYPE_LIVE_CHAT", 29),
            Self::Appointment => ("TYPE_ACTIVITY_APPOINTMENT", 31),
            Self::InternalComment => ("TYPE_INTERNAL_COMMENT", 32),
        }
    }

    fn meta(self, number: u32) -> Value {
        match self {
            Self::ApiRequest => json!({ "callDuration": "184", "callStatus": "completed" }),
            Self::Email => json!({ "email": { "messageIds": [id("email", number)] } }),
            _ => json!({}),
        }
    }
}

struct Message<'m> {
    kind: MessageKind,
    inbound: bool,
    body: &'m str,
    at: i64,
}

/// Oldest first within each conversation.
pub fn messages() -> Vec<Value> {
    let mut all = Vec::new();
    for contact in 0..CONVERSATIONS {
        let messages = match contact {
            0 => rosas(),
            1 => long(),
            _ => short(contact),
        };
        for message in messages {
            let number = u32::try_from(all.len()).unwrap_or(u32::MAX);
            all.push(record(number, contact, &message));
        }
    }
    all
}

fn record(number: u32, contact: u32, message: &Message) -> Value {
    let (name, type_number) = message.kind.name_and_number();
    let by_workflow = matches!(message.kind, MessageKind::Appointment) || (!message.inbound && contact % 4 == 2);
    let mut record = json!({
        "id": id("message", number),
        "type": type_number,
        "messageType": name,
        "locationId": LOCATION,
        "contactId": contact_id(contact),
        "conversationId": conversation_id(contact),
        "dateAdded": iso(message.at),
        "body": message.body,
        "direction": if message.inbound { "inbound" } else { "outbound" },
        "status": if message.inbound { "read" } else { "delivered" },
        "contentType": "text/plain",
        "attachments": [],
        "source": if by_workflow { "workflow" } else { "app" },
        "meta": message.kind.meta(number),
    });
    if !message.inbound {
        record["userId"] = user_id(contact).into();
    }
    record
}

fn rosas() -> Vec<Message<'static>> {
    let message =
        |kind, inbound, body, (day, hour, minute)| Message { kind, inbound, body, at: november(day, hour, minute) };
    vec![
        message(MessageKind::ApiRequest, true, "", (-1, 13, 5)),
        message(MessageKind::Sms, false, "Thank you for your call, Rosa. Does Tuesday at two suit you?", (-1, 13, 20)),
        message(MessageKind::Sms, true, "Tuesday is fine. The gate code is 4411.", (-1, 14, 2)),
        message(MessageKind::Appointment, false, "Roof inspection booked for November 3", (-1, 14, 3)),
        message(
            MessageKind::Email,
            false,
            "Your inspection report: twelve cracked slates on the north side.",
            (4, 9, 30),
        ),
        message(MessageKind::InternalComment, false, "Insurance may cover the chimney flashing.", (4, 9, 45)),
        message(MessageKind::Email, true, "Thanks for the report. What would the repair cost?", (6, 18, 12)),
        message(MessageKind::Sms, false, "We are working on your proposal.", (9, 10, 0)),
        message(MessageKind::WhatsApp, true, "Here is a photo of the attic.", (12, 19, 40)),
        message(MessageKind::Sms, true, "Any news about the proposal? 🏠", (15, 16, 25)),
    ]
}

fn long() -> Vec<Message<'static>> {
    (0..LONG_CONVERSATION_MESSAGES)
        .map(|number| Message {
            kind: pick(&[MessageKind::Sms, MessageKind::Sms, MessageKind::Email, MessageKind::ApiRequest], number),
            inbound: number % 2 == 1,
            body: pick(
                &[
                    "Is the gutter on order?",
                    "Yes, it comes next week.",
                    "Good.",
                    "Which colour was it again?",
                    "Copper.",
                ],
                number,
            ),
            at: november(1, 12, 0) + i64::from(number) * 6 * 60 * 60 * 1000,
        })
        .collect()
}

/// Later contacts wrote longer ago.
fn short(contact: u32) -> Vec<Message<'static>> {
    let day = 14 - i64::from(contact);
    let kind = pick(&[MessageKind::Sms, MessageKind::Email, MessageKind::LiveChat, MessageKind::ApiRequest], contact);
    let mut messages = vec![
        Message { kind, inbound: true, body: "Do you repair flat roofs, too?", at: november(day, 11, 0) },
        Message { kind, inbound: false, body: "We do. Shall we come by?", at: november(day, 11, 30) },
    ];
    if contact.is_multiple_of(3) {
        messages.push(Message {
            kind: MessageKind::Sms,
            inbound: true,
            body: "Yes, please — às 10h?",
            at: november(day, 12, 0),
        });
    }
    messages
}
