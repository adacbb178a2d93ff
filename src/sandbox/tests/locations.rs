//! Tags and custom values of the location.

use serde_json::{Value, json};

use super::{Client, column};
use crate::sandbox::well_known::{CONTACT, id};

const TAGS: &str = "/locations/LOCATION/tags";
const VALUES: &str = "/locations/LOCATION/customValues";

async fn contact_tags(client: &Client) -> Value {
    client.get(&format!("/contacts/{CONTACT}")).await.ok()["contact"]["tags"].take()
}

#[tokio::test]
async fn the_location_has_every_tag_of_its_contacts() {
    let client = Client::new();
    let names = async || client.get(TAGS).await.ok()["tags"].take();
    let before = names().await;
    for tag in ["customer", "lead", "newsletter", "vip", "roof", "gutter"] {
        assert!(column(&before, "name").contains(&tag), "{tag}");
    }
    client.post(&format!("/contacts/{CONTACT}/tags"), json!({"tags": ["Solar"]})).await.ok();
    let after = names().await;
    assert!(column(&after, "name").contains(&"solar"));
    assert_eq!(after, names().await, "a tag keeps its id");
}

#[tokio::test]
async fn a_tag_is_created_renamed_and_deleted_with_its_contacts() {
    let client = Client::new();
    let created = client.post(TAGS, json!({"name": " Solar "})).await;
    assert_eq!(created.status, 200);
    let tag = created.ok()["tag"].take();
    assert_eq!(tag["name"], "solar");
    assert!(client.post(TAGS, json!({"name": "SOLAR"})).await.error(400).contains("solar"));
    let path = format!("{TAGS}/{}", tag["id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.ok()["tag"], tag);
    client.delete(&path, json!({})).await.ok();
    client.get(&path).await.error(400);

    let roof = format!("{TAGS}/{}", id("tag", 4));
    client.put(&roof, json!({"name": "Roofs"})).await.ok();
    assert_eq!(contact_tags(&client).await, json!(["customer", "roofs"]));
    client.put(&roof, json!({"name": "roofs"})).await.ok();
    client.put(&roof, json!({"name": "vip"})).await.error(400);
    client.delete(&roof, json!({})).await.ok();
    assert_eq!(contact_tags(&client).await, json!(["customer"]));
    let tags = client.get(TAGS).await.ok();
    assert!(!column(&tags["tags"], "name").contains(&"roofs"));
}

#[tokio::test]
async fn a_tag_needs_a_name_and_this_location() {
    let client = Client::new();
    assert_eq!(client.post(TAGS, json!({})).await.error(422), "name should not be empty");
    assert_eq!(client.post(TAGS, json!({"name": "  "})).await.error(422), "name should not be empty");
    client.put(&format!("{TAGS}/unknown"), json!({"name": "x"})).await.error(400);
    client.get("/locations/elsewhere/tags").await.error(403);
    client.get(&format!("/locations/elsewhere/tags/{}", id("tag", 0))).await.error(403);
}

#[tokio::test]
async fn a_custom_value_is_created_changed_and_deleted() {
    let client = Client::new();
    let created = client.post(VALUES, json!({"name": "Storm hotline", "value": "555"})).await;
    assert_eq!(created.status, 201);
    let value = created.ok()["customValue"].take();
    assert_eq!(value["fieldKey"], "{{ custom_values.storm_hotline }}");
    let path = format!("{VALUES}/{}", value["id"].as_str().unwrap());
    client.put(&path, json!({"name": "Storm hotline", "value": "556"})).await.ok();
    assert_eq!(client.get(&path).await.ok()["customValue"]["value"], "556");
    assert_eq!(client.get(VALUES).await.ok()["customValues"].as_array().unwrap().len(), 4);
    client.delete(&path, json!({})).await.ok();
    client.get(&path).await.error(400);
    assert_eq!(client.post(VALUES, json!({"name": "x"})).await.error(422), "value should not be empty");
    client.put(&path, json!({"name": "x", "value": "y"})).await.error(400);
}
