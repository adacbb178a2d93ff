use std::collections::HashSet;

use super::{Client, column};
use crate::sandbox::seed::contacts::COUNT;
use crate::sandbox::well_known::{CONTACT, USER};

#[tokio::test]
async fn a_contact_has_its_derived_properties() {
    let client = Client::new();
    let contact = &client.get(&format!("/contacts/{CONTACT}")).await.ok()["contact"];
    assert_eq!(contact["name"], "Rosa Deo");
    assert_eq!(contact["fullNameLowerCase"], "rosa deo");
    assert_eq!(contact["assignedTo"], USER);
    assert!(!contact["customFields"].as_array().unwrap().is_empty());
    let tasks = &client.get(&format!("/contacts/{CONTACT}/tasks")).await.ok()["tasks"];
    assert_eq!(column(tasks, "contactId"), [CONTACT, CONTACT]);
}

#[tokio::test]
async fn an_unknown_contact_is_an_error() {
    let client = Client::new();
    let message = client.get("/contacts/00000000000000000000").await.error(400);
    assert!(message.starts_with("Contact not found"), "{message}");
    client.get("/contacts/00000000000000000000/tasks").await.error(400);
}

#[tokio::test]
async fn the_list_is_found_by_words_of_every_kind() {
    let client = Client::new();
    for (query, name) in [
        ("rosa%20deo", "Rosa Deo"),
        ("ROSA@EXAMPLE", "Rosa Deo"),
        ("888%20555-0101", "Rosa Deo"),
        ("S%C3%B8ren", "Søren Kjærgård"),
        ("%E7%94%B0%E4%B8%AD", "美咲 田中"),
        ("m%C3%BCller-l%C3%BCdenscheidt+%26+co", "Zoë Müller-Lüdenscheidt"),
    ] {
        let found = client.get(&format!("/contacts/?locationId=LOCATION&query={query}")).await.ok();
        assert_eq!(column(&found["contacts"], "contactName"), [name], "{query}");
        assert_eq!(found["meta"]["total"], 1);
    }
    let none = client.get("/contacts/?locationId=LOCATION&query=unknown").await.ok();
    assert_eq!(none["contacts"].as_array().unwrap().len(), 0);
    assert!(none["meta"]["startAfter"].is_null());
}

#[tokio::test]
async fn the_list_pages_to_the_end_without_gaps_or_doubles() {
    let client = Client::new();
    for limit in [1, 7, 20, 21, 45, 100] {
        let mut seen = HashSet::new();
        let mut cursor = String::new();
        let mut pages = 0;
        loop {
            let page = client.get(&format!("/contacts/?locationId=LOCATION&limit={limit}{cursor}")).await.ok();
            pages += 1;
            for id in column(&page["contacts"], "id") {
                assert!(seen.insert(id.to_owned()), "{id} came twice");
            }
            let meta = &page["meta"];
            assert_eq!(meta["total"], COUNT);
            assert_eq!(meta["currentPage"], pages);
            if meta["nextPage"].is_null() {
                assert!(meta["nextPageUrl"].is_null());
                break;
            }
            cursor =
                format!("&startAfter={}&startAfterId={}", meta["startAfter"], meta["startAfterId"].as_str().unwrap());
            assert!(meta["nextPageUrl"].as_str().unwrap().ends_with(&cursor));
        }
        assert_eq!(seen.len(), COUNT as usize, "{limit} a page");
        assert_eq!(pages, (COUNT as usize).div_ceil(limit));
    }
}

#[tokio::test]
async fn half_a_cursor_works_and_an_unknown_one_ends_the_list() {
    let client = Client::new();
    let list = async |rest: &str| client.get(&format!("/contacts/?locationId=LOCATION&{rest}")).await.ok();
    let all = list("limit=45").await;
    let ids = column(&all["contacts"], "id");
    let by_id = list(&format!("startAfterId={}", ids[4])).await;
    assert_eq!(column(&by_id["contacts"], "id")[0], ids[5]);
    // The contacts of the import share their date: a date alone goes on after all three.
    let all = list("limit=100").await;
    let sources = column(&all["contacts"], "source");
    let first = sources.iter().position(|source| *source == "csv import").unwrap();
    assert_eq!(sources[first..first + 4].iter().filter(|source| **source == "csv import").count(), 3);
    let date = list(&format!("limit={}", first + 1)).await["meta"]["startAfter"].to_string();
    let by_date = list(&format!("startAfter={date}")).await;
    assert_eq!(column(&by_date["contacts"], "id")[0], column(&all["contacts"], "id")[first + 3]);
    let unknown = list("startAfterId=UIaE1WjAwWKdlyD7osQI").await;
    assert!(column(&unknown["contacts"], "id").is_empty());
}

#[tokio::test]
async fn the_list_has_its_limits() {
    let client = Client::new();
    let default = client.get("/contacts/?locationId=LOCATION").await.ok();
    assert_eq!(default["contacts"].as_array().unwrap().len(), 20);
    for (query, message) in [
        ("", "locationId should not be empty"),
        ("?locationId=", "locationId should not be empty"),
        ("?locationId=LOCATION&limit=101", "limit must not be greater than 100"),
        ("?locationId=LOCATION&limit=0", "limit must not be less than 1"),
        ("?locationId=LOCATION&contactId=x", "property contactId should not exist"),
    ] {
        let rejected = client.get(&format!("/contacts/{query}")).await.error(422);
        assert_eq!(rejected, message, "{query}");
    }
}

#[tokio::test]
async fn locations_and_custom_fields_are_there() {
    let client = Client::new();
    let location = client.get("/locations/LOCATION").await.ok();
    assert_eq!(location["location"]["id"], crate::sandbox::LOCATION);
    let fields = async |model: &str| {
        let path = format!("/locations/LOCATION/customFields{model}");
        client.get(&path).await.ok()["customFields"].as_array().unwrap().len()
    };
    assert_eq!(fields("?model=contact").await, 6);
    assert_eq!(fields("?model=opportunity").await, 3);
    assert_eq!(fields("?model=all").await, 9);
    assert_eq!(fields("").await, 9);
    client.get("/locations/LOCATION/customFields?model=company").await.error(422);
}
