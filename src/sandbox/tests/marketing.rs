//! Workflows, campaigns, links, forms and surveys.

use serde_json::json;

use super::{Client, column};
use crate::sandbox::well_known::{WORKFLOW, id};

#[tokio::test]
async fn every_list_has_its_records() {
    let client = Client::new();
    for (path, list, first) in [
        ("/workflows/", "workflows", "New lead nurture"),
        ("/campaigns/", "campaigns", "Spring gutters"),
        ("/links/", "links", "Leave a review"),
        ("/forms/", "forms", "Ask for an inspection"),
        ("/surveys/", "surveys", "After the work"),
    ] {
        let found = client.get(&format!("{path}?locationId=LOCATION")).await.ok();
        assert_eq!(column(&found[list], "name")[0], first);
        assert_eq!(client.get(path).await.error(422), "locationId should not be empty");
        client.get(&format!("{path}?locationId=elsewhere")).await.error(403);
    }
    let workflows = client.get("/workflows/?locationId=LOCATION").await.ok();
    assert_eq!(column(&workflows["workflows"], "id")[0], WORKFLOW);
    let drafts = client.get("/campaigns/?locationId=LOCATION&status=draft").await.ok();
    assert_eq!(column(&drafts["campaigns"], "name"), ["Winter offer"]);
    let page = client.get("/forms/?locationId=LOCATION&skip=1&limit=5").await.ok();
    assert_eq!((column(&page["forms"], "name"), &page["total"]), (vec!["Contact us"], &json!(2)));
}

#[tokio::test]
async fn submissions_page_and_belong_to_contacts_of_the_form() {
    let client = Client::new();
    let list = async |filter: &str| client.get(&format!("/forms/submissions?locationId=LOCATION{filter}")).await;
    let all = list("").await.ok();
    assert_eq!(all["meta"], json!({"total": 6, "currentPage": 1, "nextPage": null, "prevPage": null}));
    assert!(column(&all["submissions"], "createdAt").iter().rev().is_sorted(), "newest first");
    for contact in column(&all["submissions"], "contactId") {
        let contact = client.get(&format!("/contacts/{contact}")).await.ok();
        assert_eq!(contact["contact"]["source"], "website form");
    }
    let page = list("&limit=4&page=2").await.ok();
    assert_eq!(page["submissions"].as_array().unwrap().len(), 2);
    assert_eq!(page["meta"]["prevPage"], 1);
    assert_eq!(list("&limit=4").await.ok()["meta"]["nextPage"], 2);
    assert_eq!(list(&format!("&formId={}", id("form", 1))).await.ok()["meta"]["total"], 3);
    assert_eq!(list("&q=amelia").await.ok()["meta"]["total"], 1);
    let day = &column(&all["submissions"], "createdAt")[0][..10];
    assert!(list(&format!("&startAt={day}")).await.ok()["meta"]["total"].as_u64().unwrap() < 6);
    list("&startAt=2026-11-16&endAt=2026-11-15").await.error(422);
    list("&startAt=today").await.error(422);
}
