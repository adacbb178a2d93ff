use std::collections::HashSet;

use serde_json::Value;

use super::{Client, column};
use crate::sandbox::well_known::{CONTACT, ORDER, TRANSACTION};

async fn list(client: &Client, filter: &str) -> Value {
    let path = format!("/payments/transactions?altId=LOCATION&altType=location&limit=100&{filter}");
    client.get(&path).await.ok()
}

#[tokio::test]
async fn an_order_is_read_by_its_id() {
    let client = Client::new();
    let order = client.get(&format!("/payments/orders/{ORDER}?altId=LOCATION&altType=location")).await.ok();
    assert_eq!(order["_id"], ORDER);
    assert_eq!(order["contactId"], CONTACT);
    assert_eq!(order["items"].as_array().unwrap().len(), 2);
    let message = client.get("/payments/orders/000000000000000000000000?altId=LOCATION&altType=location").await;
    assert_eq!(message.error(400), "Order not found");
    let message = client.get(&format!("/payments/orders/{ORDER}")).await.error(422);
    assert_eq!(message, "altId should not be empty; altType should not be empty");
    client.get(&format!("/payments/orders/{ORDER}?altId=LOCATION&altType=company")).await.error(422);
}

#[tokio::test]
async fn every_filter_selects_what_it_names() {
    let client = Client::new();
    assert_eq!(list(&client, "").await["totalCount"], 14);
    for filter in [format!("contactId={CONTACT}"), format!("entityId={ORDER}"), "search=rosa".to_owned()] {
        let found = list(&client, &filter).await;
        assert_eq!(column(&found["data"], "_id"), [TRANSACTION], "{filter}");
        assert_eq!(found["totalCount"], 1);
    }
    assert_eq!(list(&client, "subscriptionId=sub_sandbox0000000000001").await["totalCount"], 5);
    assert_eq!(list(&client, "paymentMode=test").await["totalCount"], 2);
    assert_eq!(list(&client, "paymentMode=live").await["totalCount"], 12);
    assert_eq!(list(&client, "entitySourceType=funnel").await["totalCount"], 3);
    assert_eq!(list(&client, "search=scaffold").await["totalCount"], 5);
    assert_eq!(list(&client, "startAt=2026-11-01").await["totalCount"], 6);
    assert_eq!(list(&client, "startAt=2026-11-01&endAt=2026-11-01").await["totalCount"], 2);
    assert_eq!(list(&client, "endAt=2026-07-01T05:00:00Z").await["totalCount"], 0);
}

#[tokio::test]
async fn the_list_pages_by_offset() {
    let client = Client::new();
    let mut seen = HashSet::new();
    for (offset, expected) in [(0, 10), (10, 4), (20, 0)] {
        let page =
            client.get(&format!("/payments/transactions?altId=LOCATION&altType=location&offset={offset}")).await.ok();
        assert_eq!(page["data"].as_array().unwrap().len(), expected);
        assert!(column(&page["data"], "createdAt").iter().rev().is_sorted());
        seen.extend(column(&page["data"], "_id").into_iter().map(str::to_owned));
    }
    assert_eq!(seen.len(), 14);
}

#[tokio::test]
async fn invalid_filters_are_rejected() {
    let client = Client::new();
    for query in [
        "altType=location",
        "altId=LOCATION",
        "altId=LOCATION&altType=location&limit=101",
        "altId=LOCATION&altType=location&offset=-1",
        "altId=LOCATION&altType=location&startAt=yesterday",
        "altId=LOCATION&altType=location&paymentMode=cash",
        "altId=LOCATION&altType=location&page=2",
    ] {
        client.get(&format!("/payments/transactions?{query}")).await.error(422);
    }
}
