use serde_json::json;

use super::{Client, column};

#[tokio::test]
async fn businesses_are_those_of_contacts_and_new_ones() {
    let client = Client::new();
    let list = async |page: &str| client.get(&format!("/businesses/?locationId=LOCATION{page}")).await.ok();
    let all = list("").await;
    let first = all["businesses"][0]["name"].as_str().unwrap();
    let contacts = client.get("/contacts/?locationId=LOCATION&limit=1&query=zoe.mueller").await.ok();
    assert_eq!(contacts["contacts"][0]["companyName"], first);
    assert_eq!(
        column(&list("&limit=1&skip=2").await["businesses"], "id"),
        [all["businesses"][2]["id"].as_str().unwrap()]
    );

    let body = json!({"name": "Stone & Sons", "locationId": "LOCATION", "email": "office@stone.example"});
    let created = client.post("/businesses/", body).await;
    assert_eq!(created.status, 201);
    let created = created.ok()["buiseness"].take();
    let path = format!("/businesses/{}", created["id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.ok()["business"], created);
    assert_eq!(list("").await["businesses"].as_array().unwrap().len(), 4);
    let wrong = client.post("/businesses/", json!({"locationId": "LOCATION", "email": "x"})).await.error(422);
    assert_eq!(wrong, "name should not be empty; email must be an email");
    client.get("/businesses/unknown").await.error(400);
}
