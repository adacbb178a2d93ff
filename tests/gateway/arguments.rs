//! Parsing of arguments: lenient, never silent, and every problem reported in one response.

mod duplicates;
mod forms;
mod ids;
mod location;
mod names_for_ids;
mod synonyms;

use serde_json::{Value, json};
use wiremock::{MockServer, Request, ResponseTemplate};

use crate::support::{CallResult, TestGateway, TestGatewayBuilder, answering};

/// A gateway in front of an upstream that accepts every request.
struct Reader {
    gateway: TestGateway,
    upstream: MockServer,
}

impl Reader {
    async fn new() -> Self {
        let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
        Self { gateway: TestGatewayBuilder::on(&upstream.uri()).start().await, upstream }
    }

    /// Makes a call and returns the request that is sent.
    async fn sent(&self, tool: &str, arguments: Value) -> Request {
        let result = self.gateway.call(tool, arguments).await;
        assert!(!result.is_error, "{}", result.text);
        self.upstream.received_requests().await.unwrap().pop().unwrap()
    }

    /// Makes a call with invalid arguments and returns the problem. Nothing may be sent.
    async fn rejected(&self, tool: &str, arguments: Value) -> String {
        self.problem_of(&self.gateway.call(tool, arguments).await).await
    }

    async fn problem_of(&self, result: &CallResult) -> String {
        assert_eq!(result.kind(), "invalid_arguments", "{}", result.text);
        assert_eq!((&result.json()["status"], &result.json()["data"]), (&json!(400), &json!(null)));
        assert!(self.upstream.received_requests().await.unwrap().is_empty(), "a rejected call is not sent");
        result.problem()
    }
}

#[tokio::test]
async fn every_problem_is_reported_at_once() {
    let reader = Reader::new().await;
    let problems = reader
        .rejected(
            "conversations_search-conversation",
            json!({
                "contctId": "c1",
                "limit": "many",
                "status": "new",
                "sortBy": 7,
                "query_startDate": "next week",
                "body_locationId": "another",
                "weather": "fine"
            }),
        )
        .await;
    insta::assert_snapshot!("every_problem", problems.replace("; `", "\n`"));
}

#[tokio::test]
async fn a_misspelt_name_gets_a_suggestion() {
    let reader = Reader::new().await;
    for (tool, given, nearest) in [
        ("contacts_get-contact", "contact", "`contactId`"),
        ("contacts_get-contact", "path_contctID", "`contactId`"),
        ("contacts_get-contacts", "limt", "`limit`"),
        ("contacts_create-contact", "frist_name", "`firstName`"),
        ("contacts_create-contact", "body_customField", "`customFields`"),
        ("opportunities_search-opportunity", "pipelinId", "`pipeline_id`"),
        ("calendars_get-calendar-events", "query_calenderId", "`calendarId`"),
    ] {
        let problem = reader.rejected(tool, json!({ given: "x" })).await;
        let found = problem.split("; `").find(|problem| problem.contains(given)).unwrap();
        assert!(found.contains("is not an argument of this tool") && found.contains(nearest), "{given}: {problem}");
    }
    let problem = reader.rejected("contacts_get-contacts", json!({ "zzz": 1 })).await;
    assert!(problem.contains("(it has: query, limit, startAfter, startAfterId, fields)"), "{problem}");
    let problem = reader.rejected("opportunities_get-pipelines", json!({ "zzz": 1 })).await;
    assert!(problem.contains("(it has: fields)"), "{problem}");
}

#[tokio::test]
async fn an_unknown_value_is_reported_with_the_allowed_ones() {
    let reader = Reader::new().await;
    let problem = reader.rejected("opportunities_search-opportunity", json!({ "status": "closed" })).await;
    assert!(problem.starts_with("`status` "), "{problem}");
    for allowed in ["open", "won", "lost", "abandoned", "all"] {
        assert!(problem.contains(&format!("`{allowed}`")), "{problem}");
    }
    let given = json!({ "contactId": "c1", "dndSettings": { "SMS": { "status": "off" } } });
    let problem = reader.rejected("contacts_update-contact", given).await;
    assert!(problem.contains("dndSettings.SMS.status") && problem.contains("`permanent`"), "{problem}");
    assert!(problem.contains("`off`"), "the value is quoted: {problem}");
}

/// A wrong type is reported with the allowed values, too.
#[tokio::test]
async fn a_wrong_type_is_reported_with_the_allowed_values() {
    let reader = Reader::new().await;
    for given in [json!(7), json!(true), json!(["open"])] {
        let problem = reader.rejected("opportunities_search-opportunity", json!({ "status": given })).await;
        assert!(problem.starts_with("`status` ") && problem.contains("abandoned"), "{given}: {problem}");
    }
}

#[tokio::test]
async fn a_missing_required_argument_is_reported() {
    let reader = Reader::new().await;
    for arguments in [json!({}), json!({ "contactId": null }), json!({ "path_contactId": null })] {
        let problem = reader.rejected("contacts_get-contact", arguments).await;
        assert_eq!(problem, "`contactId` is required");
    }
    let problem = reader.rejected("calendars_get-calendar-events", json!({})).await;
    assert!(problem.contains("`startTime` is required") && problem.contains("`endTime` is required"), "{problem}");
}

#[tokio::test]
async fn rules_across_arguments_are_enforced() {
    let reader = Reader::new().await;
    let events = "calendars_get-calendar-events";
    let window = json!({ "startTime": "2026-11-01", "endTime": "2026-11-08" });
    let problem = reader.rejected(events, window).await;
    assert!(["userId", "calendarId", "groupId"].iter().all(|name| problem.contains(name)), "{problem}");
    for end in ["2026-11-01", "2026-10-31"] {
        let backwards = json!({ "userId": "u", "startTime": "2026-11-01", "endTime": end });
        assert_eq!(reader.rejected(events, backwards).await, "`endTime` must be after startTime");
    }

    let send = "conversations_send-a-new-message";
    let problem = reader.rejected(send, json!({ "type": "SMS", "contactId": "c1", "subject": "empty" })).await;
    for content in ["message", "html", "attachments", "templateId"] {
        assert!(problem.contains(content), "{problem}");
    }
    for content in [json!({ "html": "<p>" }), json!({ "attachments": ["https://a"] }), json!({ "templateId": "t" })] {
        let reader = Reader::new().await;
        let mut arguments = content;
        arguments["type"] = "Email".into();
        arguments["contactId"] = "c1".into();
        reader.sent(send, arguments).await;
    }
}

#[tokio::test]
async fn two_spellings_of_a_name_must_agree() {
    let reader = Reader::new().await;
    let problem = reader.rejected("contacts_get-contact", json!({ "contactId": "c1", "path_contactId": "c2" })).await;
    assert!(problem.contains("given twice") && problem.contains("c1") && problem.contains("c2"), "{problem}");
    let request = reader.sent("contacts_get-contact", json!({ "contactId": "c1", "path_contactId": "c1" })).await;
    assert_eq!(request.url.path(), "/contacts/c1");
}

#[tokio::test]
async fn a_call_without_arguments_is_accepted() {
    let reader = Reader::new().await;
    for params in [
        json!({ "name": "locations_get-location" }),
        json!({ "name": "locations_get-location", "arguments": null }),
        json!({ "name": "locations_get-location", "arguments": {} }),
    ] {
        let response = reader.gateway.rpc("tools/call", params.clone()).send().await;
        assert!(!response.tool_result().is_error, "{params}");
    }
    let params = json!({ "name": "contacts_get-contact" });
    let result = reader.gateway.rpc("tools/call", params).send().await.tool_result();
    assert_eq!(result.problem(), "`contactId` is required");
}
