//! Orders and transactions.

use serde_json::{Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::endpoint::{Call, Endpoint, VERSION_2021_07};
use super::fields::{Fields, Kind, optional, required};
use super::store::{Store, contains, date};
use super::time::{self, Span};

/// The only kind of owner that a location's token can name.
const ALT_TYPE: Kind = Kind::Choice(&["location"]);

/// `GET /payments/orders/{orderId}`
pub const ORDER: Endpoint = Endpoint {
    version: VERSION_2021_07,
    scope: "payments/orders.readonly",
    query: &[
        required("altId", Kind::Text),
        // Not in the document, but the real API asks for it.
        required("altType", ALT_TYPE),
        optional("locationId", Kind::Text),
    ],
    body: None,
    run: order,
};

/// `GET /payments/transactions`
pub const TRANSACTIONS: Endpoint = Endpoint {
    version: VERSION_2021_07,
    scope: "payments/transactions.readonly",
    query: &[
        required("altId", Kind::Text),
        required("altType", ALT_TYPE),
        optional("locationId", Kind::Text),
        optional("contactId", Kind::Text),
        optional("entityId", Kind::Text),
        optional("subscriptionId", Kind::Text),
        optional("entitySourceType", Kind::Text),
        optional("entitySourceSubType", Kind::Text),
        optional("paymentMode", Kind::Choice(&["live", "test"])),
        optional("startAt", Kind::Text),
        optional("endAt", Kind::Text),
        optional("search", Kind::Text),
        optional("limit", Kind::Count(1, 100)),
        optional("offset", Kind::Count(0, u64::MAX)),
    ],
    body: None,
    run: transactions,
};

fn order(store: &mut Store, call: &Call) -> Outcome {
    let order = store.orders.iter().find(|order| order["_id"] == call.id.as_str());
    let order = order.ok_or_else(|| Refusal::bad_request("Order not found"))?;
    Ok(Answer::ok(order.clone()))
}

/// Newest first; `totalCount` counts the matches on all pages.
fn transactions(store: &mut Store, call: &Call) -> Outcome {
    let query = &call.query;
    let window = window(query)?;
    let mut found: Vec<&Value> =
        store.transactions.iter().filter(|transaction| keeps(transaction, query, window)).collect();
    found.sort_by_key(|transaction| std::cmp::Reverse(date(transaction, "createdAt")));
    let total = found.len();
    let offset = query.count("offset").unwrap_or(0);
    let limit = query.count("limit").unwrap_or(10);
    let page: Vec<&Value> = found.into_iter().skip(offset).take(limit).collect();
    Ok(Answer::ok(json!({ "data": page, "totalCount": total })))
}

/// From the start of `startAt` to the end of `endAt`, which may be a day or a moment.
fn window(query: &Fields) -> Result<Span, Refusal> {
    let date = |name: &str, open_end: i64| match query.text(name) {
        None => Ok((open_end, open_end)),
        Some(sent) => time::span_of(sent)
            .ok_or_else(|| Refusal::unprocessable(vec![format!("{name} must be a date like 2026-11-30")])),
    };
    Ok((date("startAt", i64::MIN)?.0, date("endAt", i64::MAX)?.1))
}

/// Whether a transaction passes every filter that was sent.
fn keeps(transaction: &Value, query: &Fields, (start, end): Span) -> bool {
    let exact = ["contactId", "entityId", "subscriptionId", "entitySourceType", "entitySourceSubType"];
    exact.iter().all(|name| query.text(name).is_none_or(|wanted| transaction[name] == wanted))
        && query.text("paymentMode").is_none_or(|mode| transaction["liveMode"] == (mode == "live"))
        && (start..=end).contains(&date(transaction, "createdAt"))
        && query.text("search").is_none_or(|words| {
            let names = ["entitySourceName", "contactName", "contactEmail"];
            contains(transaction, &names, &words.to_lowercase())
        })
}
