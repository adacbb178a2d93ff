//! Nine orders, each with its transaction, and five weekly payments for a scaffold.

use serde_json::{Value, json};

use super::{contact_id, inspection_day, pick};
use crate::sandbox::LOCATION;
use crate::sandbox::clock::Calendar;
use crate::sandbox::contacts::record;
use crate::sandbox::time::iso;
use crate::sandbox::well_known::{ORDER, TRANSACTION, hex_id};

/// The first nine contacts have an order each.
const ORDERS: usize = 9;
/// The scaffold of Amelia Hart, contact 1.
const SUBSCRIPTION: &str = "sub_sandbox0000000000001";

fn order_id(number: u32) -> String {
    if number == 0 { ORDER.to_owned() } else { hex_id("order", number) }
}

/// Every fourth order is a test.
fn is_live(number: u32) -> bool {
    number % 4 != 3
}

/// The eighth order was not paid.
fn is_paid(number: u32) -> bool {
    number != 7
}

fn amount(number: u32) -> u32 {
    180 + 45 * number
}

/// Two days after her inspection, Rosa paid for it; the others ordered every two days.
fn ordered_at(number: u32, days: &Calendar) -> i64 {
    let day = if number == 0 {
        inspection_day(days) + 2
    } else {
        (-27..=-13).rev().step_by(2).nth(number as usize - 1).unwrap_or(-13)
    };
    days.at(day, 12, 15)
}

pub fn orders(contacts: &[Value], days: &Calendar) -> Vec<Value> {
    (0..).zip(contacts).take(ORDERS).map(|(number, contact)| order(number, contact, days)).collect()
}

fn order(number: u32, contact: &Value, days: &Calendar) -> Value {
    let ordered_at = ordered_at(number, days);
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
        "createdAt": iso(ordered_at),
        "updatedAt": iso(ordered_at + 90_000),
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

pub fn transactions(contacts: &[Value], days: &Calendar) -> Vec<Value> {
    let orders = (0..).zip(contacts).take(ORDERS).map(|(number, contact)| {
        let mut payment = transaction(number, number, contact, amount(number), ordered_at(number, days) + 60_000);
        payment["entityType"] = "order".into();
        payment["entityId"] = order_id(number).into();
        payment
    });
    let amelia = contacts.iter().skip(1).take(1);
    let rent = amelia.flat_map(|contact| {
        let payments = (100..).zip((-29..0).step_by(7));
        payments.map(move |(number, day)| rent_payment(number, contact, days.at(day, 6, 0)))
    });
    orders.chain(rent).collect()
}

fn rent_payment(number: u32, contact: &Value, at: i64) -> Value {
    let mut payment = transaction(number, 1, contact, 40, at);
    payment["entityType"] = "subscription".into();
    payment["entityId"] = hex_id("subscription", 1).into();
    payment["subscriptionId"] = SUBSCRIPTION.into();
    payment["entitySourceType"] = "manual".into();
    payment["entitySourceName"] = "Scaffold rental".into();
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
