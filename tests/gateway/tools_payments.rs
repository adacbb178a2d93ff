//! The requests that the payments tools send.

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{JULY_2021, LOCATION, Sent, TestGatewayBuilder, answering, tool};

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

/// No tool searches orders, so the hint names what lists their ids.
#[tokio::test]
async fn an_order_that_is_not_found_leads_to_the_transactions() {
    let answer = ResponseTemplate::new(404).set_body_json(json!({ "statusCode": 404, "message": "Order not found" }));
    let upstream = answering(answer).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let result = gateway.call("payments_get-order-by-id", json!({ "orderId": "r1" })).await;
    assert_eq!(result.kind(), "not_found");
    let hint = result.json()["error"]["hint"].as_str().unwrap().to_owned();
    assert_eq!(hint, "Check the id: payments_list-transactions has the ids of orders as entityId.");
}
