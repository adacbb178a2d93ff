//! Sending a message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::endpoint::Endpoint;
use super::super::field::{EpochSeconds, Id, JsonString, LenientBool, List, OneOf, Text};
use super::super::operation::{ArgumentError, Operation};

/// A message to a contact.
///
/// The API's document also demands `subType` and `status`; the API itself does not, and no caller knows them.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendANewMessage {
    /// Channel
    #[serde(rename = "type")]
    channel: OneOf<Channel>,
    /// Who receives it
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
    /// URLs of files
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<List<Text>>,
    /// Message template to send
    #[serde(skip_serializing_if = "Option::is_none")]
    template_id: Option<Id>,
    /// Email: sender
    #[serde(skip_serializing_if = "Option::is_none")]
    email_from: Option<Text>,
    /// Email: another of the contact's own addresses
    #[serde(skip_serializing_if = "Option::is_none")]
    email_to: Option<Text>,
    /// Email: copies to
    #[serde(skip_serializing_if = "Option::is_none")]
    email_cc: Option<List<Text>>,
    /// Email: blind copies to
    #[serde(skip_serializing_if = "Option::is_none")]
    email_bcc: Option<List<Text>>,
    /// Email: answer the sender or everyone
    #[serde(skip_serializing_if = "Option::is_none")]
    email_reply_mode: Option<OneOf<EmailReplyMode>>,
    /// Message that this one answers
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_message_id: Option<Id>,
    /// Thread; for email the id of the message that holds it
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_id: Option<Id>,
    /// Send later: RFC 3339 or epoch seconds (not ms)
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_timestamp: Option<EpochSeconds>,
    /// Scheduled email: let AI choose the time
    #[serde(skip_serializing_if = "Option::is_none")]
    uses_native_scheduling_ai: Option<LenientBool>,
    /// Within which the AI chooses
    #[serde(skip_serializing_if = "Option::is_none")]
    optimization_period: Option<OneOf<OptimizationPeriod>>,
    /// Sender's number
    #[serde(skip_serializing_if = "Option::is_none")]
    from_number: Option<Text>,
    /// Recipient's number
    #[serde(skip_serializing_if = "Option::is_none")]
    to_number: Option<Text>,
    /// Appointment that it is about
    #[serde(skip_serializing_if = "Option::is_none")]
    appointment_id: Option<Id>,
    /// Provider of a Custom channel
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_provider_id: Option<Id>,
    /// Email: unsubscribe category
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_subtype_id: Option<Id>,
    /// Email: forward another email
    #[serde(skip_serializing_if = "Option::is_none")]
    forward: Option<JsonString<Forward>>,
    /// Kind within the channel; not needed
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_type: Option<Text>,
    /// Status to record; not needed
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<OneOf<MessageStatus>>,
}

impl Operation for SendANewMessage {
    const ENDPOINT: Endpoint = Endpoint::post("/conversations/messages", "conversations/message.write").april_2021();

    fn validate(&self) -> Vec<ArgumentError> {
        let said = |text: &Option<Text>| text.as_ref().is_some_and(|Text(text)| !text.trim().is_empty());
        let has_content = said(&self.message)
            || said(&self.html)
            || self.attachments.as_ref().is_some_and(|List(files)| !files.is_empty())
            || self.template_id.is_some();
        if has_content {
            return Vec::new();
        }
        vec![ArgumentError::new("message", "or html, attachments or templateId is required: there is nothing to send")]
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
    /// The thread, or one email of it?
    #[serde(skip_serializing_if = "Option::is_none")]
    forward_whole_thread: Option<LenientBool>,
    /// Thread's message id
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<Id>,
    /// For a single email
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
