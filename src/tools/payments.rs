//! The payments tools.

use super::{Hints, Tool};
use crate::leadconnector::payments::{GetOrderById, ListTransactions};

pub fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<GetOrderById>(
            "payments_get-order-by-id",
            "Get an order",
            Hints::READ,
            "Get an order with its items and amounts.",
        ),
        Tool::new::<ListTransactions>(
            "payments_list-transactions",
            "List transactions",
            Hints::READ,
            "List payment transactions, newest first; page with limit and offset.",
        ),
    ]
}
