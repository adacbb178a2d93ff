//! The search for contacts with filters.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Client, column};
use crate::sandbox::well_known::{CHOICE_FIELD, CONTACT, USER};

async fn search(client: &Client, more: Value) -> Value {
    let mut body = json!({"locationId": "LOCATION", "pageLimit": 500});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.post("/contacts/search", body).await.ok()
}

fn filter(field: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!({"filters": [{"field": field, "operator": operator, "value": value.into()}]})
}

#[tokio::test]
async fn every_operator_selects_what_it_says() {
    let client = Client::new();
    let count = async |filter: Value| search(&client, filter).await["total"].as_u64().unwrap();
    let all = count(json!({})).await;
    assert_eq!(all, 120);
    let customers = count(filter("tags", "contains", json!(["customer"]))).await;
    assert_eq!(customers, 1);
    let of_marta = count(filter("assignedTo", "eq", json!(USER))).await;
    assert!(of_marta > 0 && of_marta < all);
    assert_eq!(count(filter("assignedTo", "not_eq", json!(USER))).await, all - of_marta);
    let with_email = count(filter("email", "exists", Value::Null)).await;
    assert!(with_email < all);
    assert_eq!(count(filter("email", "not_exists", Value::Null)).await, all - with_email);
    assert_eq!(count(filter("email", "contains", json!("ROSA@"))).await, 1);
    assert_eq!(count(filter("email", "not_contains", json!("rosa@"))).await, all - 1);
    let slate = count(filter(&format!("customFields.{CHOICE_FIELD}"), "eq", json!("Slate"))).await;
    assert!(slate > 0 && slate < all / 2);
    let recent = count(filter("dateAdded", "range", json!({"gte": "2026-11-15", "lt": "2026-11-16"}))).await;
    assert_eq!(recent, 4);
}

#[tokio::test]
async fn filters_are_joined_by_and_unless_their_group_says_or() {
    let client = Client::new();
    let [rosa, amelia] = ["Rosa", "Amelia"].map(|name| json!({"field": "firstName", "operator": "eq", "value": name}));
    let both = search(&client, json!({"filters": [rosa, amelia]})).await;
    assert_eq!(both["total"], 0);
    let either = search(&client, json!({"filters": [{"group": "OR", "filters": [rosa, amelia]}]})).await;
    assert_eq!(either["total"], 2);
    let nested = json!({"filters": [rosa, {"group": "OR", "filters": [rosa, amelia]}]});
    assert_eq!(column(&search(&client, nested).await["contacts"], "id"), [CONTACT]);
    assert_eq!(column(&search(&client, json!({"query": "rosa@"})).await["contacts"], "id"), [CONTACT]);
}

#[tokio::test]
async fn pages_and_cursors_show_each_contact_once() {
    let client = Client::new();
    let (mut by_page, mut by_cursor) = (HashSet::new(), HashSet::new());
    let mut cursor = Value::Null;
    for page in 1..=3 {
        let found = search(&client, json!({"pageLimit": 50, "page": page})).await;
        by_page.extend(column(&found["contacts"], "id").into_iter().map(str::to_owned));
        let mut body = json!({"pageLimit": 50});
        if !cursor.is_null() {
            body["searchAfter"] = cursor;
        }
        let found = search(&client, body).await;
        by_cursor.extend(column(&found["contacts"], "id").into_iter().map(str::to_owned));
        cursor = found["contacts"].as_array().unwrap().last().unwrap()["searchAfter"].clone();
    }
    assert_eq!((by_page.len(), &by_page), (120, &by_cursor));
    let end = search(&client, json!({"searchAfter": cursor})).await;
    assert_eq!(end["contacts"], json!([]));
}

#[tokio::test]
async fn a_sort_is_followed() {
    let client = Client::new();
    let sorted = async |direction: &str| {
        search(&client, json!({"sort": [{"field": "lastName", "direction": direction}]})).await["contacts"].take()
    };
    let (up, down) = (sorted("asc").await, sorted("desc").await);
    assert!(column(&up, "lastName").is_sorted_by_key(|name| name.to_lowercase()));
    assert!(column(&down, "lastName").iter().rev().is_sorted_by_key(|name| name.to_lowercase()));
}

#[tokio::test]
async fn malformed_searches_are_rejected() {
    let client = Client::new();
    let post = async |body: Value| client.post("/contacts/search", body).await.error(422);
    assert_eq!(post(json!({"locationId": "LOCATION"})).await, "pageLimit should not be empty");
    let with = |name: &str, value: Value| {
        let mut body = json!({"locationId": "LOCATION", "pageLimit": 5});
        body[name] = value;
        body
    };
    assert_eq!(post(with("pageLimit", json!(501))).await, "pageLimit must not be greater than 500");
    assert_eq!(post(with("filter", json!([]))).await, "property filter should not exist");
    assert_eq!(post(with("filters", json!({}))).await, "filters must be an array");
    let operator = post(with("filters", json!([{"field": "city", "operator": "like", "value": "x"}]))).await;
    assert!(operator.starts_with("filters: operator must be one of"), "{operator}");
    assert_eq!(post(with("filters", json!([{"operator": "eq"}]))).await, "filters: field should not be empty");
}
