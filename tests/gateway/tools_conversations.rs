//! The requests that the conversations tools send.

use serde_json::json;

use crate::support::{APRIL_2021, LOCATION, Sent, tool};

#[tokio::test]
async fn search_conversation() {
    tool("conversations_search-conversation", APRIL_2021)
        .minimal(json!({}), Sent::get("/conversations/search").query(&[("locationId", LOCATION)]))
        .full(
            json!({
                "contactId": "c1",
                "query": "roof & gutter",
                "status": "unread",
                "assignedTo": ["u1", "unassigned"],
                "followers": ["u2", "u3"],
                "mentions": ["u4"],
                "id": "v1",
                "lastMessageType": "TYPE_SMS_REACTION",
                "lastMessageAction": "manual",
                "lastMessageDirection": "inbound",
                "startDate": "2026-11-01T00:00:00Z",
                "endDate": 1_794_096_000_000_i64,
                "limit": 100,
                "startAfterDate": [1_600_854, 2],
                "sort": "asc",
                "sortBy": "last_manual_message_date",
                "sortScoreProfile": "s1",
                "scoreProfile": "s2",
                "scoreProfileMin": 1.5,
                "scoreProfileMax": 9
            }),
            Sent::get("/conversations/search").query(&[
                ("locationId", LOCATION),
                ("contactId", "c1"),
                ("query", "roof & gutter"),
                ("status", "unread"),
                ("assignedTo", "u1,unassigned"),
                ("followers", "u2,u3"),
                ("mentions", "u4"),
                ("id", "v1"),
                ("lastMessageType", "TYPE_SMS_REACTION"),
                ("lastMessageAction", "manual"),
                ("lastMessageDirection", "inbound"),
                ("startDate", "1793491200000"),
                ("endDate", "1794096000000"),
                ("limit", "100"),
                ("startAfterDate", "1600854,2"),
                ("sort", "asc"),
                ("sortBy", "last_manual_message_date"),
                ("sortScoreProfile", "s1"),
                ("scoreProfile", "s2"),
                ("scoreProfileMin", "1.5"),
                ("scoreProfileMax", "9"),
            ]),
        )
        .check()
        .await;
}

#[tokio::test]
async fn get_messages() {
    tool("conversations_get-messages", APRIL_2021)
        .minimal(json!({ "conversationId": "v1" }), Sent::get("/conversations/v1/messages"))
        .full(
            json!({ "conversationId": "v1", "type": ["TYPE_SMS", "TYPE_CALL"], "limit": 20, "lastMessageId": "m1" }),
            Sent::get("/conversations/v1/messages").query(&[
                ("type", "TYPE_SMS,TYPE_CALL"),
                ("limit", "20"),
                ("lastMessageId", "m1"),
            ]),
        )
        .check()
        .await;
}

/// Neither `subType` nor `status` is required, although the API's document requires them.
#[tokio::test]
async fn send_a_new_message() {
    let message = json!({ "type": "SMS", "contactId": "c1", "message": "See you at nine." });
    let every_field = json!({
        "type": "Email",
        "contactId": "c1",
        "message": "See you at nine. 🏠",
        "html": "<p>See you</p>",
        "subject": "Nine",
        "attachments": ["https://example.com/a.pdf"],
        "templateId": "t1",
        "emailFrom": "desk@example.com",
        "emailTo": "rosa@example.com",
        "emailCc": ["cc@example.com", "cc2@example.com"],
        "emailBcc": ["bcc@example.com"],
        "emailReplyMode": "reply_all",
        "replyMessageId": "m1",
        "threadId": "h1",
        "scheduledTimestamp": 1_793_491_200,
        "usesNativeSchedulingAi": true,
        "optimizationPeriod": "48h",
        "fromNumber": "+15550100900",
        "toNumber": "+18885550101",
        "appointmentId": "a1",
        "conversationProviderId": "p1",
        "customSubtypeId": "k1",
        "forward": {
            "isForwarded": true,
            "forwardWholeThread": false,
            "messageId": "m2",
            "emailMessageId": "e2",
            "sourceContactId": "c2",
            "sourceConversationId": "v2",
            "toEmail": "else@example.com",
            "recipientContactId": "c3",
            "recipientConversationId": "v3"
        },
        "subType": "TYPE_EMAIL",
        "status": "pending"
    });
    tool("conversations_send-a-new-message", APRIL_2021)
        .minimal(message.clone(), Sent::post("/conversations/messages", message))
        .full(every_field.clone(), Sent::post("/conversations/messages", every_field))
        .check()
        .await;
}
