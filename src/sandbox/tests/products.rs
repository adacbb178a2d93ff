use serde_json::json;

use super::{Client, column};
use crate::sandbox::well_known::{PRODUCT, hex_id};

#[tokio::test]
async fn products_are_listed_searched_and_created() {
    let client = Client::new();
    let list = async |filter: &str| client.get(&format!("/products/?locationId=LOCATION&{filter}")).await.ok();
    let all = list("").await;
    assert_eq!((column(&all["products"], "name").len(), &all["total"]), (4, &json!([{"total": 4}])));
    assert_eq!(
        column(&list("search=GUTTER").await["products"], "name"),
        ["Gutter cleaning", "Gutter guard, per metre"]
    );
    let page = list("limit=1&offset=1").await;
    assert_eq!((column(&page["products"], "name"), &page["total"][0]["total"]), (vec!["Gutter cleaning"], &json!(4)));
    assert_eq!(column(&list(&format!("productIds={PRODUCT}")).await["products"], "_id"), [PRODUCT]);
    let created = client
        .post("/products/", json!({"name": "Skylight", "locationId": "LOCATION", "productType": "PHYSICAL"}))
        .await;
    assert_eq!(created.status, 201);
    let created = created.ok();
    let path = format!("/products/{}?locationId=LOCATION", created["_id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.ok(), created);
    assert_eq!(list("search=sky").await["products"], json!([created]));
    let missing = client.post("/products/", json!({"name": "x"})).await.error(422);
    assert_eq!(missing, "locationId should not be empty; productType should not be empty");
    client.get("/products/unknown?locationId=LOCATION").await.error(400);
}

#[tokio::test]
async fn a_product_has_its_own_prices() {
    let client = Client::new();
    let prices = async |product: &str| client.get(&format!("/products/{product}/price?locationId=LOCATION")).await;
    let inspection = prices(PRODUCT).await.ok();
    assert_eq!((&inspection["total"], &inspection["prices"][0]["amount"]), (&json!(1), &json!(150)));
    let plan = prices(&hex_id("product", 2)).await.ok();
    assert_eq!(plan["prices"][0]["recurring"]["interval"], "year");
    prices("unknown").await.error(400);
    client.get(&format!("/products/{PRODUCT}/price")).await.error(422);
}
