//! The requests that the payments tools send.

use serde_json::json;

use crate::support::{JULY_2021, LOCATION, Sent, tool};

#[tokio::test]
async fn get_order_by_id() {
    let sent = || Sent::get("/payments/orders/r1").query(&[("altId", LOCATION), ("altType", "location")]);
    tool("payments_get-order-by-id", JULY_2021)
        .minimal(json!({ "orderId": "r1" }), sent())
        .full(json!({ "orderId": "r1" }), sent())
        .check()
        .await;
}

#[tokio::test]
async fn list_transactions() {
    tool("payments_list-transactions", JULY_2021)
        .minimal(json!({}), Sent::get("/payments/transactions").query(&[("altId", LOCATION), ("altType", "location")]))
        .full(
            json!({
                "contactId": "c1",
                "search": "roof & gutter",
                "startAt": "2026-01-01",
                "endAt": "2026-02-01",
                "paymentMode": "live",
                "entitySourceType": "funnel",
                "entitySourceSubType": "two_step_order_form",
                "entityId": "r1",
                "subscriptionId": "b1",
                "limit": 10,
                "offset": 0
            }),
            Sent::get("/payments/transactions").query(&[
                ("altId", LOCATION),
                ("altType", "location"),
                ("contactId", "c1"),
                ("search", "roof & gutter"),
                ("startAt", "2026-01-01"),
                ("endAt", "2026-02-01"),
                ("paymentMode", "live"),
                ("entitySourceType", "funnel"),
                ("entitySourceSubType", "two_step_order_form"),
                ("entityId", "r1"),
                ("subscriptionId", "b1"),
                ("limit", "10"),
                ("offset", "0"),
            ]),
        )
        .check()
        .await;
}
