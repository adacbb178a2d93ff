//! The requests that the locations tools send.

use serde_json::json;

use crate::support::{JULY_2021, Sent, tool};

// Paths that contain `LOCATION`.
const PATH: &str = "/locations/ve9EPM428h8vShlRW1KT";
const CUSTOM_FIELDS: &str = "/locations/ve9EPM428h8vShlRW1KT/customFields";

#[tokio::test]
async fn get_location() {
    tool("locations_get-location", JULY_2021)
        .minimal(json!({}), Sent::get(PATH))
        .full(json!({}), Sent::get(PATH))
        .check()
        .await;
}

#[tokio::test]
async fn get_custom_fields() {
    tool("locations_get-custom-fields", JULY_2021)
        .minimal(json!({}), Sent::get(CUSTOM_FIELDS))
        .full(json!({ "model": "opportunity" }), Sent::get(CUSTOM_FIELDS).query(&[("model", "opportunity")]))
        .check()
        .await;
}
