//! The payments service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint::{Endpoint, LocationIn};
use super::field::{BoundedInt, Id, Text};
use super::operation::Operation;
use super::paging::Paging;

/// Gets one order. The API's document omits `altType`, which the API requires.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetOrderById {
    /// The order's id
    order_id: Id,
}

impl Operation for GetOrderById {
    const ENDPOINT: Endpoint =
        Endpoint::get("/payments/orders/{orderId}", "payments/orders.readonly").location(LocationIn::Alt);
}

/// Gets a page of transactions.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListTransactions {
    /// Only this contact's
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_id: Option<Id>,
    /// Text to find in the transaction's name
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<Text>,
    /// From this day: YYYY-MM-DD
    #[serde(skip_serializing_if = "Option::is_none")]
    start_at: Option<Text>,
    /// To this day: YYYY-MM-DD
    #[serde(skip_serializing_if = "Option::is_none")]
    end_at: Option<Text>,
    /// Payment mode: live or test
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_mode: Option<Text>,
    /// Source type, like funnel or invoice
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_source_type: Option<Text>,
    /// Source subtype, like `two_step_order_form`
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_source_sub_type: Option<Text>,
    /// Id of the paid entity, like an order
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_id: Option<Id>,
    /// Subscription id
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_id: Option<Id>,
    /// Transactions per page; default 10
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<BoundedInt<1, { u64::MAX }>>,
    /// Transactions to skip; default 0
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<BoundedInt<0, { u64::MAX }>>,
}

impl Operation for ListTransactions {
    const ENDPOINT: Endpoint = Endpoint::get("/payments/transactions", "payments/transactions.readonly")
        .location(LocationIn::Alt)
        .paging(Paging::TotalCount);
}
