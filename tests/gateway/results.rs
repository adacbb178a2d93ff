//! Results: parts of a response, the limit on its size, and the next page.

mod fields;
mod limit;
mod limit_of_writes;
mod next_page;

use leadconnector_mcp::sandbox::well_known::{APPOINTMENT, CALENDAR, CONTACT, CONVERSATION, OPPORTUNITY, ORDER};
use leadconnector_mcp::sandbox::{LOCATION, TOKEN};
use serde_json::{Value, json};

use crate::support::{Answer, Post, Server, TestGateway, TestGatewayBuilder, sandbox};

/// A gateway in front of a sandbox.
struct SandboxGateway {
    gateway: TestGateway,
    _sandbox: Server,
}

impl SandboxGateway {
    async fn new() -> Self {
        let sandbox = sandbox().await;
        Self { gateway: TestGatewayBuilder::on(&sandbox.url()).start().await, _sandbox: sandbox }
    }

    fn post(&self, tool: &str, arguments: Value) -> Post<'_> {
        self.gateway.tool(tool, arguments).token(TOKEN).header("locationid", LOCATION)
    }

    /// Makes a call that must succeed, and returns its result.
    async fn call(&self, tool: &str, arguments: Value) -> Value {
        let result = self.post(tool, arguments).send().await.tool_result();
        assert!(!result.is_error, "{tool}: {}", result.text);
        result.json()
    }
}

/// A call of every read tool, on the sandbox's well-known records.
fn reads() -> [(&'static str, Value); 14] {
    let week = json!({ "calendarId": CALENDAR, "startTime": "2026-11-01", "endTime": "2026-11-28" });
    [
        ("calendars_get-calendar-events", week),
        ("calendars_get-appointment-notes", json!({ "appointmentId": APPOINTMENT, "limit": 2 })),
        ("contacts_get-all-tasks", json!({ "contactId": CONTACT })),
        ("contacts_get-contact", json!({ "contactId": CONTACT })),
        ("contacts_get-contacts", json!({ "limit": 5 })),
        ("conversations_search-conversation", json!({ "limit": 5 })),
        ("conversations_get-messages", json!({ "conversationId": CONVERSATION, "limit": 3 })),
        ("locations_get-location", json!({})),
        ("locations_get-custom-fields", json!({})),
        ("opportunities_search-opportunity", json!({ "limit": 5 })),
        ("opportunities_get-pipelines", json!({})),
        ("opportunities_get-opportunity", json!({ "id": OPPORTUNITY })),
        ("payments_get-order-by-id", json!({ "orderId": ORDER })),
        ("payments_list-transactions", json!({ "limit": 3 })),
    ]
}

/// The JSON text of a result, from a response in either form.
fn text(response: &Answer) -> String {
    response.message()["result"]["content"][0]["text"].as_str().unwrap().to_owned()
}
