//! Fourteen conversations: Rosa's with several types of message, a long one to page through, and twelve short ones.

mod dialogues;

use serde_json::{Value, json};

use super::{contact_id, inspection_day, pick, user_id, well_known_or};
use crate::sandbox::LOCATION;
use crate::sandbox::clock::Calendar;
use crate::sandbox::time::iso;
use crate::sandbox::well_known::{CONVERSATION, id};

/// Contacts 0 to 13 have a conversation.
const CONVERSATIONS: u32 = 14;

/// Every third contact waits for a reply.
fn is_unread(contact: u32) -> bool {
    contact.is_multiple_of(3)
}

/// The conversations and their messages; the messages of each are oldest first.
pub fn conversations(days: &Calendar) -> (Vec<Value>, Vec<Value>) {
    let (mut conversations, mut messages) = (Vec::new(), Vec::new());
    for contact in 0..CONVERSATIONS {
        let dialogue = match contact {
            0 => rosas(days),
            1 => amelias(days),
            _ => short(contact, days),
        };
        let started = dialogue.first().map_or(0, |message| message.at);
        conversations.push(conversation(contact, started));
        let last = dialogue.len().saturating_sub(1);
        for (position, message) in dialogue.iter().enumerate() {
            let number = u32::try_from(messages.len()).unwrap_or(u32::MAX);
            messages.push(record(number, contact, message, is_unread(contact) && position == last));
        }
    }
    (conversations, messages)
}

fn conversation(contact: u32, started: i64) -> Value {
    let is_assigned = contact % 5 != 3;
    json!({
        "id": conversation_id(contact),
        "contactId": contact_id(contact),
        "assignedTo": is_assigned.then(|| user_id(contact)),
        "followers": if contact % 4 == 1 { vec![user_id(contact + 1)] } else { vec![] },
        "starred": contact.is_multiple_of(6),
        "unreadCount": u32::from(is_unread(contact)),
        "dateAdded": iso(started),
    })
}

fn conversation_id(contact: u32) -> String {
    well_known_or("conversation", contact, CONVERSATION)
}

#[derive(Debug, Clone, Copy)]
enum MessageType {
    Sms,
    Email,
    Call,
    WhatsApp,
    LiveChat,
    Appointment,
    InternalComment,
}

impl MessageType {
    /// The API's name, and the app's number.
    fn name_and_number(self) -> (&'static str, u8) {
        match self {
            Self::Call => ("TYPE_CALL", 1),
            Self::Sms => ("TYPE_SMS", 2),
            Self::Email => ("TYPE_EMAIL", 3),
            Self::WhatsApp => ("TYPE_WHATSAPP", 19),
            Self::LiveChat => ("TYPE_LIVE_CHAT", 29),
            Self::Appointment => ("TYPE_ACTIVITY_APPOINTMENT", 31),
            Self::InternalComment => ("TYPE_INTERNAL_COMMENT", 32),
        }
    }

    /// The channel-specific part of a record.
    fn meta(self, number: u32) -> Value {
        match self {
            Self::Call => json!({ "callDuration": "184", "callStatus": "completed" }),
            Self::Email => json!({ "email": { "messageIds": [id("email", number)] } }),
            _ => json!({}),
        }
    }
}

/// A message, before it is a record.
struct Message {
    kind: MessageType,
    is_inbound: bool,
    body: String,
    /// In epoch milliseconds.
    at: i64,
}

fn record(number: u32, contact: u32, message: &Message, is_unread: bool) -> Value {
    let (name, type_number) = message.kind.name_and_number();
    let is_automated = matches!(message.kind, MessageType::Appointment) || contact % 4 == 2;
    let mut record = json!({
        "id": id("message", number),
        "type": type_number,
        "messageType": name,
        "locationId": LOCATION,
        "contactId": contact_id(contact),
        "conversationId": conversation_id(contact),
        "dateAdded": iso(message.at),
        "body": message.body,
        "direction": if message.is_inbound { "inbound" } else { "outbound" },
        // The documents have no status "unread".
        "status": if message.is_inbound && !is_unread { "read" } else { "delivered" },
        "contentType": "text/plain",
        "attachments": [],
        "source": if is_automated && !message.is_inbound { "workflow" } else { "app" },
        "meta": message.kind.meta(number),
    });
    if !message.is_inbound {
        record["userId"] = user_id(contact).into();
    }
    record
}

/// From her first call to her question of yesterday.
fn rosas(days: &Calendar) -> Vec<Message> {
    use MessageType::{Appointment, Call, Email, InternalComment, Sms, WhatsApp};

    let inspection = inspection_day(days);
    let date = days.date(inspection).strftime("%B %-d");
    let message = |kind, is_inbound, body: &str, (day, hour, minute)| Message {
        kind,
        is_inbound,
        body: body.to_owned(),
        at: days.at(day, hour, minute),
    };
    let called = inspection - 4;
    vec![
        message(Call, true, "", (called, 13, 5)),
        message(Sms, false, "Thank you for your call, Rosa. Does Tuesday at two suit you?", (called, 13, 20)),
        message(Sms, true, "Tuesday is fine. The gate code is 4411.", (called, 14, 2)),
        message(Appointment, false, &format!("Roof inspection booked for {date}"), (called, 14, 3)),
        message(
            Email,
            false,
            "Your inspection report: twelve cracked slates on the north side.",
            (inspection + 1, 9, 30),
        ),
        message(InternalComment, false, "Insurance may cover the chimney flashing.", (inspection + 1, 9, 45)),
        message(Email, true, "Thanks for the report. What would the repair cost?", (inspection + 3, 18, 12)),
        message(Sms, false, "We are working on your proposal.", (inspection + 6, 10, 0)),
        message(WhatsApp, true, "Here is a photo of the attic.", (-4, 19, 40)),
        message(Sms, true, "Any news about the proposal? 🏠", (-1, 16, 25)),
    ]
}

/// Three messages a day, up to yesterday; every second one is Amelia's.
fn amelias(days: &Calendar) -> Vec<Message> {
    let first_day = -15;
    let slots = (first_day..0).flat_map(|day| [(day, 9), (day, 12), (day, 16)]);
    let messages = (0..).zip(dialogues::AMELIA).zip(slots);
    messages
        .map(|((number, body), (day, hour)): ((u32, _), _)| Message {
            kind: pick(&[MessageType::Sms, MessageType::Sms, MessageType::Email], number),
            is_inbound: number % 2 == 1,
            body: body.to_owned(),
            at: days.at(day, hour, 0),
        })
        .collect()
}

/// A question and its reply, and a second question if the conversation is unread.
fn short(contact: u32, days: &Calendar) -> Vec<Message> {
    use MessageType::{Email, LiveChat, Sms, WhatsApp};

    let day = (-15..=-4).rev().nth(contact as usize - 2).unwrap_or(-4);
    let kind = pick(&[Sms, Email, LiveChat, WhatsApp], contact);
    let bodies = pick(&dialogues::SHORT, contact - 2);
    let messages = bodies.into_iter().zip([(true, 11, 0), (false, 11, 30), (true, 12, 0)]);
    messages
        .filter(|(body, _)| !body.is_empty())
        .map(|(body, (is_inbound, hour, minute))| Message {
            kind,
            is_inbound,
            body: body.to_owned(),
            at: days.at(day, hour, minute),
        })
        .collect()
}
