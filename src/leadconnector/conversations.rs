//! The conversations service.

mod search;
mod send;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint::Endpoint;
use super::field::{BoundedInt, CommaSeparated, Id, OneOf};
use super::operation::Operation;
use super::paging::Paging;

pub use search::SearchConversation;
pub use send::SendANewMessage;

/// Gets the messages of a conversation, newest first.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetMessages {
    /// The conversation's id
    conversation_id: Id,
    /// Only these message types
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<CommaSeparated<OneOf<MessageType>>>,
    /// Messages per page; default 20
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<BoundedInt<1, { u64::MAX }>>,
    /// Cursor: messages.lastMessageId of the previous page
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message_id: Option<Id>,
}

impl Operation for GetMessages {
    const ENDPOINT: Endpoint =
        Endpoint::get("/conversations/{conversationId}/messages", "conversations/message.readonly")
            .april_2021()
            .paging(Paging::Messages);
}

/// The message types to filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
#[expect(clippy::enum_variant_names, reason = "the API's names")]
enum MessageType {
    TypeCall,
    TypeSms,
    TypeRcs,
    TypeEmail,
    TypeFacebook,
    TypeGmb,
    TypeInstagram,
    TypeWhatsapp,
    TypeActivityAppointment,
    TypeActivityContact,
    TypeActivityInvoice,
    TypeActivityPayment,
    TypeActivityOpportunity,
    TypeLiveChat,
    TypeInternalComments,
    TypeActivityEmployeeActionLog,
    TypeTiktok,
    TypeActivityWhatsapp,
    TypeFormSubmission,
}
