//! Ids, which become segments of a path.

use serde_json::{Value, json};

use super::Reader;
use crate::support::minimal_calls;

/// The tools with an id in their path, and the id's name.
const IN_PATHS: [(&str, &str); 9] = [
    ("calendars_get-appointment-notes", "appointmentId"),
    ("contacts_get-all-tasks", "contactId"),
    ("contacts_add-tags", "contactId"),
    ("contacts_remove-tags", "contactId"),
    ("contacts_get-contact", "contactId"),
    ("contacts_update-contact", "contactId"),
    ("conversations_get-messages", "conversationId"),
    ("opportunities_get-opportunity", "id"),
    ("payments_get-order-by-id", "orderId"),
];

/// The smallest call of a tool with this id.
fn arguments(tool: &str, name: &str, id: Value) -> Value {
    let mut arguments = minimal_calls().into_iter().find(|call| call.tool == tool).unwrap().arguments;
    assert!(arguments.get(name).is_some(), "{tool} has {name}");
    arguments[name] = id;
    arguments
}

/// An empty segment or a dot segment would change the request.
#[tokio::test]
async fn an_id_that_would_change_the_path_is_rejected() {
    let reader = Reader::new().await;
    for (tool, name) in IN_PATHS {
        for id in ["", ".", ".."] {
            let problem = reader.rejected(tool, arguments(tool, name, json!(id))).await;
            assert!(problem.starts_with(&format!("`{name}` is wrong: ")), "{tool} {id:?}: {problem}");
        }
        for id in [json!(["c1"]), json!({ "id": "c1" }), json!(true)] {
            let problem = reader.rejected(tool, arguments(tool, name, id)).await;
            assert!(problem.starts_with(&format!("`{name}` is wrong: ")), "{tool}: {problem}");
        }
    }
}

/// Percent-encoded they would stay in their segment; but a proxy on the way may decode them.
#[tokio::test]
async fn a_path_or_a_url_is_no_id() {
    let reader = Reader::new().await;
    for id in ["../locations/other", "a/b", "a1?b=c", "a1#d", "%2e%2e", "a\\b", "a\u{0}c1"] {
        for (tool, name) in IN_PATHS {
            let problem = reader.rejected(tool, arguments(tool, name, json!(id))).await;
            assert!(problem.contains("not a valid id"), "{tool} {id:?}: {problem}");
        }
    }
}

/// So it is always one segment.
#[tokio::test]
async fn an_id_is_percent_encoded() {
    let reader = Reader::new().await;
    for (id, encoded) in
        [("a+b=c", "a%2Bb%3Dc"), ("a:b;c&d", "a%3Ab%3Bc%26d"), ("...", "..."), ("a-b_c.d~e", "a-b_c.d~e")]
    {
        for (tool, name) in IN_PATHS {
            let request = reader.sent(tool, arguments(tool, name, json!(id))).await;
            let found = request.url.path().split('/').any(|segment| segment == encoded);
            assert!(found, "{tool} {id:?}: {}", request.url.path());
        }
    }
    let request = reader.sent("contacts_get-contact", json!({ "contactId": 12345 })).await;
    assert_eq!(request.url.path(), "/contacts/12345");
}

#[tokio::test]
async fn an_id_in_the_query_is_query_encoded() {
    let reader = Reader::new().await;
    let request = reader.sent("conversations_search-conversation", json!({ "contactId": "a&limit=1;b" })).await;
    let pairs: Vec<_> = request.url.query_pairs().into_owned().collect();
    assert_eq!(pairs[1], ("contactId".to_owned(), "a&limit=1;b".to_owned()));
    assert_eq!(pairs.len(), 2);
    let problem = Reader::new().await.rejected("conversations_search-conversation", json!({ "contactId": "" })).await;
    assert!(problem.contains("is empty"), "{problem}");
}
