//! `next` contains the arguments for the next page; following it visits the whole list.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{APPOINTMENT, CONVERSATION, SandboxGateway};
use crate::support::{TestGatewayBuilder, answering};

/// The tools with pages, and the pointer to the list in a result.
const LISTS: [(&str, &str); 6] = [
    ("calendars_get-appointment-notes", "/data/notes"),
    ("contacts_get-contacts", "/data/contacts"),
    ("conversations_search-conversation", "/data/conversations"),
    ("conversations_get-messages", "/data/messages/messages"),
    ("opportunities_search-opportunity", "/data/opportunities"),
    ("payments_list-transactions", "/data/data"),
];

fn ids(tool: &str, page: &Value) -> Vec<String> {
    let (_, pointer) = LISTS.iter().find(|(known, _)| *known == tool).unwrap();
    let records = page.pointer(pointer).unwrap().as_array().unwrap();
    let id = |record: &Value| record.get("id").or_else(|| record.get("_id")).unwrap().as_str().unwrap().to_owned();
    records.iter().map(id).collect()
}

fn with(arguments: &Value, more: &Value) -> Value {
    let mut arguments = arguments.clone();
    arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    arguments
}

/// The ids of all pages, requesting each page with the `next` of the one before.
async fn follow(gateway: &SandboxGateway, tool: &str, arguments: &Value, limit: usize) -> Vec<Vec<String>> {
    let (mut pages, mut cursor) = (Vec::new(), json!({}));
    loop {
        let arguments = with(arguments, &json!({ "limit": limit }));
        let page = gateway.call(tool, with(&arguments, &cursor)).await;
        pages.push(ids(tool, &page));
        assert!(pages.len() < 200, "{tool}: the pages do not end: {cursor}");
        match page.get("next") {
            Some(next) => {
                assert_ne!(*next, cursor, "{tool}: `next` must advance");
                cursor = next.clone();
            }
            None => return pages,
        }
    }
}

/// Asserts that pages of every size visit the same list, and that only the last page is short.
async fn assert_whole(tool: &str, arguments: Value, largest: usize, count: usize) {
    let gateway = SandboxGateway::new().await;
    let all = follow(&gateway, tool, &arguments, largest).await.concat();
    assert!(all.len() >= count, "{tool}: a list of {} has no pages", all.len());
    // A page that ends where the list ends has no `next`; with a page of one less, one element remains.
    for limit in [1, 2, 7, 20, all.len() - 1, all.len()] {
        if limit == 0 || limit > largest {
            continue;
        }
        let pages = follow(&gateway, tool, &arguments, limit).await;
        assert_eq!(pages.concat(), all, "{tool} by {limit}");
        assert_eq!(pages.len(), all.len().div_ceil(limit), "{tool} by {limit}");
    }
}

#[tokio::test]
async fn all_contacts_are_visited() {
    assert_whole("contacts_get-contacts", json!({}), 100, 120).await;
    assert_whole("contacts_get-contacts", json!({ "query": "example.com" }), 100, 50).await;
}

/// Three imported contacts have the same date: the id in the cursor distinguishes them.
#[tokio::test]
async fn each_contact_is_visited_once() {
    let gateway = SandboxGateway::new().await;
    let mut all = follow(&gateway, "contacts_get-contacts", &json!({}), 7).await.concat();
    let page = gateway.call("contacts_get-contacts", json!({ "limit": 1 })).await;
    assert_eq!(page["data"]["meta"]["total"], all.len());
    all.sort();
    all.dedup();
    assert_eq!(page["data"]["meta"]["total"], all.len());
}

#[tokio::test]
async fn all_opportunities_are_visited() {
    assert_whole("opportunities_search-opportunity", json!({}), 100, 20).await;
    assert_whole("opportunities_search-opportunity", json!({ "status": "open" }), 100, 3).await;
}

#[tokio::test]
async fn all_transactions_are_visited() {
    assert_whole("payments_list-transactions", json!({}), 100, 4).await;
}

#[tokio::test]
async fn all_notes_are_visited() {
    assert_whole("calendars_get-appointment-notes", json!({ "appointmentId": APPOINTMENT }), 20, 3).await;
}

#[tokio::test]
async fn all_messages_are_visited() {
    assert_whole("conversations_get-messages", json!({ "conversationId": CONVERSATION }), 100, 5).await;
    let texts = json!({ "conversationId": CONVERSATION, "type": "TYPE_SMS" });
    assert_whole("conversations_get-messages", texts, 100, 2).await;
}

/// The API does not report whether there is another page, so after a full last page there is an empty one.
#[tokio::test]
async fn all_conversations_are_visited() {
    let (gateway, tool) = (SandboxGateway::new().await, "conversations_search-conversation");
    for arguments in [json!({}), json!({ "sort": "asc" }), json!({ "sort": "asc", "sortBy": "last_message_date" })] {
        let all = ids(tool, &gateway.call(tool, with(&arguments, &json!({ "limit": 100 }))).await);
        assert!(all.len() > 3, "{}", all.len());
        for limit in [1, 2, 3, all.len() - 1, all.len()] {
            let pages = follow(&gateway, tool, &arguments, limit).await;
            assert_eq!(pages.concat(), all, "{arguments} by {limit}");
            let needed = all.len().div_ceil(limit);
            assert!((needed..=needed + 1).contains(&pages.len()), "{arguments} by {limit}: {}", pages.len());
        }
    }
}

/// The API silently lowers a `limit` above its maximum, so a page of 100 of 250 is not the last one.
#[tokio::test]
async fn a_page_shorter_than_a_limit_above_the_maximum_is_not_the_last() {
    let page = json!({ "conversations": vec![json!({ "id": "c", "sort": [7] }); 100], "total": 250 });
    let upstream = answering(ResponseTemplate::new(200).set_body_json(page)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    for arguments in [json!({ "limit": 200 }), json!({ "limit": 200, "startAfterDate": [9] })] {
        let result = gateway.call("conversations_search-conversation", arguments).await;
        assert_eq!(result.json()["next"], json!({ "startAfterDate": [7] }), "{}", result.text);
    }
}

/// Without a `limit` the API uses its default, and so does `next`.
#[tokio::test]
async fn next_works_without_a_limit() {
    let gateway = SandboxGateway::new().await;
    for (tool, _) in LISTS {
        let arguments = match tool {
            "calendars_get-appointment-notes" => json!({ "appointmentId": APPOINTMENT }),
            "conversations_get-messages" => json!({ "conversationId": CONVERSATION }),
            _ => json!({}),
        };
        let first = gateway.call(tool, arguments.clone()).await;
        let largest = if tool == "calendars_get-appointment-notes" { 20 } else { 100 };
        let all = follow(&gateway, tool, &arguments, largest).await.concat();
        let seen = ids(tool, &first);
        assert_eq!(first.get("next").is_some(), seen.len() < all.len(), "{tool}: {} of {}", seen.len(), all.len());
        if let Some(next) = first.get("next") {
            let second = ids(tool, &gateway.call(tool, with(&arguments, next)).await);
            assert_eq!(second[..], all[seen.len()..][..second.len()], "{tool}");
        }
    }
}

/// A cursor from a numbered page works, also together with prefixed arguments.
#[tokio::test]
async fn next_works_from_a_numbered_page_and_with_prefixed_arguments() {
    let gateway = SandboxGateway::new().await;
    let tool = "opportunities_search-opportunity";
    let all = follow(&gateway, tool, &json!({}), 100).await.concat();
    let arguments = json!({ "query_limit": 3, "query_page": 2, "fields": "opportunities.id" });
    let second = gateway.call(tool, arguments.clone()).await;
    assert_eq!(ids(tool, &second), all[3..6]);
    let third = gateway.call(tool, with(&arguments, &second["next"])).await;
    assert_eq!(ids(tool, &third), all[6..9]);
}
