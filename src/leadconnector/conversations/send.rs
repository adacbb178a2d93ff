//! Sends a message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::endpoint::Endpoint;
use super::super::field::{EpochSeconds, Id, JsonString, LenientBool, List, OneOf, Text};
use super::super::operation::{ArgumentError, Operation};

/// Sends a message to a contact.
///
/// The API's document also requires `subType` and `status`; the API itself does not, and callers do not know them.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendANewMessage {
    /// Channel
    #[serde(rename = "type")]
    channel: OneOf<Channel>,
    /// Recipient's contact id
    contact_id: Id,
    /// Text of the message
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    /// Email: HTML body
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<Text>,
    /// Email: subject
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Text>,
    /// File URLs
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<List<Text>>,
    /// Message template id
    #[serde(skip_serializing_if = "Option::is_none")]
    template_id: Option<Id>,
    /// Email: sender
    #[serde(skip_serializing_if = "Option::is_none")]
    email_from: Option<Text>,
    /// Email: recipient, another address of the contact
    #[serde(skip_serializing_if = "Option::is_none")]
    email_to: Option<Text>,
    /// Email: copies to
    #[serde(skip_serializing_if = "Option::is_none")]
    email_cc: Option<List<Text>>,
    /// Email: blind copies to
    #[serde(skip_serializing_if = "Option::is_none")]
    email_bcc: Option<List<Text>>,
    /// Email: reply to the sender or to all
    #[serde(skip_serializing_if = "Option::is_none")]
    email_reply_mode: Option<OneOf<EmailReplyMode>>,
    /// Id of the message to reply to
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_message_id: Option<Id>,
    /// Thread id; for email, id of the message with the thread
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_id: Option<Id>,
    /// Send later: RFC 3339 with offset or epoch seconds (not ms)
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_timestamp: Option<EpochSeconds>,
    /// Scheduled email: let AI choose the time
    #[serde(skip_serializing_if = "Option::is_none")]
    uses_native_scheduling_ai: Option<LenientBool>,
    /// Period for the AI to choose from
    #[serde(skip_serializing_if = "Option::is_none")]
    optimization_period: Option<OneOf<OptimizationPeriod>>,
    /// Sender's number
    #[serde(skip_serializing_if = "Option::is_none")]
    from_number: Option<Text>,
    /// Recipient's number
    #[serde(skip_serializing_if = "Option::is_none")]
    to_number: Option<Text>,
    /// Related appointment's id
    #[serde(skip_serializing_if = "Option::is_none")]
    appointment_id: Option<Id>,
    /// Provider id, for type Custom
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_provider_id: Option<Id>,
    /// Email: unsubscribe category
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_subtype_id: Option<Id>,
    /// Email: forward another email
    #[serde(skip_serializing_if = "Option::is_none")]
    forward: Option<JsonString<Forward>>,
    /// Subtype of the channel; not needed
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_type: Option<Text>,
    /// Status to record; not needed
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<OneOf<MessageStatus>>,
}

impl Operation for SendANewMessage {
    const ENDPOINT: Endpoint = Endpoint::post("/conversations/messages", "conversations/message.write").april_2021();

    fn validate(&self) -> Vec<ArgumentError> {
        let has_text = |text: &Option<Text>| text.as_ref().is_some_and(|Text(text)| !text.trim().is_empty());
        let has_content = has_text(&self.message)
            || has_text(&self.html)
            || self.attachments.as_ref().is_some_and(|List(files)| !files.is_empty())
            || self.template_id.is_some();
        if has_content {
            return Vec::new();
        }
        vec![ArgumentError::new(
            "message",
            "or html, attachments or templateId is required: the message has no content",
        )]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
enum Channel {
    #[serde(rename = "SMS")]
    Sms,
    #[serde(rename = "RCS")]
    Rcs,
    Email,
    WhatsApp,
    #[serde(rename = "IG")]
    Instagram,
    #[serde(rename = "FB")]
    Facebook,
    Custom,
    #[serde(rename = "Live_Chat")]
    LiveChat,
    #[serde(rename = "TIKTOK")]
    TikTok,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum EmailReplyMode {
    Reply,
    ReplyAll,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
enum OptimizationPeriod {
    #[serde(rename = "24h")]
    OneDay,
    #[serde(rename = "48h")]
    TwoDays,
    #[serde(rename = "72h")]
    ThreeDays,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum MessageStatus {
    Delivered,
    Failed,
    Pending,
    Read,
}

/// How to forward an email.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(inline)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
struct Forward {
    is_forwarded: LenientBool,
    /// Forward the whole thread, not one email
    #[serde(skip_serializing_if = "Option::is_none")]
    forward_whole_thread: Option<LenientBool>,
    /// Message id of the thread
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<Id>,
    /// For one email, its id
    #[serde(skip_serializing_if = "Option::is_none")]
    email_message_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_contact_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_conversation_id: Option<Id>,
    /// Address to forward to
    #[serde(skip_serializing_if = "Option::is_none")]
    to_email: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_contact_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_conversation_id: Option<Id>,
}
