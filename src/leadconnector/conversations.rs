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

/// The messages of a conversation, newest first.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetMessages {
    /// The conversation's id
    conversation_id: Id,
    /// Only these types
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<CommaSeparated<OneOf<MessageType>>>,
    /// Messages a page; default 20
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<BoundedInt<1, { u64::MAX }>>,
    /// Next page: messages.lastMessageId of this one
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message_id: Option<Id>,
}

impl Operation for GetMessages {
    const ENDPOINT: Endpoint =
        Endpoint::get("/conversations/{conversationId}/messages", "conversations/message.readonly")
            .april_2021()
            .paging(Paging::Messages);
}

/// The types of messages that can be asked for.
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
