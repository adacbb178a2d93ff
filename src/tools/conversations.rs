//! The conversations tools.

use super::{Hints, Tool};
use crate::leadconnector::conversations::{GetMessages, SearchConversation, SendANewMessage};

pub fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<SearchConversation>(
            "conversations_search-conversation",
            "Search conversations",
            Hints::READ,
            "Search conversations by contact, assigned user, status, text or last message.",
        ),
        Tool::new::<GetMessages>(
            "conversations_get-messages",
            "Get messages of a conversation",
            Hints::READ,
            "List a conversation's messages, newest first.",
        )
        .describe("/properties/conversationId", "From conversations_search-conversation"),
        Tool::new::<SendANewMessage>(
            "conversations_send-a-new-message",
            "Send a message",
            Hints::WRITE.destructive().open_world(),
            "Send a message to a contact by SMS, email or another channel. It reaches a person and cannot be undone. \
             Requires message, html, attachments or templateId.",
        ),
    ]
}
