//! A minimal call of every tool.

use serde_json::{Value, json};

/// The smallest valid call of a tool.
pub struct Minimal {
    pub tool: &'static str,
    pub arguments: Value,
    /// The scope that its token needs.
    pub scope: &'static str,
}

/// A call for each tool.
pub fn minimal_calls() -> Vec<Minimal> {
    let window = json!({ "userId": "u1", "startTime": "2026-11-01", "endTime": "2026-11-08" });
    let message = json!({ "type": "SMS", "contactId": "c1", "message": "hello" });
    let tags = json!({ "contactId": "c1", "tags": ["vip"] });
    let contact = json!({ "contactId": "c1" });
    [
        ("calendars_get-calendar-events", window, "calendars/events.readonly"),
        ("calendars_get-appointment-notes", json!({ "appointmentId": "a1" }), "calendars/events.readonly"),
        ("contacts_get-all-tasks", contact.clone(), "contacts.readonly"),
        ("contacts_add-tags", tags.clone(), "contacts.write"),
        ("contacts_remove-tags", tags, "contacts.write"),
        ("contacts_get-contact", contact.clone(), "contacts.readonly"),
        ("contacts_update-contact", contact, "contacts.write"),
        ("contacts_upsert-contact", json!({ "email": "a@example.com" }), "contacts.write"),
        ("contacts_create-contact", json!({ "email": "a@example.com" }), "contacts.write"),
        ("contacts_get-contacts", json!({}), "contacts.readonly"),
        ("conversations_search-conversation", json!({}), "conversations.readonly"),
        ("conversations_get-messages", json!({ "conversationId": "v1" }), "conversations/message.readonly"),
        ("conversations_send-a-new-message", message, "conversations/message.write"),
        ("locations_get-location", json!({}), "locations.readonly"),
        ("locations_get-custom-fields", json!({}), "locations/customFields.readonly"),
        ("opportunities_search-opportunity", json!({}), "opportunities.readonly"),
        ("opportunities_get-pipelines", json!({}), "opportunities.readonly"),
        ("opportunities_get-opportunity", json!({ "id": "o1" }), "opportunities.readonly"),
        ("opportunities_update-opportunity", json!({ "id": "o1" }), "opportunities.write"),
        ("payments_get-order-by-id", json!({ "orderId": "r1" }), "payments/orders.readonly"),
        ("payments_list-transactions", json!({}), "payments/transactions.readonly"),
    ]
    .map(|(tool, arguments, scope)| Minimal { tool, arguments, scope })
    .into()
}
