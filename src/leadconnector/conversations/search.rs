//! Searches conversations.

use schemars::JsonSchema;
use serde::de::{Deserializer, IntoDeserializer};
use serde::{Deserialize, Serialize};

use super::super::endpoint::{Endpoint, LocationIn};
use super::super::field::{BoundedInt, CommaSeparated, EpochMillis, Id, Number, OneOf, Text};
use super::super::operation::Operation;
use super::super::paging::Paging;

/// Searches conversations.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchConversation {
    /// Only this contact's
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_id: Option<Id>,
    /// Text to find
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<Text>,
    /// Only conversations with this status
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<OneOf<Status>>,
    /// Owners' user ids, or unassigned
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_to: Option<CommaSeparated<Owner>>,
    /// Followers' user ids
    #[serde(skip_serializing_if = "Option::is_none")]
    followers: Option<CommaSeparated<Id>>,
    /// Mentioned users' ids
    #[serde(skip_serializing_if = "Option::is_none")]
    mentions: Option<CommaSeparated<Id>>,
    /// Conversation id
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    /// Type of the last message
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message_type: Option<OneOf<LastMessageType>>,
    /// How the last outbound message was sent
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message_action: Option<OneOf<LastMessageAction>>,
    /// Direction of the last message
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message_direction: Option<OneOf<Direction>>,
    /// Added from: RFC 3339 with offset, a day (UTC) or epoch ms
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<EpochMillis>,
    /// Added until
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<EpochMillis>,
    /// Conversations per page; default 20
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<BoundedInt<1, { u64::MAX }>>,
    /// Cursor: sort of the previous page's last conversation, one or two values
    #[serde(skip_serializing_if = "Option::is_none")]
    start_after_date: Option<CommaSeparated<Number>>,
    /// Sort order
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<OneOf<Sort>>,
    /// Sort key
    #[serde(skip_serializing_if = "Option::is_none")]
    sort_by: Option<OneOf<SortBy>>,
    /// Score profile to sort by
    #[serde(skip_serializing_if = "Option::is_none")]
    sort_score_profile: Option<Id>,
    /// Score profile to filter by
    #[serde(skip_serializing_if = "Option::is_none")]
    score_profile: Option<Id>,
    /// Lowest score
    #[serde(skip_serializing_if = "Option::is_none")]
    score_profile_min: Option<Number>,
    /// Highest score
    #[serde(skip_serializing_if = "Option::is_none")]
    score_profile_max: Option<Number>,
}

impl Operation for SearchConversation {
    const ENDPOINT: Endpoint = Endpoint::get("/conversations/search", "conversations.readonly")
        .april_2021()
        .location(LocationIn::Query("locationId"))
        .paging(Paging::SortValue);
}

/// The owner of a conversation: a user's id, or the word for none.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
struct Owner(Id);

const UNASSIGNED: &str = "unassigned";

impl<'de> Deserialize<'de> for Owner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        if text.eq_ignore_ascii_case(UNASSIGNED) {
            return Ok(Self(Id(UNASSIGNED.to_owned())));
        }
        Id::deserialize(text.into_deserializer()).map(Self)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Status {
    All,
    Read,
    Unread,
    Starred,
    Recents,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum LastMessageAction {
    Automated,
    Manual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Direction {
    Inbound,
    Outbound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Sort {
    Asc,
    Desc,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum SortBy {
    LastManualMessageDate,
    LastMessageDate,
    ScoreProfile,
    OverdueAt,
    DueAt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
#[expect(clippy::enum_variant_names, reason = "the API's names")]
enum LastMessageType {
    TypeCall,
    TypeSms,
    TypeRcs,
    TypeEmail,
    TypeSmsReviewRequest,
    TypeWebchat,
    TypeSmsNoShowRequest,
    TypeCampaignSms,
    TypeCampaignCall,
    TypeCampaignEmail,
    TypeCampaignVoicemail,
    TypeFacebook,
    TypeCampaignFacebook,
    TypeCampaignManualCall,
    TypeCampaignManualSms,
    TypeGmb,
    TypeCampaignGmb,
    TypeReview,
    TypeInstagram,
    TypeWhatsapp,
    TypeCustomSms,
    TypeCustomEmail,
    TypeCustomProviderSms,
    TypeCustomProviderEmail,
    TypeIvrCall,
    TypeActivityContact,
    TypeActivityInvoice,
    TypeActivityPayment,
    TypeActivityOpportunity,
    TypeLiveChat,
    TypeLiveChatInfoMessage,
    TypeActivityAppointment,
    TypeFacebookComment,
    TypeInstagramComment,
    TypeCustomCall,
    TypeInternalComment,
    TypeActivityEmployeeActionLog,
    TypeTiktok,
    TypeTiktokComment,
    TypeActivityWhatsapp,
    TypeFormSubmission,
    TypeSmsReaction,
}
