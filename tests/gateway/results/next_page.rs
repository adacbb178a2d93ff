//! `next` names the next page ready to send, and leads through a whole list.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{APPOINTMENT, CONVERSATION, TestDesk};
use crate::support::{TestGatewayBuilder, answering};

/// The list in a page of a tool's answer.
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

/// The ids on all pages, each page asked for with what the one before called `next`.
async fn follow(desk: &TestDesk, tool: &str, arguments: &Value, limit: usize) -> Vec<Vec<String>> {
    let (mut pages, mut cursor) = (Vec::new(), json!({}));
    loop {
        let arguments = with(arguments, &json!({ "limit": limit }));
        let page = desk.ask(tool, with(&arguments, &cursor)).await;
        pages.push(ids(tool, &page));
        assert!(pages.len() < 200, "{tool}: it goes on for ever: {cursor}");
        match page.get("next") {
            Some(next) => {
                assert_ne!(*next, cursor, "{tool}: the next page is another one");
                cursor = next.clone();
            }
            None => return pages,
        }
    }
}

/// Page by page, in pages of each size, the list is the same as in one, and no page but the last is short.
async fn assert_whole(tool: &str, arguments: Value, largest: usize, count: usize) {
    let desk = TestDesk::new().await;
    let all = follow(&desk, tool, &arguments, largest).await.concat();
    assert!(all.len() >= count, "{tool}: a list of {} needs no pages", all.len());
    // A page that ends just where the list ends has no next one; one less than all leaves one.
    for limit in [1, 2, 7, 20, all.len() - 1, all.len()] {
        if limit == 0 || limit > largest {
            continue;
        }
        let pages = follow(&desk, tool, &arguments, limit).await;
        assert_eq!(pages.concat(), all, "{tool} by {limit}");
        assert_eq!(pages.len(), all.len().div_ceil(limit), "{tool} by {limit}");
    }
}

#[tokio::test]
async fn of_contacts() {
    assert_whole("contacts_get-contacts", json!({}), 100, 120).await;
    assert_whole("contacts_get-contacts", json!({ "query": "example.com" }), 100, 50).await;
}

/// Three contacts of one import have the same date: the cursor's id tells them apart.
#[tokio::test]
async fn of_contacts_counts_each_once() {
    let desk = TestDesk::new().await;
    let mut all = follow(&desk, "contacts_get-contacts", &json!({}), 7).await.concat();
    let page = desk.ask("contacts_get-contacts", json!({ "limit": 1 })).await;
    assert_eq!(page["data"]["meta"]["total"], all.len());
    all.sort();
    all.dedup();
    assert_eq!(page["data"]["meta"]["total"], all.len());
}

#[tokio::test]
async fn of_opportunities() {
    assert_whole("opportunities_search-opportunity", json!({}), 100, 20).await;
    assert_whole("opportunities_search-opportunity", json!({ "status": "open" }), 100, 3).await;
}

#[tokio::test]
async fn of_transactions() {
    assert_whole("payments_list-transactions", json!({}), 100, 4).await;
}

#[tokio::test]
async fn of_notes() {
    assert_whole("calendars_get-appointment-notes", json!({ "appointmentId": APPOINTMENT }), 20, 3).await;
}

#[tokio::test]
async fn of_messages() {
    assert_whole("conversations_get-messages", json!({ "conversationId": CONVERSATION }), 100, 5).await;
    let texts = json!({ "conversationId": CONVERSATION, "type": "TYPE_SMS" });
    assert_whole("conversations_get-messages", texts, 100, 2).await;
}

/// The API does not say whether there is another page: the one after a full last page is empty.
#[tokio::test]
async fn of_conversations() {
    let (desk, tool) = (TestDesk::new().await, "conversations_search-conversation");
    for arguments in [json!({}), json!({ "sort": "asc" }), json!({ "sort": "asc", "sortBy": "last_message_date" })] {
        let all = ids(tool, &desk.ask(tool, with(&arguments, &json!({ "limit": 100 }))).await);
        assert!(all.len() > 3, "{}", all.len());
        for limit in [1, 2, 3, all.len() - 1, all.len()] {
            let pages = follow(&desk, tool, &arguments, limit).await;
            assert_eq!(pages.concat(), all, "{arguments} by {limit}");
            let needed = all.len().div_ceil(limit);
            assert!((needed..=needed + 1).contains(&pages.len()), "{arguments} by {limit}: {}", pages.len());
        }
    }
}

/// The API lowers a limit that is above its own in silence: a page of 100 of 250 is not the last one for that.
#[tokio::test]
async fn of_conversations_where_the_api_lowers_the_limit() {
    let page = json!({ "conversations": vec![json!({ "id": "c", "sort": [7] }); 100], "total": 250 });
    let upstream = answering(ResponseTemplate::new(200).set_body_json(page)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    for arguments in [json!({ "limit": 200 }), json!({ "limit": 200, "startAfterDate": [9] })] {
        let result = gateway.call("conversations_search-conversation", arguments).await;
        assert_eq!(result.json()["next"], json!({ "startAfterDate": [7] }), "{}", result.text);
    }
}

/// Without a `limit` the API has its own, and `next` goes by that.
#[tokio::test]
async fn without_a_limit_too() {
    let desk = TestDesk::new().await;
    for (tool, _) in LISTS {
        let arguments = match tool {
            "calendars_get-appointment-notes" => json!({ "appointmentId": APPOINTMENT }),
            "conversations_get-messages" => json!({ "conversationId": CONVERSATION }),
            _ => json!({}),
        };
        let first = desk.ask(tool, arguments.clone()).await;
        let largest = if tool == "calendars_get-appointment-notes" { 20 } else { 100 };
        let all = follow(&desk, tool, &arguments, largest).await.concat();
        let seen = ids(tool, &first);
        assert_eq!(first.get("next").is_some(), seen.len() < all.len(), "{tool}: {} of {}", seen.len(), all.len());
        if let Some(next) = first.get("next") {
            let second = ids(tool, &desk.ask(tool, with(&arguments, next)).await);
            assert_eq!(second[..], all[seen.len()..][..second.len()], "{tool}");
        }
    }
}

/// A cursor leads on from wherever it was got, and the old names work beside it.
#[tokio::test]
async fn from_a_numbered_page_and_with_prefixed_arguments() {
    let desk = TestDesk::new().await;
    let tool = "opportunities_search-opportunity";
    let all = follow(&desk, tool, &json!({}), 100).await.concat();
    let arguments = json!({ "query_limit": 3, "query_page": 2, "fields": "opportunities.id" });
    let second = desk.ask(tool, arguments.clone()).await;
    assert_eq!(ids(tool, &second), all[3..6]);
    let third = desk.ask(tool, with(&arguments, &second["next"])).await;
    assert_eq!(ids(tool, &third), all[6..9]);
}
