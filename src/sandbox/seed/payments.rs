//! Nine orders, each with its transaction, and five monthly payments of one maintenance plan.

use serde_json::{Value, json};

use super::{contact_id, pick};
use crate::sandbox::LOCATION;
use crate::sandbox::contacts::record;
use crate::sandbox::time::{iso, november};
use crate::sandbox::well_known::{ORDER, TRANSACTION, hex_id};

/// The first nine contacts ordered something.
const ORDERS: usize = 9;
/// The plan of Amelia Hart, contact 1.
const SUBSCRIPTION: &str = "sub_sandbox0000000000001";

fn order_id(number: u32) -> String {
    if number == 0 { ORDER.to_owned() } else { hex_id("order", number) }
}

/// Every fourth order is a test, and the eighth was not paid.
fn is_live(number: u32) -> bool {
    number % 4 != 3
}

fn is_paid(number: u32) -> bool {
    number != 7
}

fn amount(number: u32) -> u32 {
    180 + 45 * number
}

fn ordered_at(number: u32) -> i64 {
    november(5 - 4 * i64::from(number), 12, 15)
}

pub fn orders(contacts: &[Value]) -> Vec<Value> {
    (0..).zip(contacts).take(ORDERS).map(|(number, contact)| order(number, contact)).collect()
}

fn order(number: u32, contact: &Value) -> Value {
    let amount = amount(number);
    let item = |position: u32, name: &str, price: u32| {
        json!({
            "_id": hex_id("item", number * 2 + position),
            "name": name,
            "qty": 1,
            "price": { "amount": price, "currency": "USD", "type": "one_time" },
        })
    };
    json!({
        "_id": order_id(number),
        "altId": LOCATION,
        "altType": "location",
        "contactId": contact_id(number),
        "currency": "USD",
        "amount": amount,
        "status": if is_paid(number) { "completed" } else { "pending" },
        "liveMode": is_live(number),
        "createdAt": iso(ordered_at(number)),
        "updatedAt": iso(ordered_at(number) + 90_000),
        "fulfillmentStatus": "unfulfilled",
        "contactSnapshot": {
            "id": contact["id"],
            "firstName": contact["firstName"],
            "lastName": contact["lastName"],
            "email": contact["email"],
            "phone": contact["phone"],
        },
        "amountSummary": { "subtotal": amount, "discount": 0 },
        "source": source(number),
        "items": [item(0, "Roof inspection", 150), item(1, "Inspection report", amount - 150)],
        "trackingId": hex_id("tracking", number),
        "markAsTest": false,
        "automaticTaxesCalculated": false,
    })
}

fn source(number: u32) -> Value {
    let (kind, name) =
        pick(&[("payment_link", "Inspection"), ("funnel", "Winter offer"), ("invoice", "Invoice")], number);
    json!({ "type": kind, "id": hex_id("source", number % 3), "name": name })
}

pub fn transactions(contacts: &[Value]) -> Vec<Value> {
    let orders = (0..).zip(contacts).take(ORDERS).map(|(number, contact)| {
        let mut payment = transaction(number, number, contact, amount(number), ordered_at(number) + 60_000);
        payment["entityType"] = "order".into();
        payment["entityId"] = order_id(number).into();
        payment
    });
    // On the first of each month from July to November.
    let firsts = [-122, -91, -60, -30, 1];
    let subscriber = contacts.iter().skip(1).take(1);
    let plan = subscriber.flat_map(|contact| {
        let payments = (100..).zip(firsts);
        payments.map(move |(number, day)| plan_payment(number, contact, day))
    });
    orders.chain(plan).collect()
}

fn plan_payment(number: u32, contact: &Value, day: i64) -> Value {
    let mut payment = transaction(number, 1, contact, 40, november(day, 6, 0));
    payment["entityType"] = "subscription".into();
    payment["entityId"] = hex_id("subscription", 1).into();
    payment["subscriptionId"] = SUBSCRIPTION.into();
    payment["entitySourceType"] = "manual".into();
    payment["entitySourceName"] = "Maintenance plan".into();
    payment["liveMode"] = true.into();
    payment
}

fn transaction(number: u32, contact_number: u32, contact: &Value, amount: u32, at: i64) -> Value {
    let source = source(number);
    let created = iso(at);
    json!({
        "_id": if number == 0 { TRANSACTION.to_owned() } else { hex_id("transaction", number) },
        "altId": LOCATION,
        "altType": "location",
        "contactId": contact_id(contact_number),
        "contactName": record::name(contact),
        "contactEmail": contact["email"],
        "currency": "USD",
        "amount": amount,
        "amountRefunded": 0,
        "status": if is_paid(number) { "succeeded" } else { "failed" },
        "liveMode": is_live(number),
        "entitySourceType": source["type"],
        "entitySourceName": source["name"],
        "entitySourceId": source["id"],
        "chargeId": format!("ch_sandbox{number:014}"),
        "paymentProviderType": "stripe",
        "paymentMethod": { "card": { "brand": "visa", "last4": "4242" } },
        "createdAt": created,
        "updatedAt": created,
        "fulfilledAt": created,
    })
}
