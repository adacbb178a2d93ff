//! The definitions are cached per token and location, and only looked up if needed.

use futures_util::future::join_all;
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, ResponseTemplate};

use super::{FieldsUpstream, definitions, score_of, with, writes};
use crate::support::{LOCATION, TOKEN};

fn score() -> Value {
    json!({ "lead_score": 7 })
}

#[tokio::test]
async fn one_lookup_serves_all_calls_of_a_caller() {
    let fixture = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        assert!(!fixture.call(tool, &arguments, score()).await.is_error, "{tool}");
        let plain = json!({ "tool": tool, "input": with(&arguments, score()) });
        assert_eq!(fixture.gateway.post(plain).send().await.status, 200, "{tool}");
    }
    assert_eq!(fixture.written().await.len(), 8);
    assert_eq!(fixture.lookups().await, 1);
    let lookup = fixture.requests().await.into_iter().find(|request| request.method == "GET").unwrap();
    assert_eq!(lookup.url.path(), format!("/locations/{LOCATION}/customFields"));
    assert_eq!(lookup.url.query(), Some("model=all"), "of contacts and opportunities");
    assert_eq!(lookup.headers["authorization"], format!("Bearer {TOKEN}"), "with the caller's own token");
}

#[tokio::test]
async fn concurrent_calls_share_a_lookup() {
    let fixture = FieldsUpstream::new().await;
    let arguments = json!({ "contactId": "c1" });
    let calls = (0..20).map(|_| fixture.call("contacts_update-contact", &arguments, score()));
    let results = join_all(calls).await;
    assert!(results.iter().all(|result| !result.is_error));
    assert_eq!((fixture.lookups().await, fixture.written().await.len()), (1, 20));
}

#[tokio::test]
async fn each_token_and_location_has_its_own_lookup() {
    let fixture = FieldsUpstream::new().await;
    let mut lookups = 0;
    for (token, location) in [("pit-a", "one"), ("pit-b", "one"), ("pit-a", "two"), ("pit-b", "two")] {
        lookups += 1;
        for by_header in [true, false, true] {
            let mut arguments = with(&json!({ "contactId": "c1" }), score());
            if !by_header {
                arguments["locationId"] = json!(location);
            }
            let post = fixture.gateway.tool("contacts_update-contact", arguments).token(token);
            let post = if by_header { post.header("locationid", location) } else { post.unpinned() };
            assert!(!post.send().await.tool_result().is_error);
            assert_eq!(fixture.lookups().await, lookups, "{token} {location}");
        }
        let requests = fixture.requests().await;
        let lookup = requests.iter().rfind(|request| request.method == "GET").unwrap();
        assert_eq!(lookup.headers["authorization"], format!("Bearer {token}"));
        assert_eq!(lookup.url.path(), format!("/locations/{location}/customFields"));
    }
}

/// The definitions that one token may see are not used for another token of the same location.
#[tokio::test]
async fn a_token_without_the_scope_does_not_share_the_cache() {
    let fixture = FieldsUpstream::new().await;
    let body = json!({ "statusCode": 401, "message": "The token is not authorized for this scope." });
    let lookup = Mock::given(method("GET")).and(path(format!("/locations/{LOCATION}/customFields")));
    let lookup = lookup.and(header("authorization", "Bearer pit-narrow"));
    let rejected = lookup.respond_with(ResponseTemplate::new(401).set_body_json(body));
    rejected.with_priority(1).mount(&fixture.upstream).await;
    let call = |token: &'static str| {
        fixture
            .gateway
            .tool("contacts_update-contact", with(&json!({ "contactId": "c1" }), score()))
            .token(token)
            .send()
    };
    assert!(!call("pit-wide").await.tool_result().is_error);
    assert_eq!(call("pit-narrow").await.tool_result().kind(), "scope_missing");
    assert!(!call("pit-wide").await.tool_result().is_error);
    assert_eq!((fixture.lookups().await, fixture.written().await.len()), (2, 2));
}

#[tokio::test]
async fn a_failed_lookup_is_not_cached() {
    let fixture = FieldsUpstream::answering(ResponseTemplate::new(500)).await;
    let arguments = json!({ "contactId": "c1" });
    for lookups in [1, 2] {
        assert!(fixture.call("contacts_update-contact", &arguments, score()).await.is_error);
        assert_eq!(fixture.lookups().await, lookups, "after a failed lookup the next call tries again");
    }
    let found = ResponseTemplate::new(200).set_body_json(definitions());
    Mock::given(method("GET")).respond_with(found).with_priority(1).mount(&fixture.upstream).await;
    for _ in 0..3 {
        assert!(!fixture.call("contacts_update-contact", &arguments, score()).await.is_error);
        assert_eq!(fixture.lookups().await, 3);
    }
}

#[tokio::test]
async fn ids_cause_no_lookup_and_are_sent_unchanged() {
    let fixture = FieldsUpstream::new().await;
    for (tool, arguments) in writes() {
        for fields in [
            json!([{ "id": score_of(tool), "field_value": 7 }]),
            json!([{ "id": "unknown-to-the-location", "key": "lead_score", "field_value": ["a", null, 1.5] }]),
            json!([{ "id": "a", "field_value": null }, { "id": "a", "field_value": { "b": 1 } }]),
            json!([]),
        ] {
            assert!(!fixture.call(tool, &arguments, fields.clone()).await.is_error, "{tool} {fields}");
            assert_eq!(fixture.written().await.pop().unwrap()["customFields"], fields, "{tool}");
        }
        assert!(!fixture.call(tool, &arguments, Value::Null).await.is_error, "{tool}");
        assert!(fixture.written().await.pop().unwrap().get("customFields").is_none(), "{tool}: null is omitted");
    }
    assert_eq!(fixture.lookups().await, 0);
}
