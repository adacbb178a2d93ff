//! A day's work, through MCP, on the sandbox.

use std::collections::HashSet;

use leadconnector_mcp::calls::DefaultCaller;
use leadconnector_mcp::leadconnector::Token;
use leadconnector_mcp::sandbox::well_known::{
    APPOINTMENT, CALENDAR, CONTACT, CONVERSATION, OPPORTUNITY, ORDER, STAGE_INSPECTED, STAGE_PROPOSAL, TEXT_FIELD,
    TRANSACTION,
};
use leadconnector_mcp::sandbox::{LOCATION, READ_ONLY_TOKEN, TOKEN};
use serde_json::{Value, json};

use crate::support::{CallResult, Server, TestGateway, TestGatewayBuilder, sandbox};

/// An agent at work on a sandbox of its own.
struct Agent {
    gateway: TestGateway,
    _sandbox: Server,
}

impl Agent {
    async fn new() -> Self {
        let sandbox = sandbox().await;
        Self { gateway: TestGatewayBuilder::on(&sandbox.url()).start().await, _sandbox: sandbox }
    }

    async fn call(&self, tool: &str, arguments: Value) -> CallResult {
        let post = self.gateway.tool(tool, arguments).token(TOKEN).header("locationid", LOCATION);
        post.send().await.tool_result()
    }

    /// What a call that succeeds is answered.
    async fn ask(&self, tool: &str, arguments: Value) -> Value {
        self.call(tool, arguments).await.data()
    }

    async fn contact(&self, id: &str) -> Value {
        self.ask("contacts_get-contact", json!({ "contactId": id })).await["contact"].clone()
    }
}

/// The help article's workflow.
#[tokio::test]
async fn from_a_name_to_the_payment() {
    let agent = Agent::new().await;
    let found = agent.ask("contacts_get-contacts", json!({ "query": "rosa", "limit": 5 })).await;
    let id = found["contacts"][0]["id"].as_str().unwrap();
    assert_eq!((id, &found["meta"]["total"]), (CONTACT, &json!(1)));

    let found = agent.ask("conversations_search-conversation", json!({ "contactId": id })).await;
    let conversation = found["conversations"][0]["id"].as_str().unwrap();
    assert_eq!(conversation, CONVERSATION);
    let read =
        || agent.ask("conversations_get-messages", json!({ "conversationId": conversation, "type": "TYPE_SMS" }));
    let before = read().await;
    assert!(before["messages"]["messages"][0]["body"].as_str().unwrap().contains("proposal"));

    let reply = json!({ "type": "SMS", "contactId": id, "message": "It is on its way. 🏠" });
    let sent = agent.ask("conversations_send-a-new-message", reply).await;
    let after = read().await;
    let newest = &after["messages"]["messages"][0];
    assert_eq!((&newest["id"], &newest["body"]), (&sent["messageId"], &json!("It is on its way. 🏠")));
    let count = |read: &Value| read["messages"]["messages"].as_array().unwrap().len();
    assert_eq!(count(&after), count(&before) + 1);

    let found = agent.ask("opportunities_search-opportunity", json!({ "contact_id": id, "status": "open" })).await;
    let opportunity = found["opportunities"][0]["id"].as_str().unwrap();
    assert_eq!((opportunity, &found["opportunities"][0]["pipelineStageId"]), (OPPORTUNITY, &json!(STAGE_INSPECTED)));
    let pipelines = agent.ask("opportunities_get-pipelines", json!({})).await;
    let stages = pipelines["pipelines"][0]["stages"].as_array().unwrap();
    let proposal = stages.iter().find(|stage| stage["name"] == "Proposal sent").unwrap();
    let moved = json!({ "id": opportunity, "pipelineStageId": proposal["id"] });
    agent.ask("opportunities_update-opportunity", moved).await;
    let read = agent.ask("opportunities_get-opportunity", json!({ "id": opportunity })).await;
    assert_eq!(read["opportunity"]["pipelineStageId"], STAGE_PROPOSAL);

    let week =
        json!({ "calendarId": CALENDAR, "startTime": "2026-11-01T00:00:00Z", "endTime": "2026-11-08T00:00:00Z" });
    let events = agent.ask("calendars_get-calendar-events", week).await;
    let appointment = events["events"].as_array().unwrap().iter().find(|event| event["contactId"] == id).unwrap();
    assert_eq!(appointment["id"], APPOINTMENT);
    let notes = agent.ask("calendars_get-appointment-notes", json!({ "appointmentId": APPOINTMENT })).await;
    assert_eq!(notes["notes"].as_array().unwrap().len(), 3);

    let payments = agent.ask("payments_list-transactions", json!({ "contactId": id })).await;
    assert_eq!(payments["data"][0]["_id"], TRANSACTION);
    let order = agent.ask("payments_get-order-by-id", json!({ "orderId": payments["data"][0]["entityId"] })).await;
    assert_eq!((&order["_id"], order["items"].as_array().unwrap().len()), (&json!(ORDER), 2));
}

#[tokio::test]
async fn tags_come_and_go_one_by_one() {
    let agent = Agent::new().await;
    assert_eq!(agent.contact(CONTACT).await["tags"], json!(["customer", "roof"]));
    agent.ask("contacts_add-tags", json!({ "contactId": CONTACT, "tags": ["vip", "solar"] })).await;
    assert_eq!(agent.contact(CONTACT).await["tags"], json!(["customer", "roof", "vip", "solar"]));
    agent.ask("contacts_remove-tags", json!({ "path_contactId": CONTACT, "body_tags": ["roof", "solar"] })).await;
    assert_eq!(agent.contact(CONTACT).await["tags"], json!(["customer", "vip"]));
}

#[tokio::test]
async fn a_created_contact_is_found_and_not_created_again() {
    let agent = Agent::new().await;
    let fields = agent.ask("locations_get-custom-fields", json!({ "model": "contact" })).await;
    let field =
        fields["customFields"].as_array().unwrap().iter().find(|field| field["name"] == "Policy number").unwrap();
    assert_eq!(field["id"], TEXT_FIELD);
    let new = json!({
        "firstName": "Ana", "lastName": "Söhne", "email": "ana@example.com", "phone": "+15557770000",
        "customFields": [{ "id": field["id"], "field_value": "P-1" }]
    });
    let created = agent.ask("contacts_create-contact", new.clone()).await;
    let id = created["contact"]["id"].as_str().unwrap();
    let found = agent.ask("contacts_get-contacts", json!({ "query": "söhne" })).await;
    assert_eq!(found["contacts"][0]["id"], id);
    assert_eq!(agent.contact(id).await["customFields"], json!([{ "id": TEXT_FIELD, "value": "P-1" }]));

    let again = agent.call("contacts_create-contact", new).await;
    assert_eq!(again.kind(), "duplicate");
    assert_eq!(again.json()["data"]["meta"]["contactId"], id);
    assert!(again.json()["error"]["hint"].as_str().unwrap().contains(id), "{}", again.text);

    let update =
        json!({ "contactId": id, "city": "Bath", "customFields": [{ "id": TEXT_FIELD, "field_value": "P-2" }] });
    agent.ask("contacts_update-contact", update).await;
    let contact = agent.contact(id).await;
    assert_eq!((&contact["city"], &contact["email"]), (&json!("Bath"), &json!("ana@example.com")));
    assert_eq!(contact["customFields"], json!([{ "id": TEXT_FIELD, "value": "P-2" }]));

    let upserted = agent.ask("contacts_upsert-contact", json!({ "email": "ANA@example.com", "city": "Wells" })).await;
    assert_eq!((&upserted["new"], &upserted["contact"]["id"]), (&json!(false), &json!(id)));
    let tasks = agent.ask("contacts_get-all-tasks", json!({ "contactId": CONTACT })).await;
    assert_eq!(tasks["tasks"].as_array().unwrap().len(), 2);
}

/// The API drops a custom field without an id and says "succeeded", so that its key or name is looked up first.
#[tokio::test]
async fn a_custom_field_is_found_by_its_key_or_name() {
    let agent = Agent::new().await;
    for (given, value) in [
        (json!([{ "key": "policy_number", "field_value": "P-1" }]), "P-1"),
        (json!([{ "key": "contact.policy_number", "field_value": "P-2" }]), "P-2"),
        (json!([{ "name": "Policy number", "field_value": "P-3" }]), "P-3"),
        (json!([{ "policy_number": "P-4" }]), "P-4"),
        (json!("{\"policy_number\":\"P-5\"}"), "P-5"),
    ] {
        agent.ask("contacts_update-contact", json!({ "contactId": CONTACT, "customFields": given })).await;
        let contact = agent.contact(CONTACT).await;
        let fields = contact["customFields"].as_array().unwrap();
        let stored = fields.iter().find(|field| field["id"] == TEXT_FIELD).unwrap();
        assert_eq!(stored["value"], value, "{given}");
    }
    let before = agent.contact(CONTACT).await;
    let given = json!([{ "key": "policy_numbr", "field_value": "P-6" }, { "id": TEXT_FIELD, "field_value": "P-7" }]);
    let refused = agent.call("contacts_update-contact", json!({ "contactId": CONTACT, "customFields": given })).await;
    assert_eq!(refused.kind(), "invalid_arguments");
    assert!(refused.problem().contains("policy_number"), "the nearest is named: {}", refused.text);
    assert_eq!(agent.contact(CONTACT).await, before, "nothing was written");
}

#[tokio::test]
async fn cursors_lead_through_all_contacts() {
    let agent = Agent::new().await;
    let mut seen = HashSet::new();
    let mut page = json!({ "limit": 25, "fields": "contacts.id" });
    loop {
        let answer = agent.call("contacts_get-contacts", page.clone()).await;
        let contacts = answer.data()["contacts"].as_array().unwrap().clone();
        assert!(!contacts.is_empty(), "no page is empty");
        for contact in contacts {
            assert!(seen.insert(contact["id"].as_str().unwrap().to_owned()), "{} came twice", contact["id"]);
        }
        // The arguments that ask for the next page, even if the answer's own cursor was not asked for.
        let Some(next) = answer.json().get("next").cloned() else { break };
        page.as_object_mut().unwrap().extend(next.as_object().unwrap().clone());
    }
    let all = agent.ask("contacts_get-contacts", json!({ "fields": "meta.total" })).await;
    assert_eq!(all["meta"]["total"], seen.len());
    assert!(seen.len() > 40);
}

#[tokio::test]
async fn messages_are_paged_by_the_last_one() {
    let agent = Agent::new().await;
    let mut seen = HashSet::new();
    let mut page = json!({ "conversationId": CONVERSATION, "limit": 4 });
    loop {
        let answer = agent.ask("conversations_get-messages", page).await;
        for message in answer["messages"]["messages"].as_array().unwrap() {
            assert!(seen.insert(message["id"].as_str().unwrap().to_owned()));
        }
        if answer["messages"]["nextPage"] == false {
            break;
        }
        let last = &answer["messages"]["lastMessageId"];
        page = json!({ "conversationId": CONVERSATION, "limit": 4, "lastMessageId": last });
    }
    assert_eq!(seen.len(), 10);
}

#[tokio::test]
async fn each_way_of_being_refused_is_told_apart() {
    let agent = Agent::new().await;
    let as_reader = |tool: &str, arguments: Value| {
        agent.gateway.tool(tool, arguments).token(READ_ONLY_TOKEN).header("locationid", LOCATION)
    };
    let read = as_reader("contacts_get-contact", json!({ "contactId": CONTACT })).send().await.tool_result();
    assert!(!read.is_error);
    let tags = json!({ "contactId": CONTACT, "tags": ["vip"] });
    let write = as_reader("contacts_add-tags", tags).send().await.tool_result();
    assert_eq!(write.kind(), "scope_missing");
    assert!(write.problem().contains("contacts.write"), "{}", write.text);
    assert_eq!(agent.contact(CONTACT).await["tags"], json!(["customer", "roof"]));

    let list = || agent.gateway.tool("contacts_get-contacts", json!({}));
    for (post, kind) in [
        (list().token("pit-wrong").header("locationid", LOCATION), "token_rejected"),
        (list().token("eyJhbGciOi.J9.sig").header("locationid", LOCATION), "token_rejected"),
        (list().token(TOKEN).header("locationid", "another"), "location_forbidden"),
    ] {
        assert_eq!(post.send().await.tool_result().kind(), kind);
    }
    let unknown = agent.call("contacts_get-contact", json!({ "contactId": "00000000000000000000" })).await;
    assert_eq!(unknown.kind(), "not_found");
}

/// As `serve --sandbox` has it.
#[tokio::test]
async fn without_a_token_the_default_caller_calls() {
    let sandbox = sandbox().await;
    let default = DefaultCaller { credential: Token::new(TOKEN).unwrap().into(), location: LOCATION.parse().unwrap() };
    let gateway = TestGatewayBuilder::on(&sandbox.url()).default_caller(default).start().await;
    let anonymous = || gateway.tool("contacts_get-contact", json!({ "contactId": CONTACT })).without("authorization");
    let result = anonymous().unpinned().send().await.tool_result();
    assert_eq!(result.data()["contact"]["id"], CONTACT);

    // What a request does say counts.
    let list = || gateway.tool("contacts_get-contacts", json!({}));
    let result = list().without("authorization").header("locationid", "another").send().await.tool_result();
    assert_eq!(result.kind(), "location_forbidden");
    assert_eq!(list().token("pit-wrong").send().await.tool_result().kind(), "token_rejected");
    assert_eq!(anonymous().header("authorization", "Basic x").send().await.status, 401);
    // Its location is not lent to somebody else's token.
    let result = list().token(TOKEN).unpinned().send().await.tool_result();
    assert!(result.problem().starts_with("`locationId` is required"), "{}", result.text);
}
