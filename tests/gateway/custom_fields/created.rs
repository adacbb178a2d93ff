//! A field created after the lookup is found.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, ResponseTemplate};

use super::{FieldsUpstream, definitions};
use crate::support::CallResult;

/// Advances the clock of this test's runtime, in which the gateway runs.
async fn advance(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// Longer than the gateway's minimum time between two lookups.
const LOOKUP_PAUSE: Duration = Duration::from_secs(11);

impl FieldsUpstream {
    /// Replaces the response to a lookup.
    async fn set_lookup(&self, lookup: ResponseTemplate) {
        let definitions = Mock::given(method("GET")).and(path_regex("^/locations/[^/]+/customFields$"));
        definitions.respond_with(lookup).with_priority(1).mount(&self.upstream).await;
    }

    async fn create_budget_field(&self) {
        let mut definitions = definitions();
        let created = json!({ "id": "c1Budget", "model": "contact", "name": "Budget", "fieldKey": "contact.budget" });
        definitions["customFields"].as_array_mut().unwrap().push(created);
        self.set_lookup(ResponseTemplate::new(200).set_body_json(definitions)).await;
    }

    async fn update(&self, custom_fields: Value) -> CallResult {
        self.call("contacts_update-contact", &json!({ "contactId": "c1" }), custom_fields).await
    }
}

#[tokio::test]
async fn a_field_created_a_minute_ago_is_found() {
    let fixture = FieldsUpstream::new().await;
    assert!(!fixture.update(json!({ "lead_score": 7 })).await.is_error);
    fixture.create_budget_field().await;
    advance(LOOKUP_PAUSE).await;
    let result = fixture.update(json!({ "lead_score": 7, "Budget": 8 })).await;
    assert!(!result.is_error, "{}", result.text);
    let expected = json!([{ "id": "c1Score", "field_value": 7 }, { "id": "c1Budget", "field_value": 8 }]);
    assert_eq!(fixture.written().await[1]["customFields"], expected);
    assert!(!fixture.update(json!({ "budget": 9 })).await.is_error);
    assert_eq!(fixture.lookups().await, 2, "the newer definitions are cached too");
}

#[tokio::test]
async fn an_unknown_name_causes_one_lookup_in_ten_seconds() {
    let fixture = FieldsUpstream::new().await;
    for lookups in 1..4 {
        // Concurrently, then sequentially.
        for result in join_all((0..10).map(|_| fixture.update(json!({ "budgit": 8 })))).await {
            assert!(result.problem().contains("names no contact field"), "{}", result.text);
        }
        for _ in 0..3 {
            assert!(fixture.update(json!({ "budgit": 8 })).await.is_error);
            assert!(!fixture.update(json!({ "lead_score": 7 })).await.is_error);
        }
        assert_eq!(fixture.lookups().await, lookups);
        advance(LOOKUP_PAUSE).await;
    }
}

/// A known name causes no lookup while the definitions are cached (five minutes).
#[tokio::test]
async fn known_names_cause_no_lookup() {
    let fixture = FieldsUpstream::new().await;
    for _ in 0..3 {
        assert!(!fixture.update(json!({ "lead_score": 7 })).await.is_error);
        assert!(fixture.update(json!({ "twin": 7 })).await.problem().contains("is ambiguous"));
        advance(LOOKUP_PAUSE).await;
    }
    assert_eq!(fixture.lookups().await, 1);
}

#[tokio::test]
async fn a_failing_lookup_is_not_repeated_for_every_unknown_name() {
    let fixture = FieldsUpstream::new().await;
    assert!(!fixture.update(json!({ "lead_score": 7 })).await.is_error);
    fixture.set_lookup(ResponseTemplate::new(503).set_body_json(json!({ "message": "Service unavailable" }))).await;
    advance(LOOKUP_PAUSE).await;
    let first = fixture.update(json!({ "budget": 8 })).await;
    assert_eq!(first.kind(), "upstream_unavailable", "it is unknown whether the field exists: {}", first.text);
    for _ in 0..3 {
        assert!(fixture.update(json!({ "budget": 8 })).await.problem().contains("names no contact field"));
        assert!(!fixture.update(json!({ "lead_score": 7 })).await.is_error, "the cached definitions stay in use");
    }
    assert_eq!(fixture.lookups().await, 2);
}
