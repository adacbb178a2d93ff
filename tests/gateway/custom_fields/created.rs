//! A field that was created after the definitions were asked for is found.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, ResponseTemplate};

use super::{FieldsUpstream, definitions};
use crate::support::CallResult;

/// From now on time has moved on for the gateway, which runs in this test's runtime.
async fn after(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// Longer than the gateway waits before it asks again.
const LONGER: Duration = Duration::from_secs(11);

impl FieldsUpstream {
    /// What the API answers from now on to who asks for the definitions.
    async fn answers(&self, lookup: ResponseTemplate) {
        let definitions = Mock::given(method("GET")).and(path_regex("^/locations/[^/]+/customFields$"));
        definitions.respond_with(lookup).with_priority(1).mount(&self.upstream).await;
    }

    async fn create_budget_field(&self) {
        let mut definitions = definitions();
        let created = json!({ "id": "cBudget", "model": "contact", "name": "Budget", "fieldKey": "contact.budget" });
        definitions["customFields"].as_array_mut().unwrap().push(created);
        self.answers(ResponseTemplate::new(200).set_body_json(definitions)).await;
    }

    async fn update(&self, custom_fields: Value) -> CallResult {
        self.call("contacts_update-contact", &json!({ "contactId": "c1" }), custom_fields).await
    }
}

#[tokio::test]
async fn a_field_created_a_minute_ago_is_found() {
    let office = FieldsUpstream::new().await;
    assert!(!office.update(json!({ "lead_score": 7 })).await.is_error);
    office.create_budget_field().await;
    after(LONGER).await;
    let result = office.update(json!({ "lead_score": 7, "Budget": 8 })).await;
    assert!(!result.is_error, "{}", result.text);
    let expected = json!([{ "id": "cScore", "field_value": 7 }, { "id": "cBudget", "field_value": 8 }]);
    assert_eq!(office.written().await[1]["customFields"], expected);
    assert!(!office.update(json!({ "budget": 9 })).await.is_error);
    assert_eq!(office.lookups().await, 2, "the newer definitions are cached in their turn");
}

#[tokio::test]
async fn misspelling_asks_again_once_in_ten_seconds() {
    let office = FieldsUpstream::new().await;
    for lookups in 1..4 {
        // All at once, and then one after the other.
        for result in join_all((0..10).map(|_| office.update(json!({ "budgit": 8 })))).await {
            assert!(result.problem().contains("names no contact field"), "{}", result.text);
        }
        for _ in 0..3 {
            assert!(office.update(json!({ "budgit": 8 })).await.is_error);
            assert!(!office.update(json!({ "lead_score": 7 })).await.is_error);
        }
        assert_eq!(office.lookups().await, lookups);
        after(LONGER).await;
    }
}

/// A known name does not ask again, however old the definitions are within their five minutes.
#[tokio::test]
async fn known_names_do_not_ask_again() {
    let office = FieldsUpstream::new().await;
    for _ in 0..3 {
        assert!(!office.update(json!({ "lead_score": 7 })).await.is_error);
        assert!(office.update(json!({ "twin": 7 })).await.problem().contains("several fields"));
        after(LONGER).await;
    }
    assert_eq!(office.lookups().await, 1);
}

#[tokio::test]
async fn an_api_that_fails_is_not_asked_by_every_misspelt_name() {
    let office = FieldsUpstream::new().await;
    assert!(!office.update(json!({ "lead_score": 7 })).await.is_error);
    office.answers(ResponseTemplate::new(503).set_body_json(json!({ "message": "Service unavailable" }))).await;
    after(LONGER).await;
    let first = office.update(json!({ "budget": 8 })).await;
    assert_eq!(first.kind(), "upstream_unavailable", "whether there is such a field is not known: {}", first.text);
    for _ in 0..3 {
        assert!(office.update(json!({ "budget": 8 })).await.problem().contains("names no contact field"));
        assert!(!office.update(json!({ "lead_score": 7 })).await.is_error, "what is known is used on");
    }
    assert_eq!(office.lookups().await, 2);
}
